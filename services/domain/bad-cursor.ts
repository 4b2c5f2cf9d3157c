// The one answer to a cursor that does not belong to the list it is sent to.
import { type ParlanceError, rejected } from "./errors.ts";

/** rejected `bad-cursor`: garbage, a cursor of another list or order, or one whose place is gone. */
export const badCursor = (): ParlanceError =>
  rejected("The cursor does not belong to this list.", {
    code: "bad-cursor",
    hint: "Ask for the first page again, without a cursor.",
  });
