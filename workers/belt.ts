// The belt: the whole pipeline on one page. Each stage takes jobs of one name and announces the next in the same transaction
// as its rows: upload.received → ingest → chunks.ready → embed → index.due → commit → analysis.due → analyse,
// and watch.due → watch → alert.due → post; erase.requested → erase; index.repair → repair.
import type { JobName } from "#services/contract/jobs.ts";
import type { Parlance } from "#services/parlance.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { type Belt, runStage, type Stage } from "./stage.ts";
import { analyse } from "./stages/analyse.ts";
import { commit } from "./stages/commit.ts";
import { embed } from "./stages/embed.ts";
import { erase } from "./stages/erase.ts";
import { ingest } from "./stages/ingest.ts";
import { post } from "./stages/post.ts";
import { repair } from "./stages/repair.ts";
import { watch } from "./stages/watch.ts";

export const stageNames = [
  "ingest",
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
}

/** Runs the stages named, in this process, until stopped. `stop` waits for what is in hand, which leaves as soon as it can. */
export const startBelt = async (
  parlance: Parlance,
  options: BeltOptions,
): Promise<{ stop(): Promise<void> }> => {
  const belt: Belt = {
    parlance,
    locks: new KeyedLocks(),
    committedAt: new Map(),
    reached: options.reached ?? (async () => undefined),
  };
  const start = <N extends JobName>(name: StageName, stage: Stage<N>) =>
    runStage(parlance.bus, stage, (error) => options.onError?.(name, error));
  const starters: Record<StageName, () => Promise<{ stop(): Promise<void> }>> = {
    // One upload at a time: its reading keeps a core busy, and conversations of two uploads may be the same.
    ingest: () =>
      start("ingest", { job: "upload.received", concurrency: 1, work: (job) => ingest(belt, job) }),
    // Two: while one batch is with the model, the next is read and the last one written.
    embed: () =>
      start("embed", { job: "chunks.ready", concurrency: 2, work: (job) => embed(belt, job) }),
    // Two: while one collection's segments are merged, another one's first hits do not wait.
    commit: () =>
      start("commit", { job: "index.due", concurrency: 2, work: (job) => commit(belt, job) }),
    erase: () =>
      start("erase", { job: "erase.requested", concurrency: 1, work: (job) => erase(belt, job) }),
    repair: () =>
      start("repair", { job: "index.repair", concurrency: 1, work: (job) => repair(belt, job) }),
    watch: () =>
      start("watch", { job: "watch.due", concurrency: 1, work: (job) => watch(belt, job) }),
    // Four: one webhook that does not answer keeps the others waiting for seconds only.
    post: () => start("post", { job: "alert.due", concurrency: 4, work: (job) => post(belt, job) }),
    // One at a time: a large collection's vectors fill the memory that this process may have.
    analyse: () =>
      start("analyse", {
        job: "analysis.due",
        concurrency: 1,
        work: (job) => analyse(belt, job),
      }),
  };
  const running = await Promise.all(options.stages.map((name) => starters[name]()));
  return {
    stop: async () => {
      await Promise.all(running.map((stage) => stage.stop()));
    },
  };
};
