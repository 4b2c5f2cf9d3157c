// Asks before something is done.
import * as prompts from "@clack/prompts";
import { rejected } from "#services/domain/errors.ts";

/** Asks somebody at a terminal. @param question names what is done, and ends with a question mark */
export const isAgreed = async (question: string): Promise<boolean> =>
  (await prompts.confirm({ message: question, initialValue: false, output: process.stderr })) ===
  true;

/**
 * @param question names what is done, and ends with a question mark
 * @throws ParlanceError rejected `not-confirmed` where the answer is no, or nobody can be asked
 */
export const confirm = async (question: string, isConfirmed: boolean): Promise<void> => {
  if (isConfirmed) return;
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (isTerminal && (await isAgreed(question))) return;
  throw rejected("Nothing was changed.", {
    code: "not-confirmed",
    hint: "Say --yes to do it without a question.",
  });
};
