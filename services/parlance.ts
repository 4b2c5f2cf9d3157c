// The parts of an opened Parlance: configuration, rows, jobs, blobs, indexes, models and its own state; for all organizations, or
// within one scope.
import { join } from "node:path";
import type { Accounts } from "#services/accounts/accounts.ts";
import type { Blobs, ScopedBlobs } from "#services/blobs/blobs.ts";
import type { Broker } from "#services/bus/broker.ts";
import type { Bus, Worker } from "#services/bus/bus.ts";
import type { JobAdmin } from "#services/bus/job-admin.ts";
import type { Supervision } from "#services/bus/supervision.ts";
import type { Config } from "#services/config/config.ts";
import type { ServerFacts } from "#services/contract/system.ts";
import type { Scope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Embedder, EmbeddingModel, TokenCounter } from "#services/embed/embed.ts";
import type { Health } from "#services/health/health.ts";
import type { SpaceWatch } from "#services/home/home.ts";
import type { Indexes } from "#services/indexes/indexes.ts";
import type { Llm } from "#services/llm/llm.ts";
import type { Models } from "#services/models/models.ts";
import type { Database, Leases, Store } from "#services/store/store.ts";

/** Parts that belong to no organization. */
interface Shared {
  readonly config: Config;
  readonly bus: Bus;
  /** What carries the jobs; undefined where they are taken from the database. */
  readonly broker: Broker | undefined;
  readonly supervision: Supervision;
  readonly jobs: JobAdmin;
  /** This process as a worker that takes jobs. */
  readonly worker: Worker;
  /** What only one process of all servers may do at a time. */
  readonly leases: Leases;
  /** The free space of the home's disk. */
  readonly space: SpaceWatch;
  /** Which server this is. */
  readonly facts: ServerFacts;
  /** Parts that do not work in full. */
  readonly health: Health;
  readonly now: Clock;
  readonly newId: () => string;
  /**
   * Opened at the first call (a model may have to be downloaded), and then shared.
   * @param model its name, as collections have it; undefined for the default
   */
  embedder(model?: string): Promise<Embedder>;
  model(name?: string): Promise<EmbeddingModel>;
  /** Counts a model's tokens without loading the model itself. */
  tokenCounter(model?: string): Promise<TokenCounter>;
  /** The models that the server has. */
  readonly models: Models;
  /** Names topics, where a language model is configured. */
  readonly llm: Llm | undefined;
}

/** Parlance as one organization has it: everything asked of it or done with it touches nothing of another organization. */
export interface Parlance extends Shared {
  readonly scope: Scope;
  readonly store: Store;
  readonly blobs: ScopedBlobs;
  readonly indexes: Indexes;
}

/** An opened Parlance as a whole. Only what serves all organizations holds it: the server, the crew, the reconciler. */
export interface Instance extends Shared {
  readonly database: Database;
  readonly blobs: Blobs;
  /** Who may do what; opened at the first call, and then shared. */
  accounts(): Promise<Accounts>;
  within(scope: Scope): Parlance;
  /** Takes over, into this machine's copies of indexes, what other machines have erased: see IndexPlace. */
  refreshIndexes(): Promise<void>;
  /** Writes the server's address into the home's lock file. */
  announce(url: string): void;
  close(): Promise<void>;
}

/** A server's address for people: without user and password. */
const placeOf = (address: string): string => {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
};

/** Which server this is, and what it shares with others. */
export const factsOf = (config: Config, database: Database, host: string): ServerFacts => ({
  role: config.role,
  stages: config.role === "api" ? [] : [...config.stages],
  host,
  database: database.where,
  broker: config.brokerUrl === undefined ? "the database" : placeOf(config.brokerUrl),
  counters:
    config.accounts.redisUrl === undefined ? "the database" : placeOf(config.accounts.redisUrl),
  blobs: config.blobsUrl === undefined ? join(config.home, "blobs") : placeOf(config.blobsUrl),
  indexes: [
    config.indexes ?? join(config.home, "collections"),
    ...(config.indexRemote === undefined ? [] : [`copies of ${config.indexRemote}`]),
  ].join(", "),
});
