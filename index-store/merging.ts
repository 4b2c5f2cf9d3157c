// Rewrites small segments as one, beside commits: the result takes their places in whatever the newest version is by then.
import type { RowBitmap } from "./ann/ann.ts";
import { complement, emptyBitmap, fullBitmap, or } from "./bitmap.ts";
import { asked, readHead } from "./head.ts";
import type { Version } from "./history/history.ts";
import { type SegmentEntry, segmentParts } from "./manifest.ts";
import { type Arrangement, arrange, gather, movedBits, type Part } from "./merge.ts";
import { planMerges, planRest } from "./merge-policy.ts";
import { buildSegment } from "./segment.ts";
import { type VersionState, withSegments } from "./version-state.ts";
import { borrowed, rebasing, segmentId, type Workshop } from "./writer.ts";

export interface MergeOptions {
  /** Everything into one segment. */
  readonly all?: boolean;
  /** No more commits are expected for now: into one segment, or a few large ones. */
  readonly atRest?: boolean;
  /** Stops the merge without a change. */
  readonly signal?: AbortSignal;
}

/** What the next merge would rewrite. */
export interface MergePlan {
  /** Live rows. */
  readonly rows: number;
  /** Of the files of the segments: as much is written at most. */
  readonly bytes: number;
}

const sizesOf = (state: VersionState) =>
  state.manifest.segments.map(({ id, rows, deleted }) => ({ id, rows, live: rows - deleted }));

/** The ids of the segments to be rewritten as one; empty where nothing is worth it. The smallest merge comes first. */
const groupFor = (state: VersionState, { all, atRest }: MergeOptions): readonly string[] => {
  const { segments } = state.manifest;
  if (all) {
    const whole = segments.length > 1 || segments.some(({ deleted }) => deleted > 0);
    return whole ? segments.map(({ id }) => id) : [];
  }
  const rest = atRest ? planRest(sizesOf(state)) : [];
  return rest.length > 0 ? rest : (planMerges(sizesOf(state))[0] ?? []);
};

const membersOf = (state: VersionState, group: readonly string[]): SegmentEntry[] =>
  state.manifest.segments.filter(({ id }) => group.includes(id));

/** What `mergeSegments` would do now; null where nothing is worth it. */
export const planMerge = async (
  shop: Workshop,
  options: MergeOptions,
): Promise<MergePlan | null> => {
  const { state } = await readHead(shop.history, shop);
  const members = membersOf(state, groupFor(state, options));
  if (members.length === 0) return null;
  const files = members.flatMap((member) => Object.values(member.files));
  return {
    rows: members.reduce((sum, { rows, deleted }) => sum + rows - deleted, 0),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
};

const liveRows = (state: VersionState, { id, rows }: SegmentEntry): RowBitmap => {
  const deleted = state.deleted.get(id);
  return deleted ? complement(deleted, rows) : fullBitmap(rows);
};

interface Merged {
  readonly members: readonly SegmentEntry[];
  readonly entry: SegmentEntry;
  readonly arranged: Arrangement;
}

const rewrite = (
  shop: Workshop,
  state: VersionState,
  { members, signal }: { members: readonly SegmentEntry[]; signal: AbortSignal | undefined },
): Promise<Merged> => {
  const { dim, schema } = state.manifest;
  return borrowed(shop, members, async (opened) => {
    const parts: Part[] = opened.map((segment) => ({
      segment,
      keep: liveRows(state, segment.entry),
    }));
    const arranged = await arrange(parts, signal);
    const rows = gather(arranged, { dim, schema, signal });
    const entry = await buildSegment(shop, segmentId(shop.newId), rows, { schema, signal });
    return { members, entry, arranged };
  });
};

const isSame = (one: SegmentEntry, other: SegmentEntry): boolean =>
  one.id === other.id &&
  segmentParts.every((part) => one.files[part].sha256 === other.files[part].sha256);

/**
 * The state with the merged segment in the place of its members, without the rows that were deleted meanwhile; null where a member
 * is gone or was rewritten: by another merge, by an erasure, or by a repair.
 */
const withMerged = (state: VersionState, merged: Merged): VersionState | null => {
  const { members, entry, arranged } = merged;
  const { segments } = state.manifest;
  if (!members.every((member) => segments.some((segment) => isSame(segment, member)))) return null;
  const dead = emptyBitmap(entry.rows);
  for (const part of arranged.parts) {
    const bits = state.deleted.get(part.segment.entry.id);
    if (bits) or(dead, movedBits(bits, part, entry.rows));
  }
  const isMember = ({ id }: SegmentEntry) => members.some((member) => member.id === id);
  const first = segments.findIndex(isMember);
  const next = segments.flatMap((segment, place) => {
    if (place === first) return [entry];
    return isMember(segment) ? [] : [segment];
  });
  return withSegments(state, next, new Map([...state.deleted, [entry.id, dead]]));
};

/**
 * One merge by the policy, at rest, or of everything; null where nothing was worth it, or where its segments were gone when it was
 * done. Others commit meanwhile: the merge is put on top of what they wrote, and nothing is rewritten a second time for it.
 * @throws the signal's reason; IndexError "damaged" where a segment to be rewritten is
 */
export const mergeSegments = async (
  shop: Workshop,
  options: MergeOptions,
): Promise<Version | null> => {
  // What is written before it is named is not swept meanwhile.
  const release = await asked(shop.history.hold());
  try {
    const { state: before } = await readHead(shop.history, shop);
    options.signal?.throwIfAborted();
    const members = membersOf(before, groupFor(before, options));
    if (members.length === 0) return null;
    const merged = await rewrite(shop, before, { members, signal: options.signal });
    return await rebasing(shop, async ({ state }) => {
      options.signal?.throwIfAborted();
      const next = withMerged(state, merged);
      if (next === null) return null;
      const quiet = { ...next.manifest.counts, added: 0, removed: 0 };
      return {
        state: { ...next, manifest: { ...next.manifest, counts: quiet } },
        message: "Merge segments",
      };
    });
  } finally {
    await release();
  }
};
