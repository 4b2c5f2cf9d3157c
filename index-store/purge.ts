// Erases rows from every version: copies the segments that hold them without these rows, and rewrites the history.
import type { RowBitmap } from "./ann/ann.ts";
import { complement, emptyBitmap, hasBit, setBit } from "./bitmap.ts";
import type { Schema } from "./documents.ts";
import { isDamage } from "./head.ts";
import type { Version } from "./history/history.ts";
import { idKey } from "./id-column.ts";
import { IndexError } from "./index-error.ts";
import { canonicalJson, type Manifest, type SegmentEntry } from "./manifest.ts";
import { arrange, gather, movedBits, type PlacedPart } from "./merge.ts";
import { buildSegment } from "./segment.ts";
import {
  type Files,
  filesOf,
  readState,
  type VersionState,
  withSegments,
} from "./version-state.ts";
import { segmentId, type Workshop } from "./writer.ts";

/**
 * What became of a segment: kept, replaced by a copy without some rows, or gone. `erased` names the rows it held of those that
 * are erased, by id.
 */
type Cleaned =
  | { readonly kind: "kept"; readonly erased: Erased }
  | {
      readonly kind: "copied";
      readonly erased: Erased;
      readonly entry: SegmentEntry;
      readonly placed: PlacedPart;
    }
  | { readonly kind: "gone"; readonly erased: Erased };
type Erased = ReadonlyMap<string, number>;

type Counts = Manifest["counts"];

const none: Erased = new Map();

const cleanSegment = async (
  shop: Workshop,
  entry: SegmentEntry,
  ids: readonly string[],
  schema: Schema,
): Promise<Cleaned> => {
  const segment = shop.cache.acquire(entry);
  try {
    const columns = await segment.columns();
    const bits = emptyBitmap(entry.rows);
    const erased = new Map<string, number>();
    for (const id of ids) {
      const row = columns.ids.find(idKey(id));
      if (row === undefined) continue;
      setBit(bits, row);
      erased.set(id, row);
    }
    if (erased.size === 0) return { kind: "kept", erased };
    if (erased.size === entry.rows) return { kind: "gone", erased };
    const arranged = await arrange([{ segment, keep: complement(bits, entry.rows) }]);
    const [placed] = arranged.parts;
    if (placed === undefined) return { kind: "gone", erased };
    const rows = gather(arranged, { dim: shop.dim, schema });
    const copy = await buildSegment(shop, segmentId(shop.newId), rows, { schema });
    return { kind: "copied", erased, entry: copy, placed };
  } finally {
    await shop.cache.release(segment);
  }
};

const rewritten = (state: VersionState, cleaned: ReadonlyMap<string, Cleaned>): VersionState => {
  const deleted = new Map<string, RowBitmap>();
  const segments = state.manifest.segments.flatMap((segment) => {
    const result = cleaned.get(segment.id);
    if (result?.kind === "gone") return [];
    const bits = state.deleted.get(segment.id);
    if (result?.kind !== "copied") {
      if (bits) deleted.set(segment.id, bits);
      return [segment];
    }
    const { entry, placed } = result;
    if (bits) deleted.set(entry.id, movedBits(bits, placed, entry.rows));
    return [entry];
  });
  return withSegments(state, segments, deleted);
};

/** Of the erased rows those that a version answered with, by id. */
const liveErased = (
  state: VersionState,
  cleaned: ReadonlyMap<string, Cleaned>,
): ReadonlySet<string> => {
  const live = new Set<string>();
  for (const { id: segment } of state.manifest.segments) {
    const bits = state.deleted.get(segment);
    for (const [id, row] of cleaned.get(segment)?.erased ?? none)
      if (!bits || !hasBit(bits, row)) live.add(id);
  }
  return live;
};

interface Before {
  readonly live: ReadonlySet<string>;
  readonly rows: number;
}

/**
 * What a version added and removed, as if the erased rows had never been in it: rows of the version before + added − removed = its
 * own rows. What a damaged segment held that was dropped counts as removed.
 */
const countsWithout = (
  { rows, added, removed }: Counts,
  live: ReadonlySet<string>,
  before: Before,
): Counts => {
  const fresh = [...live].filter((id) => !before.live.has(id)).length;
  const gone = [...before.live].filter((id) => !live.has(id)).length;
  const counts = { added: Math.max(0, added - fresh), removed: Math.max(0, removed - gone) };
  const off = before.rows + counts.added - counts.removed - rows;
  return {
    rows,
    added: counts.added + Math.max(0, -off),
    removed: counts.removed + Math.max(0, off),
  };
};

/**
 * Rewrites every version without these rows. An old version that cannot be read is dropped. A damaged segment of an old version
 * cannot be searched for them, so it is dropped from that version with a warning; one of the newest version stops the erasure.
 * @throws IndexError "damaged" where a segment of the newest version is damaged: rebuild it first
 */
export const purgeRows = async (shop: Workshop, ids: readonly string[]): Promise<void> => {
  const cleaned = new Map<string, Cleaned>();
  const head = await shop.history.head();
  const clean = async (entry: SegmentEntry, version: Version, schema: Schema) => {
    if (cleaned.has(entry.id)) return;
    try {
      cleaned.set(entry.id, await cleanSegment(shop, entry, ids, schema));
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (head === null || (await isIn(shop, head, entry.id)))
        throw new IndexError(
          "damaged",
          `Segment ${entry.id} of the newest version is damaged: rebuild it, or roll back to a whole version, then erase again.`,
          { cause: error },
        );
      shop.onWarning(
        `Segment ${entry.id} of version ${version.number} is damaged and was dropped.`,
      );
      cleaned.set(entry.id, { kind: "gone", erased: none });
    }
  };
  // Versions come oldest first, each after its parent.
  let before: Before = { live: new Set(), rows: 0 };
  await shop.history.rewrite(async (files: Files, version) => {
    const state = stateUnlessDamaged(files);
    if (state === null) return null;
    for (const entry of state.manifest.segments) await clean(entry, version, state.manifest.schema);
    const live = liveErased(state, cleaned);
    const next = rewritten(state, cleaned);
    const counts = countsWithout(next.manifest.counts, live, before);
    before = { live, rows: counts.rows };
    const touched = state.manifest.segments.some(({ id }) => cleaned.get(id)?.kind !== "kept");
    const same = canonicalJson(counts) === canonicalJson(state.manifest.counts);
    if (!touched && same) return files;
    return filesOf({ ...next, manifest: { ...next.manifest, counts } });
  });
};

const stateUnlessDamaged = (files: Files): VersionState | null => {
  try {
    return readState(files);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
};

const isIn = async (shop: Workshop, version: Version, id: string): Promise<boolean> =>
  readState(await shop.history.read(version)).manifest.segments.some(
    (segment) => segment.id === id,
  );
