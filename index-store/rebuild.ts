// Writes a segment again in place of a damaged one, as a new version: with the same rows, the deleted ones still deleted.
import type { RowBitmap } from "./ann/ann.ts";
import { countBits, emptyBitmap, fullBitmap, hasBit, setBit } from "./bitmap.ts";
import type { Columns } from "./columns.ts";
import { checkDocuments, type Documents, joinDocuments, type Schema } from "./documents.ts";
import { isDamage } from "./head.ts";
import type { Version } from "./history/history.ts";
import { idKey } from "./id-column.ts";
import { IndexError } from "./index-error.ts";
import type { SegmentEntry } from "./manifest.ts";
import { arrange, gather, movedBits } from "./merge.ts";
import { buildSegment, sourceOf } from "./segment.ts";
import { type VersionState, withSegments } from "./version-state.ts";
import { borrowed, joinSchemas, rebasing, segmentId, type Workshop } from "./writer.ts";

/** A segment that takes a damaged one's place; null where no row of it is left. */
interface Rebuilt {
  readonly entry: SegmentEntry | null;
  readonly deleted: RowBitmap | undefined;
}

const bad = (message: string) => new IndexError("bad-documents", message);

const columnsOf = async (shop: Workshop, entry: SegmentEntry): Promise<Columns | null> => {
  try {
    return await borrowed(shop, [entry], async ([segment]) => (await segment?.columns()) ?? null);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
};

/** Which of the ids are deleted rows of the segment. @throws IndexError "bad-documents" where live ones are missing or others came */
const deletedAmong = (
  ids: readonly string[],
  { id, rows, deleted }: { id: string; rows: Columns; deleted: RowBitmap | undefined },
): RowBitmap | undefined => {
  const bits = emptyBitmap(ids.length);
  const live = fullBitmap(rows.rows);
  for (const [at, one] of ids.entries()) {
    const row = rows.ids.find(idKey(one));
    if (row === undefined) throw bad(`"${one}" is not a row of segment ${id}.`);
    if (deleted && hasBit(deleted, row)) setBit(bits, at);
    live[row >>> 5] = (live[row >>> 5] ?? 0) & ~(1 << (row & 31));
  }
  for (let row = 0; row < rows.rows; row++)
    if (hasBit(live, row) && !(deleted && hasBit(deleted, row)))
      throw bad(`Live rows of segment ${id} are missing, "${rows.ids.at(row)}" for one.`);
  return countBits(bits) > 0 ? bits : undefined;
};

/** @throws IndexError "bad-documents" where one of the ids is live in another segment */
const checkElsewhere = async (
  shop: Workshop,
  state: VersionState,
  { id, ids }: { readonly id: string; readonly ids: readonly string[] },
): Promise<void> => {
  const keys = ids.map(idKey);
  for (const other of state.manifest.segments) {
    if (other.id === id) continue;
    const columns = await columnsOf(shop, other);
    const deleted = state.deleted.get(other.id);
    for (const [at, key] of keys.entries()) {
      const row = columns?.ids.find(key);
      if (row !== undefined && !(deleted && hasBit(deleted, row)))
        throw bad(`"${ids[at]}" is live in segment ${other.id}, so it is not a row of ${id}.`);
    }
  }
};

const fromDocuments = async (
  shop: Workshop,
  { entry, state, schema }: { entry: SegmentEntry; state: VersionState; schema: Schema },
  given: Documents,
): Promise<Rebuilt> => {
  checkDocuments(given, shop.dim, schema);
  const documents = joinDocuments([given], shop.dim, schema);
  const { ids } = documents;
  const rows = await columnsOf(shop, entry);
  let deleted: RowBitmap | undefined;
  if (rows === null) await checkElsewhere(shop, state, { id: entry.id, ids });
  else deleted = deletedAmong(ids, { id: entry.id, rows, deleted: state.deleted.get(entry.id) });
  if (ids.length === 0) return { entry: null, deleted: undefined };
  const built = await buildSegment(shop, segmentId(shop.newId), sourceOf(documents), { schema });
  return { entry: built, deleted };
};

/** From the segment's own vectors, columns and texts. @throws IndexError "damaged" where one of them is */
const fromOwnFiles = (
  shop: Workshop,
  { entry, state, schema }: { entry: SegmentEntry; state: VersionState; schema: Schema },
): Promise<Rebuilt> =>
  borrowed(shop, [entry], async (segments) => {
    const parts = segments.map((segment) => ({ segment, keep: fullBitmap(entry.rows) }));
    const arranged = await arrange(parts);
    const rows = gather(arranged, { dim: shop.dim, schema });
    const built = await buildSegment(shop, segmentId(shop.newId), rows, { schema });
    const dead = state.deleted.get(entry.id);
    const [placed] = arranged.parts;
    return { entry: built, deleted: dead && placed && movedBits(dead, placed, built.rows) };
  });

const replaced = (state: VersionState, id: string, { entry, deleted }: Rebuilt): VersionState => {
  const bits = new Map(state.deleted);
  bits.delete(id);
  if (entry !== null && deleted) bits.set(entry.id, deleted);
  const segments = state.manifest.segments.flatMap((one) => (one.id === id ? (entry ?? []) : one));
  const next = withSegments(state, segments, bits);
  const change = next.manifest.counts.rows - state.manifest.counts.rows;
  const counts = {
    rows: next.manifest.counts.rows,
    added: Math.max(0, change),
    removed: Math.max(0, -change),
  };
  return { ...next, manifest: { ...next.manifest, counts } };
};

/**
 * One new version with the segment rebuilt, from the documents or, without them, from its own files; null where the newest
 * version does not have it (any more). Where another writer was first it is built again: deletions may have come.
 */
export const rebuildSegment = (
  shop: Workshop,
  id: string,
  documents?: Documents,
): Promise<Version | null> =>
  rebasing(shop, async ({ state }) => {
    const entry = state.manifest.segments.find((segment) => segment.id === id);
    if (entry === undefined) return null;
    const schema = joinSchemas(state.manifest.schema, shop.schema);
    const of = { entry, state, schema };
    const rebuilt = await (documents === undefined
      ? fromOwnFiles(shop, of)
      : fromDocuments(shop, of, documents));
    const joined = { ...state, manifest: { ...state.manifest, schema } };
    return { state: replaced(joined, id, rebuilt), message: `Rebuild segment ${id}` };
  });
