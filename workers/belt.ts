// The belt: all stages of the pipeline, and how many jobs each may do at a time. A stage takes jobs of one name; the next job is
// added in the same transaction as the rows that it is about: upload.received → ingest → chunks.ready → embed → index.due →
// commit → analysis.due → analyse; for live sessions sessions.due → chunk → chunks.ready; exchanges.due → recut → chunks.ready;
// watch.due → watch → alert.due → post; erase.requested → erase; index.repair → repair.
import type { Delivery } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import type { Instance } from "#services/parlance.ts";
import { CHECKPOINT_BYTES } from "./checkpoints.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { LeasedLocks } from "./leased-locks.ts";
import { Merges } from "./merges.ts";
import { SLICE_MS } from "./slice.ts";
import { type Belt, runStage, type Stage } from "./stage.ts";

export interface BeltOptions {
  readonly stages: readonly StageName[];
  /** As `Belt.reached`; does nothing by default. */
  readonly reached?: (place: string) => Promise<void>;
  readonly onError?: (stage: StageName, error: unknown) => void;
  /** As `Belt.sliceMs`; `SLICE_MS` by default. Shorter in tests. */
  readonly sliceMs?: number;
  /** As `Belt.checkpointBytes`; `CHECKPOINT_BYTES` by default. */
  readonly checkpointBytes?: number;
}

/** For a stage that always finishes its job: it never yields. */
const whole =
  <N extends JobName>(work: (belt: Belt, delivery: Delivery<N>) => Promise<void>) =>
  async (belt: Belt, delivery: Delivery<N>): Promise<"done"> => {
    await work(belt, delivery);
    return "done";
  };

/**
 * Runs these stages in this process until `stop` is called. `stop` aborts the jobs in hand and resolves when the last one has ended;
 * they are delivered again later.
 */
export const startBelt = async (
  instance: Instance,
  options: BeltOptions,
): Promise<{ stop(): Promise<void> }> => {
  const across = instance.database.kind === "sqlite" ? undefined : new LeasedLocks(instance.leases);
  const locks = across ?? new KeyedLocks();
  const reached = options.reached ?? (async () => undefined);
  const merges = new Merges({
    locks,
    across,
    reached,
    onError: (error) => options.onError?.("commit", error),
  });
  const shared: Omit<Belt, "parlance"> = {
    locks,
    merges,
    committedAt: new Map(),
    sliceMs: options.sliceMs ?? SLICE_MS,
    checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES,
    truncateLog: () => instance.database.truncateLog(),
    // It only makes searches quicker: what is committed must not be done again for it.
    refreshStatistics: () =>
      instance.database
        .refreshStatistics()
        .catch((error: unknown) => options.onError?.("commit", error)),
    reached,
  };
  const start = <N extends JobName>(
    name: StageName,
    stage: Omit<Stage<N>, "work">,
    work: (belt: Belt, delivery: Delivery<N>) => Promise<"yield" | "done">,
  ) =>
    runStage(
      instance,
      {
        ...stage,
        work: async (delivery) => {
          const parlance = instance.within(workerScope(delivery.organization));
          // The job is this worker's, and nothing is done yet; then all is done, and the bus does not know of it.
          await reached(`${name}.taken`);
          const how = await work({ ...shared, parlance }, delivery);
          await reached(`${name}.worked`);
          return how;
        },
      },
      (error) => options.onError?.(name, error),
    );
  // The code of a stage is loaded by the processes that run it: parsers are not where topics are looked for, nor the other way round.
  const starters: Record<StageName, () => Promise<{ stop(): Promise<void> }>> = {
    // Uploads of one collection are read one at a time and in order, because the same conversation may be in several of them. Two
    // collections at a time, so that a small upload does not wait for a long one (crew.ts says why not more). Where more than two
    // have uploads, a long one yields now and then (slice.ts). Ingest waits for disk space before each part, not before the
    // job, so that an upload that waits can be cancelled.
    ingest: async () =>
      start(
        "ingest",
        { job: "upload.received", concurrency: 2, perCollection: 1, ordered: true },
        (await import("./stages/ingest.ts")).ingest,
      ),
    chunk: async () =>
      start(
        "chunk",
        { job: "sessions.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole((await import("./stages/chunk.ts")).chunk),
      ),
    recut: async () =>
      start(
        "recut",
        { job: "exchanges.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole((await import("./stages/recut.ts")).recut),
      ),
    // Two: while the model works on one batch, another one is read from or written to the database.
    embed: async () =>
      start(
        "embed",
        { job: "chunks.ready", concurrency: 2, waitsForSpace: true },
        whole((await import("./stages/embed.ts")).embed),
      ),
    // Two: a collection's first chunks become searchable while a large batch of another collection is committed.
    commit: async () =>
      start(
        "commit",
        { job: "index.due", concurrency: 2, perCollection: 1, waitsForSpace: true },
        whole((await import("./stages/commit.ts")).commit),
      ),
    erase: async () =>
      start(
        "erase",
        { job: "erase.requested", concurrency: 1, perCollection: 1 },
        whole((await import("./stages/erase.ts")).erase),
      ),
    repair: async () =>
      start(
        "repair",
        { job: "index.repair", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole((await import("./stages/repair.ts")).repair),
      ),
    watch: async () =>
      start(
        "watch",
        { job: "watch.due", concurrency: 1 },
        whole((await import("./stages/watch.ts")).watch),
      ),
    // Four: a webhook that does not answer occupies one of them until its timeout.
    post: async () =>
      start(
        "post",
        { job: "alert.due", concurrency: 4 },
        whole((await import("./stages/post.ts")).post),
      ),
    // One at a time: the vectors of one large collection need all the memory that this process may use.
    analyse: async () =>
      start(
        "analyse",
        { job: "analysis.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole((await import("./stages/analyse.ts")).analyse),
      ),
  };
  const running = await Promise.all(options.stages.map((name) => starters[name]()));
  return {
    stop: async () => {
      await Promise.all([...running.map((stage) => stage.stop()), merges.stop()]);
    },
  };
};
