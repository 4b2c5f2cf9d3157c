// A file that was read is stored in less space.
import { isDiskFull } from "#services/domain/disk-full.ts";
import type { Belt } from "./stage.ts";

/** It is read again only where somebody asks for it. Without room it stays as it came. */
export const compacted = async ({ parlance: { blobs } }: Belt, key: string): Promise<void> => {
  try {
    await blobs.compact(key);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
};
