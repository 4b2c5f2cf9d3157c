// Bytes that the files of an upload's messages may take: as many as one upload may bring, and as the organization has left.
import type { Parlance } from "#services/parlance.ts";
import { findQuotas, findUpload, storedBytes, type UploadRow } from "#services/store/store.ts";

/** Other uploads take room meanwhile: it is asked for again after so long. */
const ROOM_MS = 1000;

export const openAttachmentRoom = ({ store, config }: Parlance, { id }: Pick<UploadRow, "id">) => {
  let room = Number.POSITIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    /** Asks how much the organization has left, unless that is known. */
    async ask(): Promise<void> {
      const now = performance.now();
      if (now - askedAt < ROOM_MS) return;
      askedAt = now;
      const { rows } = store;
      const own = (await findQuotas(rows))?.stored_bytes;
      const most = own ?? config.accounts.quotas.storedBytes;
      const saved = (await findUpload(rows, id))?.attachment_bytes ?? 0;
      room = most === 0 ? Number.POSITIVE_INFINITY : most - (await storedBytes(rows)) + saved;
    },
    /** @param bytes of all files of its messages together, saved or not */
    isEnoughFor: (bytes: number): boolean => bytes <= room,
  };
};
