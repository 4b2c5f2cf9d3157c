// The problems of an upload: counted, equal ones as one, and the first of them kept.
import { z } from "zod";
import { uploadProblem } from "#services/contract/uploads.ts";
import type { ParseProblem } from "#services/parse/parse.ts";

const PROBLEMS_KEPT = 200;

type UploadProblem = z.infer<typeof uploadProblem>;

/** Problems that were met up to a place, for whoever goes on from there. */
export const metProblems = z.strictObject({ count: z.int(), kept: z.array(uploadProblem) });
export type MetProblems = z.infer<typeof metProblems>;

export const noProblems: MetProblems = { count: 0, kept: [] };

/** Counts problems and keeps the first of them, equal ones as one. @param before those that an earlier attempt met */
const openList = (before: MetProblems) => {
  const nameOf = ({ code, place, reason }: ParseProblem) => `${code}\u0000${place}\u0000${reason}`;
  const kept = new Map<string, UploadProblem>(
    before.kept.map((problem) => [nameOf(problem), { ...problem }]),
  );
  let { count } = before;
  return {
    add(problem: ParseProblem) {
      count += problem.count;
      const same = kept.get(nameOf(problem));
      if (same) same.count += problem.count;
      else if (kept.size < PROBLEMS_KEPT) kept.set(nameOf(problem), { ...problem });
    },
    met: (): MetProblems => ({
      count,
      kept: [...kept.values()].map((problem) => ({ ...problem })),
    }),
  };
};

/**
 * The problems of reading, and those of keeping the files of messages: reading that goes on in the middle meets the former again
 * from there on, the latter only for messages that are not saved yet.
 * @param known number in an earlier attempt: this one finds the same again, and may be stopped before it has found them all
 */
export const openProblems = (
  known: number,
  before: { readonly read: MetProblems; readonly files: MetProblems },
) => {
  const read = openList(before.read);
  const files = openList(before.files);
  let changed = false;
  return {
    add(problem: ParseProblem) {
      read.add(problem);
      changed = true;
    },
    addOfFile(problem: ParseProblem) {
      files.add(problem);
      changed = true;
    },
    read: read.met,
    files: files.met,
    /** What the row should be set to; undefined where it is up to date. */
    news() {
      const [ofRead, ofFiles] = [read.met(), files.met()];
      const count = ofRead.count + ofFiles.count;
      if (!changed || count < known) return undefined;
      const kept = [...ofRead.kept, ...ofFiles.kept].slice(0, PROBLEMS_KEPT);
      return { problem_count: count, problems: JSON.stringify(kept) };
    },
    /** To be called when the row was set to what `news` returned. */
    told() {
      changed = false;
    },
  };
};
