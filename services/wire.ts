// Opens the drivers that a configuration asks for. The only file that names drivers.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MessagePort } from "node:worker_threads";
import type { Blobs } from "#services/blobs/blobs.ts";
import { openFsBlobs } from "#services/blobs/fs.ts";
import { scopedBlobs } from "#services/blobs/scoped-blobs.ts";
import { brokerParts } from "#services/bus/broker.ts";
import { openDatabaseBus } from "#services/bus/database.ts";
import { openDatabaseJobAdmin } from "#services/bus/database-job-admin.ts";
import type { OnBury } from "#services/bus/database-outcomes.ts";
import { openDatabaseSupervision, SHARED_PACE } from "#services/bus/database-supervision.ts";
import { openJobStore } from "#services/bus/job-store.ts";
import type { Config } from "#services/config/config.ts";
import type { Counters } from "#services/counters/counters.ts";
import { openDatabaseCounters } from "#services/counters/database.ts";
import type { OrganizationId } from "#services/domain/ids.ts";
import { openedOnce } from "#services/domain/opened-once.ts";
import { workerScope } from "#services/domain/scope.ts";
import { type Clock, millis } from "#services/domain/units.ts";
import { type Embedder, shippedModel } from "#services/embed/embed.ts";
import { type Health, openHealth } from "#services/health/health.ts";
import {
  claimHome,
  claimShared,
  databaseName,
  type HomeLock,
  hostOf,
  lockHome,
  makeHome,
  openSpaceWatch,
  prepareHome,
  type ServerPlace,
  takeServerPlace,
} from "#services/home/home.ts";
import { copiedPlace, localPlace, openIndexes } from "#services/indexes/indexes.ts";
import { type Llm, openOpenAiLlm } from "#services/llm/llm.ts";
import { openLocate } from "#services/models/locate.ts";
import { openModels } from "#services/models/models.ts";
import { openPool } from "#services/models/open-pool.ts";
import { factsOf, type Instance } from "#services/parlance.ts";
import {
  checkDatabase,
  type Database,
  damageOf,
  homeOf,
  openDatabase,
  openLeases,
  ownerOfCollection,
  randomName,
  readKnownFiles,
  type SystemRows,
} from "#services/store/store.ts";
import { failForBuriedJob, resumeForRetriedJob } from "#services/workflow/workflow.ts";

export interface Overrides {
  readonly embedder?: () => Promise<Embedder>;
  /** In a thread of a process whose main thread has opened the model: the port where the model is served. */
  readonly embedderPort?: MessagePort;
  readonly now?: Clock;
  readonly newId?: () => string;
  /** Milliseconds after which an index that nobody asks about leaves the memory. Never by default. */
  readonly indexIdleMs?: number | undefined;
  /** The name of this process as a worker, and of the server that it belongs to. */
  readonly workerId?: string;
  readonly host?: string;
  /** False in a child of the process that holds the home. */
  readonly lock?: boolean;
  readonly onWarning?: (message: string) => void;
  /** Milliseconds that the check of a large database may take; 0, the default, skips it. Small databases are always checked. */
  readonly checkMs?: number;
}

const openLlm = ({ llm }: Config): Llm | undefined =>
  llm &&
  openOpenAiLlm({
    baseUrl: llm.baseUrl,
    model: llm.model,
    ...(llm.apiKey === undefined ? {} : { apiKey: llm.apiKey }),
    ...(llm.prices === undefined ? {} : { prices: llm.prices }),
  });

/**
 * The blobs, in the home or where PARLANCE_BLOBS_URL says.
 * @param options.owner the id of the database, which a place outside the home notes; not looked at where absent
 * @param options.room throws where so many more bytes do not fit on the disk of the home
 * @throws ParlanceError rejected `bad-setting` | `blobs-of-another-home`
 */
export const openBlobs = async (
  { home, blobsUrl, maxUploadBytes }: Pick<Config, "home" | "blobsUrl" | "maxUploadBytes">,
  options: {
    readonly owner?: string;
    readonly newId: () => string;
    readonly now: Clock;
    readonly room?: (bytes: number) => Promise<void>;
  },
): Promise<Blobs> => {
  if (blobsUrl === undefined) {
    const { owner: _, ...inHome } = options;
    return openFsBlobs({ folder: join(home, "blobs"), ...inHome });
  }
  if (blobsUrl.startsWith("file:"))
    return openFsBlobs({ folder: fileURLToPath(blobsUrl), ...options });
  // Loaded only where it is used: the library takes memory in every process.
  const { openS3Blobs } = await import("#services/blobs/s3.ts");
  // Copies together as large as one upload may be: a long one is read in slices, from its copy.
  const limitBytes = maxUploadBytes;
  return openS3Blobs({ url: blobsUrl, folder: join(home, "blob-copies"), limitBytes, ...options });
};

/** Checks the home before its database is opened; refuses a damaged one or, where the settings allow it, moves its content aside. */
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

/** The home for this server alone, or, where the database is on a server too, a place in it. */
const placeIn = ({ home, databaseUrl }: Config, newId: () => string): ServerPlace =>
  databaseUrl === undefined
    ? { lock: lockHome(home), host: hostOf(home, newId) }
    : takeServerPlace(home, newId);

/** Says in the folders whose they are. @throws ParlanceError corrupt `other-homes-folder` */
const claim = async ({ home, indexes, indexRemote }: Config, database: Database): Promise<void> => {
  const known = { ...(await homeOf(database)), where: database.where };
  if (database.kind === "sqlite") return claimHome(home, known);
  await claimShared(home, known);
  for (const folder of [indexes, indexRemote])
    if (folder !== undefined) await claimShared(folder, known);
};

/** Where requests and failed tries are counted. */
const openCounters = async (
  { accounts: { redisUrl } }: Config,
  opened: { readonly database: Database; readonly now: Clock; readonly health: Health },
): Promise<Counters> => {
  const { database, now, health } = opened;
  const inDatabase = openDatabaseCounters({ database, now });
  if (redisUrl === undefined) return inDatabase;
  // Loaded only where it is used: the library takes memory in every process.
  const { openRedisCounters, redisParts } = await import("#services/counters/redis.ts");
  return openRedisCounters({
    url: redisUrl,
    prefix: `parlance:${(await homeOf(database)).id}:`,
    now,
    fallback: inDatabase,
    onState: (state) => health.tell("counters", redisParts(state)),
  });
};

const databaseDamage = (error: unknown) => ({
  code: "database-damaged",
  message: error instanceof Error ? error.message : String(error),
});

/**
 * Opens the home: makes and locks it, migrates the database, wires the drivers.
 * @throws ParlanceError rejected `home-in-use`; corrupt `database-missing` | `other-homes-database` | `database-damaged`; whatever
 * else `openDatabase` throws
 */
export const openParlance = async (
  config: Config,
  overrides: Overrides = {},
): Promise<Instance> => {
  const localNow: Clock = overrides.now ?? (() => millis(Date.now()));
  const newId = overrides.newId ?? randomName;
  const isShared = config.databaseUrl !== undefined;
  await makeHome(config.home, config.indexes);
  const place = overrides.lock === false ? undefined : placeIn(config, newId);
  const lock: HomeLock | undefined = place?.lock;
  const space = openSpaceWatch({
    folder: config.home,
    also: config.indexes === undefined ? [] : [config.indexes],
    minFreeBytes: config.minFreeBytes,
  });
  const health = openHealth();
  const warn = overrides.onWarning ?? ((message: string) => console.warn(message));
  try {
    if (lock && !isShared)
      await prepare(config, { now: localNow(), warn, checkMs: overrides.checkMs });
    const database = await openDatabase({
      url: config.databaseUrl,
      connections: config.databaseConnections,
      path: join(config.home, databaseName),
      backups: join(config.home, "backups"),
      now: localNow,
      newId,
      onDamage: (error) => health.tell("database", [databaseDamage(error)]),
    });
    const { now } = database;
    if (lock) await claim(config, database);
    const worker = {
      id: overrides.workerId ?? `${process.pid}-${newId()}`,
      // Without a place of its own, and without a server that started it, a process takes no jobs.
      host:
        place?.host ??
        overrides.host ??
        (isShared ? `none-${newId()}` : hostOf(config.home, newId)),
    };
    const pace = isShared ? SHARED_PACE : {};
    const leases = openLeases(database, { host: worker.host, owner: worker.id });
    const jobStore = openJobStore(database);
    /** The store and rows of a job's organization, inside a transaction of all organizations. */
    const within = async (rows: SystemRows, organization: OrganizationId) => {
      const scope = workerScope(organization);
      return [database.within(scope), await database.system.within(rows, scope)] as const;
    };
    const onBury: OnBury = async (rows, job) =>
      failForBuriedJob(...(await within(rows, job.organization)), job);
    const taking = { store: jobStore, worker, onBury, ...pace };
    const rabbit =
      config.brokerUrl === undefined
        ? undefined
        : (await import("#services/bus/rabbit.ts")).openRabbitBus({
            ...taking,
            url: config.brokerUrl,
            // A child of the process that holds the home connects when it takes jobs; what tells people of it, at once.
            watch: overrides.lock !== false,
            onState: (state) => health.tell("broker", brokerParts(state)),
          });
    const bus = rabbit ?? openDatabaseBus(taking);
    const supervision = openDatabaseSupervision({ store: jobStore, onBury, ...pace });
    const jobs = openDatabaseJobAdmin({
      store: jobStore,
      onRetry: async (rows, job) =>
        resumeForRetriedJob(...(await within(rows, job.organization)), job),
    });
    const blobs = await openBlobs(config, {
      owner: (await homeOf(database)).id,
      newId,
      now,
      room: space.require,
    });
    const located = openLocate(config, database);
    const pool = openPool(config, located, {
      embedder: overrides.embedder,
      port: overrides.embedderPort,
    });
    const model = async (name?: string) => (await pool.open(name)).model;
    const models = openModels({
      config,
      database,
      leases,
      pool,
      located,
      shipped: async () =>
        overrides.embedder === undefined ? shippedModel : (await pool.open()).model.id,
      room: space.require,
    });
    // Loaded only where it is used: the library takes memory in every process.
    const vectors =
      config.vectorsUrl === undefined
        ? undefined
        : (await import("#index-store/ann/vectors-database.ts")).openVectorsDatabase({
            url: config.vectorsUrl,
            called: "PARLANCE_VECTORS_URL",
          });
    const places = {
      folder: config.indexes ?? join(config.home, "collections"),
      engine: config.indexEngine,
      vectors,
      now,
      newId,
      onWarning: warn,
    };
    const indexPlace =
      config.indexRemote === undefined
        ? localPlace(places)
        : copiedPlace({ ...places, writers: config.indexRemote });
    const indexes = openIndexes({
      place: indexPlace,
      find: (collection) => ownerOfCollection(database, collection),
      storeOf: (organization) => database.within(workerScope(organization)),
      dim: async (name) => (await model(name)).dim,
      idleMs: overrides.indexIdleMs,
      onWarning: warn,
    });
    const shared = {
      config,
      bus,
      broker: rabbit?.broker,
      space,
      health,
      supervision,
      jobs,
      worker,
      leases,
      facts: factsOf(config, database, worker.host),
      now,
      newId,
      embedder: pool.open,
      model,
      tokenCounter: pool.counter,
      models,
      llm: openLlm(config),
    };
    // Loaded only where it is used: workers need none of it.
    const accounts = openedOnce(async () => {
      const { openAccountsOf } = await import("#services/accounts/open.ts");
      const counters = await openCounters(config, { database, now, health });
      return openAccountsOf(config, { database, now, newId, warn, counters });
    });
    return {
      ...shared,
      database,
      blobs,
      accounts,
      within: (scope) => ({
        ...shared,
        scope,
        store: database.within(scope),
        blobs: scopedBlobs(blobs, scope),
        indexes: indexes.within(scope),
      }),
      refreshIndexes: () =>
        indexPlace.refresh(
          async (collection) => (await ownerOfCollection(database, collection)) !== undefined,
        ),
      announce: (url) => lock?.announce(url),
      close: async () => {
        await bus.close();
        await indexes.close();
        await vectors?.close();
        await models.close();
        await pool.close();
        if (accounts.isOpen()) await (await accounts()).close();
        await database.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
};
