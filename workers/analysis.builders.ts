// Builders for tests of analyses: invented talk about a few things at a time, a home that analyses it, and what stands afterwards.

import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import type { StageName } from "#services/domain/stage-names.ts";
import type { Parlance } from "#services/parlance.ts";
import { readSavedAnalysis, type SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import {
  currentAnalysis,
  newestDone,
  requestAnalysis,
  type StoredAnalysis,
} from "#services/store/analyses.ts";
import { createCollection } from "#services/store/collections.ts";
import { listTopics, type StoredTopic } from "#services/store/topics.ts";
import type { Overrides } from "#services/wire.ts";
import { startBelt } from "./belt.ts";
import {
  aHome,
  atRest,
  ended,
  openHome,
  seeded,
  send,
  type TestParlance,
} from "./workers.builders.ts";

/** Words of one theme each; sentences of a theme share them, and hardly any others. */
export const themes = {
  bees: "hive honey queen swarm wax nectar brood drone pollen comb smoker keeper",
  bread: "flour yeast dough oven crust loaf knead sourdough rise bake salt rye",
  bikes: "wheel chain brake saddle pedal tyre gear spoke frame helmet puncture hub",
  boats: "sail anchor harbour mast rudder tide keel deck knot jib hull mooring",
  stars: "telescope comet galaxy orbit nebula lens moon planet eclipse dark sky mirror",
  music: "violin chord melody rhythm choir piano tempo score flute drum tune concert",
} as const;
export type Theme = keyof typeof themes;

/** `count` sentences about a theme, no two alike; the same arguments give the same ones. */
export const talkOf = (theme: Theme, count: number, seed = 1): string[] => {
  const words = themes[theme].split(" ");
  const random = seeded(seed * 1000 + theme.length * 7 + theme.charCodeAt(1));
  return Array.from({ length: count }, (_, at) => {
    const some = Array.from({ length: 7 }, () => words[Math.floor(random() * words.length)]);
    return `the ${some.join(" ")} ${theme}${seed}x${at}`;
  });
};

/** OpenAI-style JSONL, one conversation a text. */
export const asChats = (name: string, texts: readonly string[]): string =>
  texts
    .map((content, at) =>
      JSON.stringify({ id: `${name}-${at}`, messages: [{ role: "user", content }] }),
    )
    .join("\n")
    .concat("\n");

export interface AnalysedHome {
  readonly parlance: Parlance;
  readonly collection: CollectionId;
  readonly folder: string;
  readonly errors: unknown[];
  /** Imports a file and waits until it is indexed, and analysed where the collection wants that by itself. */
  bring(name: string, text: string): Promise<UploadId>;
  /** Sends a file, and waits for nothing. */
  bringing(name: string, text: string): Promise<UploadId>;
  /** Waits until the test sees what it waits for. */
  until(seen: () => boolean): Promise<void>;
  /** Asks for a run and waits for its end. */
  run(mode: "update" | "refit"): Promise<StoredAnalysis>;
  /** Waits until no run waits or is under way. */
  settled(): Promise<StoredAnalysis>;
  topics(): Promise<StoredTopic[]>;
  /** Of the newest analysis that is done. */
  savedAnalysis(): Promise<SavedAnalysis>;
  close(): Promise<void>;
}

const all: readonly StageName[] = ["ingest", "embed", "commit", "erase", "analyse"];

/** Jobs that these tests start no stage for. */
const untaken = ["watch.due", "alert.due"] as const;

export interface HomeOptions {
  readonly overrides?: Overrides;
  readonly stages?: readonly StageName[];
  readonly reached?: (place: string) => Promise<void>;
  readonly open?: (folder: string) => Promise<TestParlance>;
}

/**
 * Ids that are the same in every run. Points are clustered in the order of ids that come from the collection's, and a clustering
 * found from another order may be another one: with these, tests that compare one with the next always see the same.
 */
const countedIds = () => {
  let count = 0;
  return () => `n${String(++count).padStart(15, "0")}`;
};

/** A home with one collection whose imports are analysed by themselves. */
export const anAnalysedHome = async (options: HomeOptions = {}): Promise<AnalysedHome> => {
  const { folder, remove } = await aHome();
  const parlance = await (options.open?.(folder) ??
    openHome(folder, { newId: countedIds(), ...options.overrides }));
  const collection = (await createCollection(parlance.store, { name: "Club" })).id;
  const errors: unknown[] = [];
  const belt = await startBelt(parlance.instance, {
    stages: options.stages ?? all,
    ...(options.reached ? { reached: options.reached } : {}),
    onError: (_, error) => errors.push(error),
  });
  const settled = async (): Promise<StoredAnalysis> => {
    await atRest(parlance, untaken);
    const now = await currentAnalysis(parlance.store.rows, collection);
    if (!now) throw new Error("nothing was ever analysed");
    return now;
  };
  return {
    parlance,
    collection,
    folder,
    errors,
    settled,
    bringing: (name, text) => send(parlance, collection, { name, text }),
    async until(seen) {
      while (!seen()) await new Promise((later) => setTimeout(later, 10));
    },
    async bring(name, text) {
      const id = await send(parlance, collection, { name, text });
      await ended(parlance, id);
      await atRest(parlance, untaken);
      return id;
    },
    async run(mode) {
      await requestAnalysis(parlance.store, { collection, mode });
      parlance.bus.wake();
      return settled();
    },
    topics: () => listTopics(parlance.store.rows, collection),
    async savedAnalysis() {
      const done = await newestDone(parlance.store.rows, collection);
      const found =
        done && (await readSavedAnalysis(await parlance.indexes.open(collection), done));
      if (!found) throw new Error("there is no saved analysis");
      return found;
    },
    async close() {
      await belt.stop();
      await parlance.close();
      await remove();
    },
  };
};

/** The id of the leaf topic of each point, by chunk; null for none. */
export const leafOfChunks = ({ frame, topics }: SavedAnalysis): Map<string, string | null> => {
  const leaves = new Map(topics.map(({ leaf, id }) => [leaf, id as string]));
  const { points } = frame;
  return new Map(
    Array.from({ length: points.count }, (_, at) => [
      points.ids.at(at),
      leaves.get(points.topic[at] ?? -1) ?? null,
    ]),
  );
};
