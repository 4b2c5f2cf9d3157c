// Asks before something is done that cannot be undone.
import * as prompts from "@clack/prompts";
import { rejected } from "#services/domain/errors.ts";

/**
 * @param question names what is done, and ends with a question mark
 * @throws ParlanceError rejected `not-confirmed` where the answer is no, or nobody can be asked
 */
export const confirm = async (question: string, isConfirmed: boolean): Promise<void> => {
  if (isConfirmed) return;
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  if (isTerminal) {
    const said = await prompts.confirm({
      message: question,
      initialValue: false,
      output: process.stderr,
    });
    if (said === true) return;
  }
  throw rejected("Nothing was changed.", {
    code: "not-confirmed",
    hint: "Say --yes to do it without a question.",
  });
};
