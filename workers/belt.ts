// The belt: the whole pipeline on one page. Each stage takes jobs of one name and announces the next in the same transaction
// as its rows: upload.received → ingest → chunks.ready → embed → index.due → commit → analysis.due → analyse,
// for live sessions sessions.due → chunk → chunks.ready, and watch.due → watch → alert.due → post; erase.requested → erase;
// index.repair → repair.
import type { Delivery } from "#services/bus/bus.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { Instance } from "#services/parlance.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { SLICE_MS } from "./slice.ts";
import { type Belt, runStage, type Stage } from "./stage.ts";
import { analyse } from "./stages/analyse.ts";
import { chunk } from "./stages/chunk.ts";
import { commit } from "./stages/commit.ts";
import { embed } from "./stages/embed.ts";
import { erase } from "./stages/erase.ts";
import { ingest } from "./stages/ingest.ts";
import { post } from "./stages/post.ts";
import { repair } from "./stages/repair.ts";
import { watch } from "./stages/watch.ts";

export const stageNames = [
  "ingest",
  "chunk",
  "embed",
  "commit",
  "erase",
  "repair",
  "watch",
  "post",
  "analyse",
] as const;
export type StageName = (typeof stageNames)[number];

export interface BeltOptions {
  readonly stages: readonly StageName[];
  readonly reached?: (place: string) => Promise<void>;
  readonly onError?: (stage: StageName, error: unknown) => void;
  /** Milliseconds that a reading keeps its place at least where others wait: `SLICE_MS`, but in tests. */
  readonly sliceMs?: number;
}

/** A stage that never gives its job back before it is done. */
const whole =
  <N extends JobName>(work: (belt: Belt, delivery: Delivery<N>) => Promise<void>) =>
  async (belt: Belt, delivery: Delivery<N>): Promise<"done"> => {
    await work(belt, delivery);
    return "done";
  };

/** Runs the stages named, in this process, until stopped. `stop` waits for what is in hand, which leaves as soon as it can. */
export const startBelt = async (
  instance: Instance,
  options: BeltOptions,
): Promise<{ stop(): Promise<void> }> => {
  const shared: Omit<Belt, "parlance"> = {
    locks: new KeyedLocks(),
    committedAt: new Map(),
    sliceMs: options.sliceMs ?? SLICE_MS,
    truncateLog: () => instance.database.truncateLog(),
    reached: options.reached ?? (async () => undefined),
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
          return work({ ...shared, parlance }, delivery);
        },
      },
      (error) => options.onError?.(name, error),
    );
  const starters: Record<StageName, () => Promise<{ stop(): Promise<void> }>> = {
    // One upload of a collection at a time, in order: its conversations may be the same as those of the next one. Two collections
    // at a time, so that a small upload need not wait for a long one: they take turns on the one thread, a part each. Where more
    // wait, a long reading gives its place to them (slice.ts). It waits for space by itself, part by part, and is cancelled
    // meanwhile.
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
    // Two: while one batch is with the model, the next is read and the last one written.
    embed: () =>
      start("embed", { job: "chunks.ready", concurrency: 2, waitsForSpace: true }, whole(embed)),
    // Two: while one collection's segments are merged, another one's first hits do not wait.
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
    // Four: one webhook that does not answer keeps the others waiting for seconds only.
    post: () => start("post", { job: "alert.due", concurrency: 4 }, whole(post)),
    // One at a time: a large collection's vectors fill the memory that this process may have.
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
      await Promise.all(running.map((stage) => stage.stop()));
    },
  };
};
