// Writes the next version: a segment of the added rows, tombstones for the removed ones, merges, and a commit that rebases.
import type { RowBitmap } from "./ann/ann.ts";
import { emptyBitmap, hasBit, setBit } from "./bitmap.ts";
import { checkDocuments, type Documents, joinDocuments, type Schema } from "./documents.ts";
import { asIndexError, asked, type Head, isDamage, readHead } from "./head.ts";
import { HistoryError, type Version } from "./history/history.ts";
import { idKey } from "./id-column.ts";
import type { IdFilters } from "./id-filter.ts";
import { IndexError } from "./index-error.ts";
import { canonicalJson, isSegmentId, type SegmentEntry } from "./manifest.ts";
import {
  buildSegment,
  type Segment,
  type SegmentCache,
  type SegmentHome,
  sourceOf,
} from "./segment.ts";
import { emptyState, filesOf, type VersionState, withSegments } from "./version-state.ts";

export interface CommitOptions {
  readonly message: string;
  /**
   * Names of the batches that this version includes for the first time: a batch already in an earlier version is not added
   * twice. Where there are as many `add` as names, `add[i]` is batch i and only the new ones are added; otherwise they count as
   * one, which is left out only where every name is known.
   */
  readonly batches?: readonly string[];
  /** Arbitrary small JSON kept in the manifest (model id, topic snapshot …), carried forward unless replaced. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  /**
   * Awaited right before the version is made, after the one before it was read: where it throws, nothing is committed. For writers
   * that must not go on once others have taken over from them.
   */
  readonly check?: () => Promise<void>;
}

export interface Change {
  readonly add?: readonly Documents[];
  readonly remove?: readonly string[];
}

/** What a writer works with. */
export interface Workshop extends SegmentHome {
  readonly cache: SegmentCache;
  /** Keeps hashes of the ids of the head's segments between commits, so that their columns are not read again for each. */
  readonly filters: IdFilters;
  readonly dim: number;
  readonly schema: Schema;
  readonly now: () => number;
  readonly newId: () => string;
  readonly onWarning: (message: string) => void;
}

const TRIES = 40;
const PAUSE_MS = 4;
const MOST_PAUSE_MS = 500;

/**
 * By chance, so that writers which met do not meet again: with pauses of the same length for all, one of four that committed without
 * a break lost ten times in a row.
 */
const pauseAfter = (tries: number): number =>
  Math.random() * Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** (tries + 1));

interface Fresh {
  readonly names: readonly string[];
  readonly documents: Documents;
}

const checkChange = (shop: Workshop, change: Change, options: CommitOptions): void => {
  for (const documents of change.add ?? []) checkDocuments(documents, shop.dim, shop.schema);
  for (const name of options.batches ?? [])
    if (name === "" || name.includes("\n") || !name.isWellFormed())
      throw new IndexError("bad-documents", `${JSON.stringify(name)} is no name of a batch.`);
};

/** The batches of the change that the head does not have yet; null where it has all of them. */
const freshOf = (
  { add = [] }: Change,
  named: readonly string[],
  known: ReadonlySet<string>,
): { names: readonly string[]; parts: readonly Documents[] } | null => {
  const names = [...new Set(named)].filter((name) => !known.has(name));
  if (named.length > 0 && names.length === 0) return null;
  if (named.length !== add.length) return { names, parts: add };
  const seen = new Set<string>();
  const parts = add.filter((_, place) => {
    const name = named[place] ?? "";
    if (known.has(name) || seen.has(name)) return false;
    seen.add(name);
    return true;
  });
  return { names, parts };
};

/** The schema of the next version: columns may be added, none may change its kind. */
export const joinSchemas = (old: Schema, wanted: Schema): Schema => {
  for (const [name, kind] of Object.entries(wanted))
    if (Object.hasOwn(old, name) && old[name] !== kind)
      throw new IndexError("bad-documents", `Column "${name}" is a ${old[name]} in this index.`);
  return { ...old, ...wanted };
};

/** A segment's id: from the caller's `newId`, with characters that a folder's name may have. */
export const segmentId = (newId: () => string): string => {
  const id = newId().replaceAll(/[^A-Za-z0-9_-]/g, "_");
  if (!isSegmentId(id)) throw new IndexError("bad-documents", `newId gave "${id}".`);
  return id;
};

/** Opens segments for `use` and releases them after it. */
export const borrowed = async <T>(
  shop: Workshop,
  entries: readonly SegmentEntry[],
  use: (segments: readonly Segment[]) => Promise<T>,
): Promise<T> => {
  const segments = entries.map((entry) => shop.cache.acquire(entry));
  try {
    return await use(segments);
  } finally {
    for (const segment of segments) await shop.cache.release(segment);
  }
};

interface Buried {
  readonly deleted: ReadonlyMap<string, RowBitmap>;
  /** How many of the ids were live before. */
  readonly found: number;
}

/** Tombstones the live rows with these ids. */
const bury = async (
  shop: Workshop,
  state: VersionState,
  ids: Iterable<string>,
): Promise<Buried> => {
  const keys = Array.from(ids, idKey);
  const deleted = new Map(state.deleted);
  let found = 0;
  if (keys.length === 0) return { deleted, found };
  for (const entry of state.manifest.segments) {
    if (shop.filters.mayHold(entry, keys) === false) continue;
    await borrowed(shop, [entry], async ([segment]) => {
      const { id, rows } = entry;
      const columns = await segment?.columns();
      if (columns === undefined) return;
      if (shop.filters.mayHold(entry, keys) === undefined) shop.filters.learn(entry, columns.ids);
      const before = deleted.get(id);
      const bits = before?.slice() ?? emptyBitmap(rows);
      let here = 0;
      for (const key of keys) {
        const row = columns.ids.find(key);
        if (row === undefined || hasBit(bits, row)) continue;
        setBit(bits, row);
        here++;
      }
      if (here > 0) deleted.set(id, bits);
      found += here;
    });
  }
  return { deleted, found };
};

/** Writes the state as the version after the head. @throws HistoryError "conflict" where another writer was first. */
const publish = (
  shop: Workshop,
  head: Head,
  state: VersionState,
  message: string,
): Promise<Version> => {
  const number = (head.version?.number ?? 0) + 1;
  const parent = head.version?.number ?? null;
  const manifest = { ...state.manifest, number, parent, batches: state.batches.length };
  return shop.history.commit({
    parent: head.version?.id ?? null,
    files: filesOf({ ...state, manifest }),
    message,
    at: shop.now(),
  });
};

/**
 * A version without rows after a head of which no file, nor any older version's, can be read: what is committed next builds on it.
 * The damaged versions stay as they are. Where not even the head's number can be read, numbers begin again at 1.
 * @throws IndexError "conflict" where another writer was first
 */
export const startAnew = async (shop: Workshop, message: string): Promise<Version> => {
  const release = await asked(shop.history.hold());
  try {
    let version: Version | null = null;
    try {
      version = await shop.history.head();
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
    }
    const state = emptyState(shop.dim, shop.schema);
    return await asked(publish(shop, { version, state }, state, message));
  } finally {
    await release();
  }
};

/** Runs `attempt` on the head and commits, again where another writer was first; its files are not swept meanwhile. */
export const rebasing = async (
  shop: Workshop,
  attempt: (
    head: Head,
  ) => Promise<{ readonly state: VersionState; readonly message: string } | null>,
): Promise<Version | null> => {
  const release = await asked(shop.history.hold());
  try {
    for (let tries = 0; ; tries++) {
      const head = await readHead(shop.history, shop);
      if (head.state.manifest.dim !== shop.dim)
        throw new IndexError(
          "bad-documents",
          `This index holds vectors of ${head.state.manifest.dim} dimensions, not ${shop.dim}.`,
        );
      const next = await attempt(head);
      if (next === null) return null;
      try {
        return await publish(shop, head, next.state, next.message);
      } catch (error) {
        const lost = error instanceof HistoryError && error.code === "conflict";
        if (!lost || tries + 1 >= TRIES) throw asIndexError(error);
        await new Promise((done) => setTimeout(done, pauseAfter(tries)));
      }
    }
  } finally {
    await release();
  }
};

/** One new version with the change; null where the head has it already. */
export const commitChange = async (
  shop: Workshop,
  change: Change,
  options: CommitOptions,
): Promise<Version | null> => {
  checkChange(shop, change, options);
  const remove = new Set(change.remove ?? []);
  let built: { key: string; fresh: Fresh; entry: SegmentEntry | null } | undefined;

  const build = async (names: readonly string[], parts: readonly Documents[], schema: Schema) => {
    const key = canonicalJson([names, schema]);
    if (built?.key === key) return built;
    const documents = joinDocuments(parts, shop.dim, schema);
    const entry =
      documents.ids.length === 0
        ? null
        : await buildSegment(shop, segmentId(shop.newId), sourceOf(documents), { schema });
    if (entry !== null) shop.filters.add(entry, documents.ids);
    built = { key, fresh: { names, documents }, entry };
    return built;
  };

  return rebasing(shop, async (head) => {
    const { manifest, batches } = head.state;
    const found = freshOf(change, options.batches ?? [], new Set(batches));
    if (found === null) return null;
    const schema = joinSchemas(manifest.schema, shop.schema);
    const { fresh, entry } = await build(found.names, found.parts, schema);
    const replaced = new Set(fresh.documents.ids);
    const buried = await bury(shop, head.state, replaced);
    const after = { ...head.state, deleted: buried.deleted };
    const gone = await bury(
      shop,
      after,
      [...remove].filter((id) => !replaced.has(id)),
    );
    const annotations = { ...manifest.annotations, ...options.annotations };
    const changed = canonicalJson(annotations) !== canonicalJson(manifest.annotations);
    if (entry === null && gone.found === 0 && fresh.names.length === 0 && !changed) return null;
    const base: VersionState = {
      ...head.state,
      batches: [...batches, ...fresh.names],
      manifest: {
        ...manifest,
        schema,
        annotations,
        counts: { rows: 0, added: replaced.size - buried.found, removed: gone.found },
      },
    };
    const segments = entry === null ? manifest.segments : [...manifest.segments, entry];
    shop.filters.keep(segments);
    const appended = withSegments(base, segments, gone.deleted);
    await options.check?.();
    return { state: appended, message: options.message };
  });
};
