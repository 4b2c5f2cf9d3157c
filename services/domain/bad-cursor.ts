// The error for a cursor that does not belong to the list that it is sent to.
import { type ParlanceError, rejected } from "./errors.ts";

/** rejected `bad-cursor`: garbage, a cursor of another list or order, or one whose row no longer exists. */
export const badCursor = (): ParlanceError =>
  rejected("The cursor does not belong to this list.", {
    code: "bad-cursor",
    hint: "Ask for the first page again, without a cursor.",
  });
