// Reads an index, whoever writes it: versions, snapshots, differences, checks.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type AttachmentReader, readAttachments, scrubAttachments } from "./attachments.ts";
import { type DamagedSegment, damagedSegments, liveIds } from "./damage.ts";
import { type Diff, diffStates } from "./diff.ts";
import type { Schema } from "./documents.ts";
import type { Engines } from "./engines.ts";
import { asIndexError, asked, isDamage, readHead, stateOf } from "./head.ts";
import type { HistoryReader, Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import { scrubVersions } from "./scrub.ts";
import type { Searcher } from "./searcher.ts";
import { SegmentCache } from "./segment.ts";
import { Shelf } from "./shelf.ts";
import { SnapshotSearcher } from "./snapshot-searcher.ts";
import { openVersionRows, type VersionRows, type VersionRowsOptions } from "./version-rows.ts";
import { readManifest } from "./version-state.ts";

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

export interface IndexReader extends AttachmentReader {
  readonly path: string;
  readonly schema: Schema;
  readonly dim: number;
  head(): Promise<Version | null>;
  /** Newest first. */
  versions(page?: { readonly limit?: number; readonly before?: number }): Promise<VersionSummary[]>;
  /** Whether the newest version's own record can be read; where it cannot, an older version takes its place. */
  isRecordWhole(): Promise<boolean>;
  /** Batches named by the newest version's manifest: what is indexed, whatever a database says. */
  batches(): Promise<ReadonlySet<string>>;
  /**
   * A snapshot of the newest version, or of the one with this number, tag or id. Segments are shared between snapshots. Cached.
   * Before the first commit it is empty and its version is number 0.
   */
  searcher(address?: string | number): Promise<Searcher>;
  /**
   * The live rows of the newest version for a pass over all of them: ids and vectors, in little memory. The caller closes it.
   * @throws IndexError "damaged" where a searcher would be degraded
   */
  rows(options?: VersionRowsOptions): Promise<VersionRows>;
  /** Lets go of the rows of all versions that no open searcher has: they are loaded again when they are asked for. */
  release(): Promise<void>;
  diff(from: string | number, to: string | number): Promise<Diff>;
  /**
   * Checks every file of the newest version's segments, or of those named, by its checksum: the segments with a damaged one.
   * `rebuildSegment` heals them.
   */
  damagedSegments(only?: readonly string[]): Promise<DamagedSegment[]>;
  /**
   * Ids of all live rows of the newest version, a segment at a time, except of segments whose columns are damaged: what is
   * missing is in those.
   */
  liveIds(): AsyncIterableIterator<{ readonly segment: string; readonly ids: readonly string[] }>;
  /** Checks every file of every version and attachment by its checksum; a follower of another host fetches all of them for it. */
  verify(): Promise<{ readonly damaged: readonly string[]; readonly checked: number }>;
  /** Bytes on disk of all versions together. */
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface ReaderParts {
  readonly path: string;
  readonly dim: number;
  readonly schema: Schema;
  readonly now: () => number;
  readonly onWarning?: (message: string) => void;
  readonly history: HistoryReader;
  readonly engines: Engines;
}

/** A reader, and what a writer of the same index shares with it. */
export interface OpenedReader {
  readonly reader: IndexReader;
  readonly cache: SegmentCache;
  /** @throws IndexError "closed" */
  checkOpen(): void;
  /** Drops all snapshots and summaries: versions have been rewritten. */
  forget(): Promise<void>;
  /** Refuses whatever comes from now on, waits for what is under way, then closes. */
  close(underWay: Promise<unknown>): Promise<void>;
}

const readHeadVersion = async (history: HistoryReader): Promise<Version | null> => {
  try {
    return await history.head();
  } catch (error) {
    if (!isDamage(error)) throw asIndexError(error);
    return asked(history.recover());
  }
};

const bytesOf = async (version: Version, history: HistoryReader) => {
  const { counts, segments, annotations } = readManifest(await asked(history.read(version)));
  const bytes = segments
    .flatMap(({ files }) => Object.values(files))
    .reduce((sum, { size }) => sum + size, 0);
  return { ...counts, segments: segments.length, bytes, annotations };
};

/** Puts a reader together from a history and engines. */
export const openReader = (parts: ReaderParts): OpenedReader => {
  const { history, engines, path, dim, schema, now } = parts;
  const onWarning = parts.onWarning ?? (() => undefined);
  const empty = { dim, schema };
  const cache = new SegmentCache({ history, engines });
  const shelf = new Shelf({ history, cache, empty, now, onWarning });
  const attachments = readAttachments(history);
  const summaries = new Map<string, Omit<VersionSummary, keyof Version>>();
  let closed = false;

  const checkOpen = () => {
    if (closed) throw new IndexError("closed", `The index at ${path} has been closed.`);
  };

  const summaryOf = async (version: Version): Promise<VersionSummary> => {
    const summary = summaries.get(version.id) ?? (await bytesOf(version, history));
    summaries.set(version.id, summary);
    return { ...version, ...summary };
  };

  const forget = async () => {
    summaries.clear();
    await shelf.clear();
  };

  const close = async (underWay: Promise<unknown>) => {
    if (closed) return;
    closed = true;
    await underWay;
    await shelf.clear();
    await history.close();
  };

  const reader: IndexReader = {
    path,
    schema,
    dim,
    head: async () => {
      checkOpen();
      return readHeadVersion(history);
    },
    versions: async (page) => {
      checkOpen();
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
    isRecordWhole: async () => {
      checkOpen();
      try {
        const version = await history.head();
        if (version !== null) await stateOf(history, version);
        return true;
      } catch (error) {
        if (!isDamage(error)) throw asIndexError(error);
        return false;
      }
    },
    batches: async () => {
      checkOpen();
      return new Set((await readHead(history, empty)).state.batches);
    },
    searcher: async (address) => {
      checkOpen();
      return new SnapshotSearcher(await shelf.snapshot(address));
    },
    rows: async (options) => {
      checkOpen();
      return openVersionRows({ history, cache, empty }, options);
    },
    release: async () => {
      checkOpen();
      await shelf.clear();
    },
    diff: async (from, to) => {
      checkOpen();
      const [before, after] = await Promise.all([
        asked(history.find(from)),
        asked(history.find(to)),
      ]);
      return diffStates(cache, await stateOf(history, before), await stateOf(history, after));
    },
    damagedSegments: async (only) => {
      checkOpen();
      const { state } = await readHead(history, empty);
      return damagedSegments({ history, cache }, state, only);
    },
    async *liveIds() {
      checkOpen();
      yield* liveIds(cache, (await readHead(history, empty)).state);
    },
    verify: async () => {
      checkOpen();
      const versions = await scrubVersions(history);
      const attached = await scrubAttachments(history);
      return {
        damaged: [...versions.damaged, ...attached.damaged],
        checked: versions.checked + attached.checked,
      };
    },
    size: async () => {
      checkOpen();
      return bytesUnder(path);
    },
    attached: async (...wanted) => {
      checkOpen();
      return attachments.attached(...wanted);
    },
    attachments: async (name) => {
      checkOpen();
      return attachments.attachments(name);
    },
    close: () => close(Promise.resolve()),
  };
  return { reader, cache, checkOpen, forget, close };
};

const bytesUnder = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      // A file may be removed between `readdir` and `stat`.
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      bytes += found?.size ?? 0;
    }
  return bytes;
};
