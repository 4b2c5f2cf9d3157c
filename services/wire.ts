// The wiring: a configuration → the drivers, opened. The only file that names one.
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type IndexStore,
  openIndexStore,
  type Schema,
  type Searcher,
} from "#index-store/index-store.ts";
import type { Blobs } from "#services/blobs/blobs.ts";
import { openFsBlobs } from "#services/blobs/fs.ts";
import type { Bus } from "#services/bus/bus.ts";
import { openDatabaseBus } from "#services/bus/database.ts";
import type { Config } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { type Clock, millis } from "#services/domain/units.ts";
import {
  type Embedder,
  type EmbeddingModel,
  openOnnxEmbedder,
  resolveModel,
} from "#services/embed/embed.ts";
import { failForBuriedJob } from "#services/store/buried.ts";
import { randomName } from "#services/store/digest.ts";
import { type HomeLock, lockHome } from "#services/store/home-lock.ts";
import { openStore, type Store } from "#services/store/open-store.ts";

/** The columns of every collection's index: what can be filtered on and counted. Row ids are chunk ids. */
export const indexSchema = {
  conversation: "keyword",
  message: "keyword",
  author: "keyword",
  role: "keyword",
  kind: "keyword",
  source: "keyword",
  channel: "keyword",
  language: "keyword",
  upload: "keyword",
  at: "number",
} as const satisfies Schema;

export interface Indexes {
  /** @throws ParlanceError rejected `unknown-collection` (404) */
  open(collection: CollectionId): Promise<IndexStore>;
  /**
   * A snapshot: of the newest version (noticed within a quarter of a second of its commit, by whichever process) or of the one
   * addressed; undefined while there is none. Shared: do not close it, and do not keep it for more than a minute.
   */
  searcher(collection: CollectionId, address?: string | number): Promise<Searcher | undefined>;
  /** Closes what this process holds open of the index: its collection is being erased by another one. */
  forget(collection: CollectionId): Promise<void>;
  /** Closes the index and removes its folder with all versions. */
  drop(collection: CollectionId): Promise<void>;
  close(): Promise<void>;
}

export interface Parlance {
  readonly config: Config;
  readonly store: Store;
  readonly bus: Bus;
  readonly blobs: Blobs;
  readonly indexes: Indexes;
  readonly now: Clock;
  readonly newId: () => string;
  /** Opened at the first call (a model may have to be downloaded), then the same one. */
  embedder(): Promise<Embedder>;
  model(): Promise<EmbeddingModel>;
  /** Says in the home's lock file where it is served. */
  announce(url: string): void;
  close(): Promise<void>;
}

export interface Overrides {
  readonly embedder?: () => Promise<Embedder>;
  readonly now?: Clock;
  readonly newId?: () => string;
  /** Names this process in the jobs table. */
  readonly owner?: string;
  /** False in a child of the process that holds the home. */
  readonly lock?: boolean;
  readonly onWarning?: (message: string) => void;
}

/** How long an answer may come from a version that another process has just replaced. */
const LOOK_AGAIN_MS = 250;
/** A replaced snapshot is closed when whoever still asks it has long had an answer. */
const LINGER_MS = 60_000;

const isSame = (one: Searcher | undefined, other: Searcher): boolean =>
  one?.version.id === other.version.id && one.degraded === other.degraded;

const openIndexes = (
  parts: Pick<Parlance, "config" | "store" | "now" | "newId" | "model">,
  onWarning: (message: string) => void,
): Indexes => {
  const opened = new Map<CollectionId, Promise<IndexStore>>();
  const newest = new Map<CollectionId, { searcher: Searcher; lookedAt: number }>();
  const lingering = new Set<{ timer: NodeJS.Timeout; searcher: Searcher }>();
  const folderOf = (collection: CollectionId) => join(parts.config.home, "collections", collection);

  const openOne = async (collection: CollectionId): Promise<IndexStore> => {
    const row = await parts.store.db
      .selectFrom("collections")
      .select("dim")
      .where("id", "=", collection)
      .executeTakeFirst();
    if (!row)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    await mkdir(folderOf(collection), { recursive: true, mode: 0o700 });
    return openIndexStore({
      path: join(folderOf(collection), "index.git"),
      dim: row.dim ?? (await parts.model()).dim,
      schema: indexSchema,
      now: parts.now,
      newId: parts.newId,
      engine: parts.config.indexEngine,
      onWarning,
    });
  };

  const open = (collection: CollectionId): Promise<IndexStore> => {
    const known = opened.get(collection);
    if (known) return known;
    const opening = openOne(collection);
    opened.set(collection, opening);
    opening.catch(() => opened.delete(collection));
    return opening;
  };

  const letGo = (searcher: Searcher) => {
    const entry = {
      searcher,
      timer: setTimeout(() => {
        lingering.delete(entry);
        searcher.close();
      }, LINGER_MS).unref(),
    };
    lingering.add(entry);
  };

  const forget = async (collection: CollectionId) => {
    newest.get(collection)?.searcher.close();
    newest.delete(collection);
    const index = await opened.get(collection)?.catch((): undefined => undefined);
    opened.delete(collection);
    await index?.close();
  };

  return {
    open,
    async searcher(collection, address) {
      const index = await open(collection);
      if (address !== undefined) {
        const pinned = await index.searcher(address);
        letGo(pinned);
        return pinned;
      }
      const held = newest.get(collection);
      if (held && performance.now() - held.lookedAt < LOOK_AGAIN_MS) return held.searcher;
      const lookedAt = performance.now();
      // Said before it is known, so that a hundred questions at once look once.
      if (held) newest.set(collection, { ...held, lookedAt });
      const searcher = await index.searcher();
      const now = newest.get(collection)?.searcher;
      if (searcher.version.number === 0 || isSame(now, searcher)) {
        searcher.close();
        return now;
      }
      newest.set(collection, { searcher, lookedAt });
      if (now) letGo(now);
      return searcher;
    },
    forget,
    async drop(collection) {
      await forget(collection);
      await rm(folderOf(collection), { recursive: true, force: true });
    },
    async close() {
      for (const { timer, searcher } of lingering) {
        clearTimeout(timer);
        searcher.close();
      }
      lingering.clear();
      for (const collection of [...opened.keys()]) await forget(collection);
    },
  };
};

const openModel = async (config: Config): Promise<Embedder> => {
  const { id, path } = await resolveModel({
    setting: config.embeddingModel,
    home: config.home,
    hub: config.modelHub,
  });
  return openOnnxEmbedder({
    id,
    path,
    threads: config.workers,
    providers: config.executionProviders,
  });
};

/** The home's folders, for this user alone. */
const makeHome = async (home: string) => {
  for (const folder of [home, join(home, "collections"), join(home, "blobs")]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
};

/**
 * Opens the home: makes and locks it, migrates the database, wires the drivers.
 * @throws ParlanceError rejected `home-in-use`; whatever `openStore` throws
 */
export const openParlance = async (
  config: Config,
  overrides: Overrides = {},
): Promise<Parlance> => {
  const now: Clock = overrides.now ?? (() => millis(Date.now()));
  const newId = overrides.newId ?? randomName;
  await makeHome(config.home);
  const lock: HomeLock | undefined = overrides.lock === false ? undefined : lockHome(config.home);
  try {
    const store = await openStore({
      path: join(config.home, "parlance.db"),
      backups: join(config.home, "backups"),
      now,
      newId,
    });
    const bus = openDatabaseBus({
      store,
      owner: overrides.owner ?? `${process.pid}-${newId()}`,
      onBury: (rows, job) => failForBuriedJob(store, rows, job),
    });
    const blobs = await openFsBlobs({ folder: join(config.home, "blobs"), newId, now });
    let embedder: Promise<Embedder> | undefined;
    const openedEmbedder = (): Promise<Embedder> => {
      if (embedder) return embedder;
      const opening = (overrides.embedder ?? (() => openModel(config)))();
      embedder = opening;
      // A model that could not be had (no network) is asked for again.
      opening.catch(() => {
        embedder = undefined;
      });
      return opening;
    };
    const model = async () => (await openedEmbedder()).model;
    const warn = overrides.onWarning ?? ((message: string) => console.warn(message));
    const indexes = openIndexes({ config, store, now, newId, model }, warn);
    return {
      config,
      store,
      bus,
      blobs,
      indexes,
      now,
      newId,
      embedder: openedEmbedder,
      model,
      announce: (url) => lock?.announce(url),
      close: async () => {
        await bus.close();
        await indexes.close();
        const last = await embedder?.catch((): undefined => undefined);
        await last?.close();
        await store.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
};
