// Several files of one command: one that is refused does not stop the others.
import { ParlanceError } from "#services/domain/errors.ts";
import { printFailure } from "./client/output.ts";

/** @returns what came of those that were not refused; what was is printed, and the exit code says so */
export const eachUnlessRefused = async <A, B>(
  all: readonly A[],
  asJson: boolean,
  work: (one: A) => Promise<B>,
): Promise<B[]> => {
  const done: B[] = [];
  for (const one of all) {
    try {
      done.push(await work(one));
    } catch (error) {
      if (!(error instanceof ParlanceError) || error.kind !== "rejected") throw error;
      printFailure(error, asJson);
      process.exitCode = 1;
    }
  }
  return done;
};
