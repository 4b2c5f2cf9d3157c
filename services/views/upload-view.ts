// An upload as pages show it: its row, and whether it waits for space on the disk.
import type { Upload, UploadState } from "#services/contract/uploads.ts";
import type { Parlance } from "#services/parlance.ts";

/** States of uploads that wait while the disk has no room. */
const unfinished: ReadonlySet<UploadState> = new Set([
  "inspecting",
  "queued",
  "reading",
  "indexing",
]);

/** Computed and not stored, because a full disk accepts no rows. */
export const showUpload = async (
  { space }: Pick<Parlance, "space">,
  upload: Upload,
): Promise<Upload> => {
  const short = unfinished.has(upload.state) ? await space.short() : null;
  return short === null
    ? { ...upload, space: null }
    : { ...upload, state: "waiting-for-space", space: short };
};
