// The wiring: a configuration → the drivers, opened. The only file that names one.
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
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
  openTokenCounter,
  resolveModel,
  type TokenCounter,
} from "#services/embed/embed.ts";
import { type HomeLock, lockHome } from "#services/home/lock.ts";
import { type Llm, openOpenAiLlm } from "#services/llm/llm.ts";
import { failForBuriedJob } from "#services/store/buried.ts";
import { randomName } from "#services/store/digest.ts";
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
   * A snapshot: of the newest version, or of the one addressed; undefined while there is none. A newer version is noticed within
   * a quarter of a second, by whichever process it was committed; while it loads, the one before it answers, and of versions
   * that follow each other quickly in a large index not each one is loaded. Shared: do not close it, and do not keep it for more
   * than half a minute.
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
  /** Counts the model's tokens without loading the model itself. */
  tokenCounter(): Promise<TokenCounter>;
  /** Names topics where one is configured. */
  readonly llm: Llm | undefined;
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
/** A small version is loaded in this time: the question that noticed it is answered from it. */
const PATIENCE_MS = 100;
/** A replaced snapshot is closed when whoever still asks it has long had an answer. */
const LINGER_MS = 30_000;
/** Up to so many rows every version is loaded; beyond, one that is worth it: a tenth more rows, fewer, or after a while. */
const SMALL_ROWS = 20_000;
const WORTHWHILE_GROWTH = 1.1;
const WORTHWHILE_AFTER_MS = 2000;

interface Held {
  readonly searcher: Searcher;
  readonly openedAt: number;
  lookedAt: number;
  looking: boolean;
}

const isSame = (one: Searcher, other: Searcher): boolean =>
  one.version.id === other.version.id && one.degraded === other.degraded;

const isWorthLoading = (held: Held, rows: number): boolean => {
  const before = held.searcher.rows;
  return (
    rows <= SMALL_ROWS ||
    rows < before ||
    rows >= before * WORTHWHILE_GROWTH ||
    performance.now() - held.openedAt > WORTHWHILE_AFTER_MS
  );
};

const openIndexes = (
  parts: Pick<Parlance, "config" | "store" | "now" | "newId" | "model">,
  onWarning: (message: string) => void,
): Indexes => {
  const opened = new Map<CollectionId, Promise<IndexStore>>();
  const first = new Map<CollectionId, Promise<Searcher | undefined>>();
  const newest = new Map<CollectionId, Held>();
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

  const hold = (collection: CollectionId, searcher: Searcher) => {
    const openedAt = performance.now();
    newest.set(collection, { searcher, openedAt, lookedAt: openedAt, looking: false });
  };

  /** The first one is waited for, once for all who ask. */
  const openFirst = (collection: CollectionId): Promise<Searcher | undefined> => {
    const known = first.get(collection);
    if (known) return known;
    const opening: Promise<Searcher | undefined> = open(collection)
      .then((index) => index.searcher())
      .then((searcher) => {
        if (searcher.version.number > 0 && first.get(collection) === opening) {
          hold(collection, searcher);
          return searcher;
        }
        searcher.close();
        return undefined;
      });
    first.set(collection, opening);
    const done = () => {
      if (first.get(collection) === opening) first.delete(collection);
    };
    opening.then(done, done);
    return opening;
  };

  /** Puts a newer version in the place of the one held, as soon as it is loaded. */
  const renew = async (collection: CollectionId, held: Held): Promise<void> => {
    const index = await open(collection);
    const head = await index.head();
    // A degraded one is tried again, whatever the head says.
    if (head?.id === held.searcher.version.id && held.searcher.degraded === null) return;
    const [last] = await index.versions({ limit: 1 });
    if (last && !isWorthLoading(held, last.rows)) return;
    const searcher = await index.searcher();
    const replaced = newest.get(collection) === held && !isSame(held.searcher, searcher);
    if (!replaced || searcher.version.number === 0) return searcher.close();
    hold(collection, searcher);
    letGo(held.searcher);
  };

  const look = async (collection: CollectionId, held: Held): Promise<void> => {
    held.looking = true;
    held.lookedAt = performance.now();
    try {
      await renew(collection, held);
    } catch (error) {
      // The one that is held still answers; the next question looks again.
      onWarning(error instanceof Error ? error.message : String(error));
    } finally {
      held.looking = false;
      held.lookedAt = performance.now();
    }
  };

  const forget = async (collection: CollectionId) => {
    const opening = first.get(collection);
    first.delete(collection);
    await opening?.catch((): undefined => undefined);
    newest.get(collection)?.searcher.close();
    newest.delete(collection);
    const index = await opened.get(collection)?.catch((): undefined => undefined);
    opened.delete(collection);
    await index?.close();
  };

  return {
    open,
    async searcher(collection, address) {
      if (address !== undefined) {
        const pinned = await (await open(collection)).searcher(address);
        letGo(pinned);
        return pinned;
      }
      const held = newest.get(collection);
      if (!held) return openFirst(collection);
      if (!held.looking && performance.now() - held.lookedAt > LOOK_AGAIN_MS)
        await Promise.race([look(collection, held), pause(PATIENCE_MS)]);
      return newest.get(collection)?.searcher ?? openFirst(collection);
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

const findModel = (config: Config) =>
  resolveModel({
    setting: config.embeddingModel,
    home: config.home,
    hub: config.modelHub,
  });

const openModel = async (config: Config): Promise<Embedder> => {
  const { id, path } = await findModel(config);
  return openOnnxEmbedder({
    id,
    path,
    threads: config.workers,
    providers: config.executionProviders,
  });
};

const openLlm = ({ llm }: Config): Llm | undefined =>
  llm &&
  openOpenAiLlm({
    baseUrl: llm.baseUrl,
    model: llm.model,
    ...(llm.apiKey === undefined ? {} : { apiKey: llm.apiKey }),
    ...(llm.prices === undefined ? {} : { prices: llm.prices }),
  });

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
    let counter: Promise<TokenCounter> | undefined;
    const tokenCounter = (): Promise<TokenCounter> => {
      if (counter) return counter;
      // Where the model is open already, or the caller's own, it counts itself.
      const opening =
        embedder || overrides.embedder
          ? openedEmbedder().then(({ countTokens, model: { maxTokens } }) => ({
              countTokens,
              maxTokens,
            }))
          : findModel(config).then(({ path }) => openTokenCounter(path));
      counter = opening;
      opening.catch(() => {
        counter = undefined;
      });
      return opening;
    };
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
      tokenCounter,
      llm: openLlm(config),
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
