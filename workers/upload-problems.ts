// The problems of an upload: counted, equal ones as one, and the first of them kept.
import type { UploadProblem } from "#services/contract/uploads.ts";
import type { ParseProblem } from "#services/parse/parse.ts";

const PROBLEMS_KEPT = 200;

/**
 * Counts problems and keeps the first of them, equal ones as one.
 * @param known number in an earlier attempt: this one finds the same again, and may be stopped before it has found them all
 */
export const openProblems = (known: number) => {
  const kept = new Map<string, UploadProblem>();
  let count = 0;
  let changed = false;
  return {
    add(problem: ParseProblem) {
      count += problem.count;
      changed = true;
      const name = `${problem.code}\u0000${problem.place}\u0000${problem.reason}`;
      const same = kept.get(name);
      if (same) same.count += problem.count;
      else if (kept.size < PROBLEMS_KEPT) kept.set(name, { ...problem });
    },
    /** What the row should be set to; undefined where it is up to date. */
    news: () => (changed && count >= known ? { count, first: [...kept.values()] } : undefined),
    /** To be called when the row was set to what `news` returned. */
    told() {
      changed = false;
    },
  };
};
