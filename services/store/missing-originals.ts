// Uploads whose original file is missing from the home: said among their problems.
import type { Upload } from "#services/contract/uploads.ts";
import type { UploadId } from "#services/domain/ids.ts";
import type { Store } from "./rows.ts";
import { findUpload } from "./uploads.ts";

const missingOriginal = "original-missing";

/** Says on an upload, among its problems, that the file it came from is missing; or takes that back. Nothing changes where it is so. */
export const markOriginal = (store: Store, id: UploadId, state: "missing" | "there") =>
  store.transaction(async (rows) => {
    const row = await findUpload(rows, id);
    if (!row) return;
    const problems = JSON.parse(row.problems) as Upload["problems"];
    const others = problems.filter(({ code }) => code !== missingOriginal);
    const isMarked = others.length < problems.length;
    if (isMarked === (state === "missing")) return;
    const marked = {
      code: missingOriginal,
      place: row.filename,
      reason:
        "The original file is missing from the home: it cannot be downloaded or read again. What was read of it is there.",
      count: 1,
    };
    await rows
      .updateTable("uploads")
      .set({
        problems: JSON.stringify(state === "missing" ? [marked, ...others] : others),
        problem_count: row.problem_count + (state === "missing" ? 1 : -1),
      })
      .where("id", "=", id)
      .execute();
  });
