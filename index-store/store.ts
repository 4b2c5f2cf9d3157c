// One opened index: the writers one after another, snapshots kept open, and the housekeeping of its versions.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Attachments, openAttachments, scrubAttachments } from "./attachments.ts";
import { type Diff, diffStates } from "./diff.ts";
import type { Documents, Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import { asIndexError, asked, isDamage, readHead, stateOf } from "./head.ts";
import type { History, Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import { type SegmentEntry, type SegmentFile, segmentFiles } from "./manifest.ts";
import { type Damage, findDamage, withoutSegments } from "./mend.ts";
import { purgeRows } from "./purge.ts";
import { type Searcher, SnapshotSearcher } from "./searcher.ts";
import { SegmentCache } from "./segment.ts";
import { Shelf } from "./shelf.ts";
import { readManifest } from "./version-state.ts";
import {
  type Change,
  type CommitOptions,
  commitChange,
  joinSchemas,
  type MergeOptions,
  mergeSegments,
  rebasing,
  type Workshop,
} from "./writer.ts";

/** Objects that no version names are kept this long: their writer may be about to name them. */
const GRACE_MS = 60 * 60 * 1000;

export interface VersionSummary extends Version {
  /** Live rows. */
  readonly rows: number;
  readonly segments: number;
  /** Of the files of its segments; versions share them. */
  readonly bytes: number;
  readonly added: number;
  readonly removed: number;
  readonly annotations: Readonly<Record<string, unknown>>;
}

export interface IndexStore extends Attachments {
  readonly path: string;
  readonly schema: Schema;
  readonly dim: number;
  head(): Promise<Version | null>;
  /** Newest first. */
  versions(page?: { readonly limit?: number; readonly before?: number }): Promise<VersionSummary[]>;
  /** Batches named by the head's manifest: the truth of what is indexed. */
  batches(): Promise<ReadonlySet<string>>;
  /**
   * Adds and removes rows in one new version: builds a segment, merges small ones where the policy says so, commits durably.
   * Rebases and retries where another writer was first. Returns null where there was nothing to do.
   */
  commit(
    change: { readonly add?: readonly Documents[]; readonly remove?: readonly string[] },
    options: CommitOptions,
  ): Promise<Version | null>;
  /**
   * Merges segments by the policy, at rest or all into one, without changing what is live; null where nothing was worth it.
   * Questions go on meanwhile; commits of this process wait for it, or stop it by the signal.
   */
  merge(options?: MergeOptions): Promise<Version | null>;
  /**
   * A snapshot: of the head, or of the version with this number, tag or id. Segments are shared between snapshots. Cached.
   * Before the first commit it is empty and its version is number 0.
   */
  searcher(address?: string | number): Promise<Searcher>;
  diff(from: string | number, to: string | number): Promise<Diff>;
  tag(address: string | number, name: string): Promise<void>;
  /** A new version with the content of an older one. */
  rollBack(address: string | number): Promise<Version>;
  /**
   * Erases rows from every version, old ones included: afterwards neither text, words nor vectors of them are in any file. All
   * attachments go too: they were worked out from those rows.
   */
  purge(ids: readonly string[]): Promise<void>;
  /** Erases all attachments, so that nothing of them is in any file; versions stay as they are. */
  eraseAttachments(): Promise<void>;
  /** Checks every file of every version and attachment by its checksum. */
  verify(): Promise<{ readonly damaged: readonly string[]; readonly checked: number }>;
  /** Checks every file of the newest version by its checksum. @throws IndexError "damaged" where no record can be read */
  damage(): Promise<Damage>;
  /** A new version without these segments, whose rows are to be added again; makes a damaged record of the head whole. */
  dropSegments(ids: readonly string[]): Promise<Version>;
  /** Removes what no version or attachment names and nobody is about to name; returns bytes freed. */
  collectGarbage(): Promise<number>;
  /** Bytes on disk of all versions together. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface StoreParts {
  readonly path: string;
  readonly dim: number;
  readonly schema: Schema;
  readonly now: () => number;
  readonly newId: () => string;
  readonly onWarning?: (message: string) => void;
  readonly history: History;
  readonly engines: Engines;
}

/** Puts an index together from a history and engines. */
export const storeOf = (parts: StoreParts): IndexStore => {
  const { history, engines, path, dim, schema, now, newId } = parts;
  const onWarning = parts.onWarning ?? (() => undefined);
  const cache = new SegmentCache({ history, engines });
  const shelf = new Shelf({ history, cache, empty: { dim, schema }, now, onWarning });
  const shop: Workshop = { history, engines, cache, dim, schema, now, newId, onWarning };
  const attachments = openAttachments(history, now);
  const summaries = new Map<string, Omit<VersionSummary, keyof Version>>();
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const open = () => {
    if (closed) throw new IndexError("closed", `The index at ${path} has been closed.`);
  };

  /** Writers of one process take turns; those of others are met at the commit. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    open();
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  const summaryOf = async (version: Version): Promise<VersionSummary> => {
    let summary = summaries.get(version.id);
    if (summary === undefined) {
      const { counts, segments, annotations } = readManifest(await asked(history.read(version)));
      const bytes = segments
        .flatMap(({ files }) => Object.values(files))
        .reduce((sum, { size }) => sum + size, 0);
      summary = { ...counts, segments: segments.length, bytes, annotations };
      summaries.set(version.id, summary);
    }
    return { ...version, ...summary };
  };

  return {
    path,
    schema,
    dim,
    head: async () => {
      open();
      return (await readHeadVersion(history)) ?? null;
    },
    versions: async (page) => {
      open();
      const found: VersionSummary[] = [];
      for (const version of await asked(history.list(page)))
        try {
          found.push(await summaryOf(version));
        } catch (error) {
          if (!isDamage(error)) throw error;
          onWarning(`Version ${version.number} cannot be listed: ${error.message}`);
        }
      return found;
    },
    batches: async () => {
      open();
      return new Set((await readHead(history, shop)).state.batches);
    },
    commit: (change: Change, options) => inTurn(() => commitChange(shop, change, options)),
    merge: (options = {}) => inTurn(() => mergeSegments(shop, options)),
    searcher: (address) => {
      open();
      return shelf.snapshot(address, (snapshot) => new SnapshotSearcher(snapshot));
    },
    diff: async (from, to) => {
      open();
      const [before, after] = await Promise.all([
        asked(history.find(from)),
        asked(history.find(to)),
      ]);
      return diffStates(cache, await stateOf(history, before), await stateOf(history, after));
    },
    tag: async (address, name) => {
      open();
      await asked(history.find(address).then((version) => history.tag(version, name)));
    },
    rollBack: (address) =>
      inTurn(async () => {
        const target = await asked(history.find(address));
        const state = await stateOf(history, target);
        const version = await rebasing(shop, async (head) => {
          joinSchemas(head.state.manifest.schema, state.manifest.schema);
          const { added, removed } = await countChanges(() => diffStates(cache, head.state, state));
          const counts = { ...state.manifest.counts, added, removed };
          return {
            state: { ...state, manifest: { ...state.manifest, counts } },
            message: `Roll back to version ${target.number}`,
          };
        });
        if (version === null) throw new IndexError("unavailable", "The roll-back wrote nothing.");
        return version;
      }),
    purge: (ids) =>
      inTurn(async () => {
        await shelf.clear();
        summaries.clear();
        const release = await asked(history.hold());
        try {
          await purgeRows(shop, ids);
        } catch (error) {
          throw asIndexError(error);
        } finally {
          await release();
          await shelf.clear();
        }
      }),
    attach: (...wanted) => inTurn(() => attachments.attach(...wanted)),
    attached: (...wanted) => {
      open();
      return attachments.attached(...wanted);
    },
    attachments: (name) => {
      open();
      return attachments.attachments(name);
    },
    detach: (name, options) => inTurn(() => attachments.detach(name, options)),
    eraseAttachments: () => inTurn(() => asked(history.eraseAttachments())),
    verify: async () => {
      open();
      const versions = await scrub(history);
      const attached = await scrubAttachments(history);
      return {
        damaged: [...versions.damaged, ...attached.damaged],
        checked: versions.checked + attached.checked,
      };
    },
    damage: () => {
      open();
      return asked(findDamage(shop));
    },
    dropSegments: (ids) => inTurn(() => withoutSegments(shop, ids)),
    collectGarbage: () =>
      inTurn(() => asked(history.collectGarbage({ now: now(), graceMs: GRACE_MS }))),
    size: () => {
      open();
      return bytesUnder(path);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await queue;
      await shelf.clear();
      await history.close();
    },
  };
};

const readHeadVersion = async (history: History): Promise<Version | null> => {
  try {
    return await history.head();
  } catch (error) {
    if (!isDamage(error)) throw asIndexError(error);
    return asked(history.recover());
  }
};

/** How many rows come and go; where the newer version cannot be read (the reason to roll back) nobody can tell: 0. */
const countChanges = async (diff: () => Promise<Diff>) => {
  try {
    const { added, removed } = await diff();
    return { added: added.length, removed: removed.length };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { added: 0, removed: 0 };
  }
};

const listed = async (history: History, damaged: Set<string>): Promise<readonly Version[]> => {
  try {
    return await history.list();
  } catch (error) {
    if (!isDamage(error)) throw asIndexError(error);
    damaged.add(error.message);
    return [];
  }
};

const scrub = async (history: History) => {
  const damaged = new Set<string>();
  const sound = new Set<string>();
  const check = async ({ id, files }: SegmentEntry) => {
    for (const [part, name] of Object.entries(segmentFiles)) {
      if (!isPart(part)) continue;
      const label = `segments/${id}/${name}`;
      if (sound.has(files[part].sha256) || damaged.has(label)) continue;
      if (await history.verify(files[part])) sound.add(files[part].sha256);
      else damaged.add(label);
    }
  };
  for (const version of await listed(history, damaged))
    try {
      const { manifest } = await stateOf(history, version);
      for (const segment of manifest.segments) await check(segment);
    } catch (error) {
      if (!isDamage(error)) throw error;
      damaged.add(`version ${version.number}: ${error.message}`);
    }
  return { damaged: [...damaged], checked: sound.size + damaged.size };
};

const isPart = (name: string): name is SegmentFile => Object.hasOwn(segmentFiles, name);

const bytesUnder = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      // A file may go between being listed and being looked at.
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      bytes += found?.size ?? 0;
    }
  return bytes;
};
