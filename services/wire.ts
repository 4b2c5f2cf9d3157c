// The wiring: a configuration → the drivers, opened. The only file that names one.
import { join } from "node:path";
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
import { type HomeLock, lockHome, makeHome } from "#services/home/home.ts";
import { localPlace, openIndexes } from "#services/indexes/indexes.ts";
import { type Llm, openOpenAiLlm } from "#services/llm/llm.ts";
import type { Parlance } from "#services/parlance.ts";
import { failForBuriedJob, openStore, randomName } from "#services/store/store.ts";

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
    // The configuration is frozen, and with it which model runs: opened once, it is never stale.
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
    const place = localPlace({
      folder: join(config.home, "collections"),
      engine: config.indexEngine,
      now,
      newId,
      onWarning: warn,
    });
    const indexes = openIndexes({
      place,
      store,
      dim: async () => (await model()).dim,
      onWarning: warn,
    });
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
