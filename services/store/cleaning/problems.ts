// What could not be read of an upload, as the cleaning rules have it: reasons and places may quote what is in the file.
import type { UploadProblem } from "#services/contract/uploads.ts";
import type { Cleaner, CleaningRules } from "#services/domain/cleaning.ts";
import type { Store } from "../rows.ts";
import type { UploadRow } from "../tables.ts";
import { cleaningOf } from "./rules.ts";

interface By {
  readonly rules: CleaningRules;
  readonly cleaner: Cleaner;
}

/** A text that may quote a file, or be a path in it. */
export const quoted = (text: string, { rules, cleaner }: By): string => cleaner.title(text, rules);

export const cleanProblems = (problems: readonly UploadProblem[], by: By): UploadProblem[] =>
  problems.map((problem) => ({
    ...problem,
    place: quoted(problem.place, by),
    reason: quoted(problem.reason, by),
  }));

/** Saves how many problems there are while a file is read, and the first of them. */
export const saveProblems = (
  store: Store,
  { id, collection_id: collection }: Pick<UploadRow, "id" | "collection_id">,
  { count, first }: { readonly count: number; readonly first: readonly UploadProblem[] },
  cleaner: Cleaner,
): Promise<unknown> =>
  store.transaction(async (rows) => {
    const rules = await cleaningOf(rows, collection);
    return rows
      .updateTable("uploads")
      .set({
        problem_count: count,
        problems: JSON.stringify(cleanProblems(first, { rules, cleaner })),
      })
      .where("id", "=", id)
      .where("state", "=", "reading")
      .execute();
  });
