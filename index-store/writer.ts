// Makes the next version: a segment from what is new, tombstones for what is gone, merges, and a commit that rebases.
import type { RowBitmap } from "./ann/ann.ts";
import { complement, emptyBitmap, fullBitmap, hasBit, setBit } from "./bitmap.ts";
import { checkDocuments, type Documents, joinDocuments, type Schema } from "./documents.ts";
import { asIndexError, asked, type Head, isDamage, readHead } from "./head.ts";
import { HistoryError, type Version } from "./history/history.ts";
import { idKey } from "./id-column.ts";
import { IndexError } from "./index-error.ts";
import { canonicalJson, isSegmentId, type SegmentEntry } from "./manifest.ts";
import { arrange, gather, type Part } from "./merge.ts";
import { planMerges, planRest } from "./merge-policy.ts";
import {
  buildSegment,
  type Segment,
  type SegmentCache,
  type SegmentHome,
  sourceOf,
} from "./segment.ts";
import { filesOf, type VersionState, withSegments } from "./version-state.ts";

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
}

export interface Change {
  readonly add?: readonly Documents[];
  readonly remove?: readonly string[];
}

/** What a writer works with; `cache` also keeps the ids of the head's segments between commits. */
export interface Workshop extends SegmentHome {
  readonly cache: SegmentCache;
  readonly dim: number;
  readonly schema: Schema;
  readonly now: () => number;
  readonly newId: () => string;
  readonly onWarning: (message: string) => void;
}

const TRIES = 10;
const PAUSE_MS = 4;

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

/** What of the change the head does not have yet; null where it has all of it. */
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

/** The schema of the next version: columns may come, none may change its kind. */
export const joinSchemas = (old: Schema, wanted: Schema): Schema => {
  for (const [name, kind] of Object.entries(wanted))
    if (Object.hasOwn(old, name) && old[name] !== kind)
      throw new IndexError("bad-documents", `Column "${name}" is a ${old[name]} in this index.`);
  return { ...old, ...wanted };
};

/** Ids of segments come from the caller's `newId`, made fit for a folder's name. */
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
  /** Of the ids: how many were live before. */
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
  await borrowed(shop, state.manifest.segments, async (segments) => {
    for (const segment of segments) {
      const { id, rows } = segment.entry;
      const columns = await segment.columns();
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
    }
  });
  return { deleted, found };
};

const liveRows = (state: VersionState, { id, rows }: SegmentEntry): RowBitmap => {
  const deleted = state.deleted.get(id);
  return deleted ? complement(deleted, rows) : fullBitmap(rows);
};

/** Rewrites each group of segments as one. */
const mergeGroups = async (
  shop: Workshop,
  state: VersionState,
  groups: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<VersionState> => {
  const { dim, schema } = state.manifest;
  let merged = state;
  for (const group of groups) {
    const { segments } = merged.manifest;
    const members = segments.filter(({ id }) => group.includes(id));
    const entry = await borrowed(shop, members, async (opened) => {
      const parts: Part[] = opened.map((segment) => ({
        segment,
        keep: liveRows(state, segment.entry),
      }));
      const rows = gather(await arrange(parts, signal), { dim, schema, signal });
      return buildSegment(shop, segmentId(shop.newId), rows, { schema, signal });
    });
    const first = segments.findIndex((segment) => group.includes(segment.id));
    const next = segments.flatMap((segment, place) => {
      if (place === first) return [entry];
      return group.includes(segment.id) ? [] : [segment];
    });
    merged = withSegments(merged, next, merged.deleted);
  }
  return merged;
};

const sizesOf = (state: VersionState) =>
  state.manifest.segments.map(({ id, rows, deleted }) => ({ id, rows, live: rows - deleted }));

const plannedGroups = (state: VersionState): string[][] => planMerges(sizesOf(state));

/** What is new is worth a version even where an old segment cannot be merged because it is damaged. */
const mergedIfWhole = async (shop: Workshop, state: VersionState): Promise<VersionState> => {
  try {
    return await mergeGroups(shop, state, plannedGroups(state));
  } catch (error) {
    if (!isDamage(error)) throw error;
    shop.onWarning(`Segments were left unmerged: ${error.message}`);
    return state;
  }
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

/** Runs `attempt` on the head until it is the first writer; nobody sweeps its files meanwhile. */
export const rebasing = async (
  shop: Workshop,
  attempt: (
    head: Head,
    tries: number,
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
      const next = await attempt(head, tries);
      if (next === null) return null;
      try {
        return await publish(shop, head, next.state, next.message);
      } catch (error) {
        const lost = error instanceof HistoryError && error.code === "conflict";
        if (!lost || tries + 1 >= TRIES) throw asIndexError(error);
        await new Promise((done) => setTimeout(done, PAUSE_MS * (tries + 1)));
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
    built = { key, fresh: { names, documents }, entry };
    return built;
  };

  return rebasing(shop, async (head, tries) => {
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
    const appended = withSegments(base, segments, gone.deleted);
    // A writer that lost the race once appends only: its merge would be thrown away as well.
    const state = tries === 0 ? await mergedIfWhole(shop, appended) : appended;
    return { state, message: options.message };
  });
};

export interface MergeOptions {
  /** Everything into one segment. */
  readonly all?: boolean;
  /** Nothing more is coming for now: into one segment, or a few large ones. */
  readonly atRest?: boolean;
  /** Gives the merge up; nothing has changed then. */
  readonly signal?: AbortSignal;
}

const groupsFor = (state: VersionState, { all, atRest }: MergeOptions): string[][] => {
  const { segments } = state.manifest;
  if (all) {
    const whole = segments.length > 1 || segments.some(({ deleted }) => deleted > 0);
    return whole ? [segments.map(({ id }) => id)] : [];
  }
  const rest = atRest ? planRest(sizesOf(state)) : [];
  return rest.length > 0 ? [rest] : plannedGroups(state);
};

/** Merges by the policy, at rest, or everything into one; null where nothing is worth it. @throws the signal's reason */
export const mergeSegments = async (
  shop: Workshop,
  options: MergeOptions,
): Promise<Version | null> =>
  rebasing(shop, async (head) => {
    const { counts } = head.state.manifest;
    options.signal?.throwIfAborted();
    const groups = groupsFor(head.state, options);
    if (groups.length === 0) return null;
    const merged = await mergeGroups(shop, head.state, groups, options.signal);
    const quiet = { ...merged.manifest.counts, rows: counts.rows, added: 0, removed: 0 };
    const state = { ...merged, manifest: { ...merged.manifest, counts: quiet } };
    return { state, message: "Merge segments" };
  });
