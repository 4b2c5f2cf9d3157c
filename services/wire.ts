// The wiring: a configuration → the drivers, opened. The only file that names one.
import { join } from "node:path";
import type { Blobs } from "#services/blobs/blobs.ts";
import { openFsBlobs } from "#services/blobs/fs.ts";
import { openDatabaseBus } from "#services/bus/database.ts";
import type { Config } from "#services/config/config.ts";
import { type Clock, millis } from "#services/domain/units.ts";
import {
  type Embedder,
  openOnnxEmbedder,
  openTokenCounter,
  resolveModel,
  type TokenCounter,
} from "#services/embed/embed.ts";
import { openHealth } from "#services/health/health.ts";
import {
  claimHome,
  databaseName,
  type HomeLock,
  lockHome,
  makeHome,
  openSpaceWatch,
  prepareHome,
} from "#services/home/home.ts";
import { openIndexes } from "#services/indexes/indexes.ts";
import { type Llm, openOpenAiLlm } from "#services/llm/llm.ts";
import type { Parlance } from "#services/parlance.ts";
import {
  checkDatabase,
  damageOf,
  failForBuriedJob,
  homeOf,
  openStore,
  randomName,
  readKnownFiles,
} from "#services/store/store.ts";

export interface Overrides {
  readonly embedder?: () => Promise<Embedder>;
  readonly now?: Clock;
  readonly newId?: () => string;
  /** Names this process in the jobs table. */
  readonly owner?: string;
  /** False in a child of the process that holds the home. */
  readonly lock?: boolean;
  readonly onWarning?: (message: string) => void;
  /** Milliseconds that the check of a large database may take; 0, the default, leaves it out. Small ones are always checked. */
  readonly checkMs?: number;
}

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

/** The blobs of a home. @param room throws where so many bytes more do not fit */
export const openBlobs = (
  home: string,
  options: {
    readonly newId: () => string;
    readonly now: Clock;
    readonly room?: (bytes: number) => Promise<void>;
  },
): Promise<Blobs> => openFsBlobs({ folder: join(home, "blobs"), ...options });

/** Looks at the home before its database is opened; refuses it, or, where the settings say so, moves its content aside. */
const prepare = async (
  { home, acceptEmpty }: Config,
  options: {
    readonly now: number;
    readonly warn: (message: string) => void;
    readonly checkMs: number | undefined;
  },
): Promise<void> => {
  const path = join(home, databaseName);
  const aside = await prepareHome(home, {
    acceptEmpty,
    now: options.now,
    damage: async () =>
      damageOf(await checkDatabase({ path, depth: "quick", withinMs: options.checkMs ?? 0 }), path),
    known: () => readKnownFiles(path),
  });
  if (aside === undefined) return;
  options.warn(`What the home held was moved to ${aside}; Parlance starts with an empty home.`);
  await makeHome(home);
};

const databaseDamage = (error: unknown) => ({
  code: "database-damaged",
  message: error instanceof Error ? error.message : String(error),
});

/**
 * Opens the home: makes and locks it, migrates the database, wires the drivers.
 * @throws ParlanceError rejected `home-in-use`; corrupt `database-missing` | `other-homes-database` | `database-damaged`; whatever
 * else `openStore` throws
 */
export const openParlance = async (
  config: Config,
  overrides: Overrides = {},
): Promise<Parlance> => {
  const now: Clock = overrides.now ?? (() => millis(Date.now()));
  const newId = overrides.newId ?? randomName;
  await makeHome(config.home);
  const lock: HomeLock | undefined = overrides.lock === false ? undefined : lockHome(config.home);
  const space = openSpaceWatch({ folder: config.home, minFreeBytes: config.minFreeBytes });
  const health = openHealth();
  const warn = overrides.onWarning ?? ((message: string) => console.warn(message));
  try {
    if (lock) await prepare(config, { now: now(), warn, checkMs: overrides.checkMs });
    const store = await openStore({
      path: join(config.home, databaseName),
      backups: join(config.home, "backups"),
      now,
      newId,
      onDamage: (error) => health.tell("database", [databaseDamage(error)]),
    });
    if (lock) await claimHome(config.home, await homeOf(store));
    const bus = openDatabaseBus({
      store,
      owner: overrides.owner ?? `${process.pid}-${newId()}`,
      onBury: (rows, job) => failForBuriedJob(store, rows, job),
    });
    const blobs = await openBlobs(config.home, { newId, now, room: space.require });
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
    const indexes = openIndexes({
      folder: join(config.home, "collections"),
      store,
      dim: async () => (await model()).dim,
      engine: config.indexEngine,
      now,
      newId,
      onWarning: warn,
    });
    return {
      config,
      store,
      bus,
      blobs,
      indexes,
      space,
      health,
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
