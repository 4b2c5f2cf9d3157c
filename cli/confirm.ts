// Asks before something is deleted for good.
import * as prompts from "@clack/prompts";
import { rejected } from "#services/domain/errors.ts";

/**
 * @param question names what is deleted, and ends with a question mark
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
  throw rejected("Nothing was deleted.", {
    code: "not-confirmed",
    hint: "Say --yes to delete it without a question.",
  });
};
