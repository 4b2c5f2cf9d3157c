// Damage of the newest version: which of its files are not what was written, and a version without the segments that they belong to.
import { isDamage, readHead, stateOf } from "./head.ts";
import type { Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import { type SegmentEntry, type SegmentFile, segmentFiles } from "./manifest.ts";
import { withSegments } from "./version-state.ts";
import { rebasing, type Workshop } from "./writer.ts";

export interface DamagedSegment {
  readonly id: string;
  readonly files: readonly SegmentFile[];
}

export interface Damage {
  /** Why the record of the newest version cannot be read, so that an older one counts as the newest; null where it can. */
  readonly record: string | null;
  /** Segments of the newest version that can be read of which files are missing or not what was written. */
  readonly segments: readonly DamagedSegment[];
}

const isPart = (name: string): name is SegmentFile => Object.hasOwn(segmentFiles, name);
const parts = Object.keys(segmentFiles).filter(isPart);

const damagedParts = async (shop: Workshop, { files }: SegmentEntry): Promise<SegmentFile[]> => {
  const damaged: SegmentFile[] = [];
  for (const part of parts) if (!(await shop.history.verify(files[part]))) damaged.push(part);
  return damaged;
};

/** Why the head's own record cannot be read; null where it can, or where there is none. */
const recordDamage = async (shop: Workshop): Promise<string | null> => {
  try {
    const head = await shop.history.head();
    if (head) await stateOf(shop.history, head);
    return null;
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  }
};

/** Reads every file of the newest version, and compares it with its checksum. */
export const findDamage = async (shop: Workshop): Promise<Damage> => {
  const record = await recordDamage(shop);
  const { state } = await readHead(shop.history, shop);
  const segments: DamagedSegment[] = [];
  for (const entry of state.manifest.segments) {
    const files = await damagedParts(shop, entry);
    if (files.length > 0) segments.push({ id: entry.id, files });
  }
  return { record, segments };
};

/**
 * A new version without these segments: what they held is to be added again. Made of the newest version that can be read, which
 * makes a damaged record of the head whole again.
 */
export const withoutSegments = async (shop: Workshop, ids: readonly string[]): Promise<Version> => {
  const version = await rebasing(shop, async ({ state }) => {
    const kept = state.manifest.segments.filter(({ id }) => !ids.includes(id));
    const next = withSegments(state, kept, state.deleted);
    const { rows } = next.manifest.counts;
    const counts = { rows, added: 0, removed: state.manifest.counts.rows - rows };
    return {
      state: { ...next, manifest: { ...next.manifest, counts } },
      message: "Leave out what is damaged",
    };
  });
  if (version === null) throw new IndexError("unavailable", "The mended version was not written.");
  return version;
};
