// Uploads whose original file is missing from the home; this is shown among their problems.
import type { Upload } from "#services/contract/uploads.ts";
import type { UploadId } from "#services/domain/ids.ts";
import type { Store } from "./rows.ts";
import { findUpload } from "./uploads.ts";

const missingOriginal = "original-missing";

/** Adds the problem "the original file is missing" to an upload, or removes it. Does nothing where it is so already. */
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
        "The original file is missing from the home: it cannot be downloaded or read again. The messages that were read from it are still there.",
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
