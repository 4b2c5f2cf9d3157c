// The failure of a command that was typed wrongly: exit code 2, and a line that says how to write it.
import { type ParlanceError, rejected } from "#services/domain/errors.ts";

/** @param hint how to write it */
export const misuse = (message: string, hint: string): ParlanceError =>
  rejected(message, { code: "bad-argument", hint });
