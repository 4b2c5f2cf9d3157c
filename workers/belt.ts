// The belt: all stages of the pipeline, and how many jobs each may do at a time. A stage takes jobs of one name; the next job is
// added in the same transaction as the rows that it is about: upload.received → ingest → chunks.ready → embed → index.due →
// commit → analysis.due → analyse; for live sessions sessions.due → chunk → chunks.ready; exchanges.due → recut → chunks.ready;
// watch.due → watch → alert.due → post; erase.requested → erase; index.repair → repair.
import type { Delivery } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import type { Instance } from "#services/parlance.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { LeasedLocks } from "./leased-locks.ts";
import { Merges } from "./merges.ts";
import { SLICE_MS } from "./slice.ts";
import { type Belt, runStage, type Stage } from "./stage.ts";
import { analyse } from "./stages/analyse.ts";
import { chunk } from "./stages/chunk.ts";
import { commit } from "./stages/commit.ts";
import { embed } from "./stages/embed.ts";
import { erase } from "./stages/erase.ts";
import { ingest } from "./stages/ingest.ts";
import { post } from "./stages/post.ts";
import { recut } from "./stages/recut.ts";
import { repair } from "./stages/repair.ts";
import { watch } from "./stages/watch.ts";

export interface BeltOptions {
  readonly stages: readonly StageName[];
  /** As `Belt.reached`; does nothing by default. */
  readonly reached?: (place: string) => Promise<void>;
  readonly onError?: (stage: StageName, error: unknown) => void;
  /** As `Belt.sliceMs`; `SLICE_MS` by default. Shorter in tests. */
  readonly sliceMs?: number;
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
    truncateLog: () => instance.database.truncateLog(),
    refreshStatistics: () => instance.database.refreshStatistics(),
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
  const starters: Record<StageName, () => Promise<{ stop(): Promise<void> }>> = {
    // Uploads of one collection are read one at a time and in order, because the same conversation may be in several of them. Two
    // collections at a time, so that a small upload does not wait for a long one (crew.ts says why not more). Where more than two
    // have uploads, a long one yields now and then (slice.ts). Ingest waits for disk space before each part, not before the
    // job, so that an upload that waits can be cancelled.
    ingest: () =>
      start(
        "ingest",
        { job: "upload.received", concurrency: 2, perCollection: 1, ordered: true },
        ingest,
      ),
    chunk: () =>
      start(
        "chunk",
        { job: "sessions.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole(chunk),
      ),
    recut: () =>
      start(
        "recut",
        { job: "exchanges.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole(recut),
      ),
    // Two: while the model works on one batch, another one is read from or written to the database.
    embed: () =>
      start("embed", { job: "chunks.ready", concurrency: 2, waitsForSpace: true }, whole(embed)),
    // Two: a collection's first chunks become searchable while a large batch of another collection is committed.
    commit: () =>
      start(
        "commit",
        { job: "index.due", concurrency: 2, perCollection: 1, waitsForSpace: true },
        whole(commit),
      ),
    erase: () =>
      start("erase", { job: "erase.requested", concurrency: 1, perCollection: 1 }, whole(erase)),
    repair: () =>
      start(
        "repair",
        { job: "index.repair", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole(repair),
      ),
    watch: () => start("watch", { job: "watch.due", concurrency: 1 }, whole(watch)),
    // Four: a webhook that does not answer occupies one of them until its timeout.
    post: () => start("post", { job: "alert.due", concurrency: 4 }, whole(post)),
    // One at a time: the vectors of one large collection need all the memory that this process may use.
    analyse: () =>
      start(
        "analyse",
        { job: "analysis.due", concurrency: 1, perCollection: 1, waitsForSpace: true },
        whole(analyse),
      ),
  };
  const running = await Promise.all(options.stages.map((name) => starters[name]()));
  return {
    stop: async () => {
      await Promise.all([...running.map((stage) => stage.stop()), merges.stop()]);
    },
  };
};
