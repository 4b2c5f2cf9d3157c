// What an opened Parlance consists of: configuration, rows, jobs, blobs, indexes and models.
import type { Blobs } from "#services/blobs/blobs.ts";
import type { Bus, Worker } from "#services/bus/bus.ts";
import type { JobAdmin } from "#services/bus/job-admin.ts";
import type { Supervision } from "#services/bus/supervision.ts";
import type { Config } from "#services/config/config.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Embedder, EmbeddingModel, TokenCounter } from "#services/embed/embed.ts";
import type { Indexes } from "#services/indexes/indexes.ts";
import type { Llm } from "#services/llm/llm.ts";
import type { Store } from "#services/store/store.ts";

export interface Parlance {
  readonly config: Config;
  readonly store: Store;
  readonly bus: Bus;
  readonly supervision: Supervision;
  readonly jobs: JobAdmin;
  /** This process as one that takes jobs. */
  readonly worker: Worker;
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
