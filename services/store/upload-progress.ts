// How far an upload is read, and what came of it: counted in the transaction that saves its messages.
import { unavailable } from "#services/domain/errors.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import type { BroughtAttachments } from "./attachments.ts";
import { type FoundIn, foundBy, openFoundCounts } from "./cleaning/findings.ts";
import type { Rows } from "./rows.ts";

export interface UploadProgress {
  readonly upload: UploadId;
  readonly collection: CollectionId;
  /** Number of parts done before these; if another worker has done more, this one stops. */
  readonly after: number;
  readonly bytesRead: number;
  /** The conversation that is cut while it is read has to be cut from its beginning. */
  readonly cutAgain?: boolean;
  /** Where reading can be gone on with once these are saved; absent where that is as before. */
  readonly checkpoint?: string;
}

const taken = () => unavailable("Another worker reads this upload.", { code: "superseded" });

/** What was found in all that the upload has brought. */
const cleanedWith = async (
  rows: Rows,
  { upload }: UploadProgress,
  { found }: { readonly found: readonly FoundIn[] },
): Promise<string> => {
  const row = await rows
    .selectFrom("uploads")
    .select("cleaned")
    .where("id", "=", upload)
    .executeTakeFirst();
  const counts = openFoundCounts(foundBy(row?.cleaned ?? null));
  for (const { findings } of found) counts.add(findings);
  return JSON.stringify(counts.read());
};

const sumOf = <T>(all: readonly T[], number: (one: T) => number): number =>
  all.reduce((sum, one) => sum + number(one), 0);

/** Records the progress by compare-and-set: zero rows mean that the upload was cancelled, erased or taken over. */
export const advance = async (
  rows: Rows,
  progress: UploadProgress,
  by: {
    readonly parts: number;
    readonly fresh: number;
    readonly known: number;
    readonly changed: number;
    readonly found: readonly FoundIn[];
    readonly files: readonly BroughtAttachments[];
    readonly attachments: { readonly kept: number; readonly bytes: number };
  },
): Promise<void> => {
  const { files, attachments } = by;
  const cleaned = by.found.length === 0 ? {} : { cleaned: await cleanedWith(rows, progress, by) };
  const { numUpdatedRows } = await rows
    .updateTable("uploads")
    .set((value) => ({
      parts_done: progress.after + by.parts,
      bytes_read: progress.bytesRead,
      ...cleaned,
      ...(progress.checkpoint !== undefined && { checkpoint: progress.checkpoint }),
      ...(progress.cutAgain ? { cut_conversation: null, cut_from: null } : {}),
      new_messages: value("new_messages", "+", by.fresh),
      known_messages: value("known_messages", "+", by.known),
      changed_messages: value("changed_messages", "+", by.changed),
      attachments_kept: value("attachments_kept", "+", attachments.kept),
      attachment_bytes: value("attachment_bytes", "+", attachments.bytes),
      document_characters: value(
        "document_characters",
        "+",
        sumOf(files, ({ characters }) => characters),
      ),
      attachments_large: value(
        "attachments_large",
        "+",
        sumOf(files, ({ large }) => large),
      ),
      attachments_missing: value(
        "attachments_missing",
        "+",
        sumOf(files, (one) => one.missing),
      ),
    }))
    .where("id", "=", progress.upload)
    .where("state", "=", "reading")
    .where("parts_done", "=", progress.after)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw taken();
};
