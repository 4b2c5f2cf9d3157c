// The analysis cache: the newest finished analysis of each collection with its frame, for figures, the map, lists and searches.
import { IndexError } from "#index-store/index-store.ts";
import {
  type Frame,
  type FrameTopic,
  frameOfPeople,
  peopleOfTopics,
} from "#services/analyse/frame/frame.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { People } from "#services/domain/people.ts";
import type { Parlance } from "#services/parlance.ts";
import { isKept, readFrame } from "#services/saved-analysis/saved-analysis.ts";
import {
  listTopics,
  marksOf,
  newestDone,
  requestAnalysis,
  type StoredAnalysis,
  type StoredTopic,
} from "#services/store/store.ts";
import { readPeople } from "./people-here.ts";

/** One finished analysis, with the data that pages need. */
export interface View {
  readonly collection: CollectionId;
  readonly analysis: StoredAnalysis;
  /** A person is one author in it. */
  readonly frame: Frame;
  /** The same as the analysis wrote it, with each name by itself. */
  readonly written: Frame;
  readonly people: People;
  /** Live topics, including hidden ones: parents before children. */
  readonly topics: readonly StoredTopic[];
  /** The same in the form that figures need. */
  readonly frameTopics: readonly FrameTopic[];
  /** By leaf number. */
  readonly leaves: readonly (StoredTopic | undefined)[];
}

/** The analyses of one organization's collections. */
export interface AnalysisCache {
  /**
   * The current view; undefined while the collection has no finished analysis, or while an upload is being erased from it.
   * Returns the same object as long as nothing about the collection has changed.
   */
  view(collection: CollectionId): Promise<View | undefined>;
}

/** The most views kept, for all organizations together: the frame of a large collection takes some tens of megabytes. */
const MOST_VIEWS = 4;

const leavesBelow = (topics: readonly StoredTopic[], id: string): number[] => {
  const own = topics.find((topic) => topic.id === id);
  if (own?.leafNumber != null) return [own.leafNumber];
  return topics
    .filter(({ parent }) => parent === id)
    .flatMap((child) => leavesBelow(topics, child.id));
};

const frameTopicsOf = (topics: readonly StoredTopic[]): FrameTopic[] =>
  topics.map((topic) => ({
    id: topic.id,
    title: topic.title,
    level: topic.level,
    hidden: topic.hidden,
    colour: topic.colour,
    leaves: leavesBelow(topics, topic.id),
  }));

/** An analysis counts each name of a person by itself. */
const withPeople = (
  topics: readonly StoredTopic[],
  frame: Frame,
  frameTopics: readonly FrameTopic[],
): StoredTopic[] => {
  const people = peopleOfTopics(frame, frameTopics);
  return topics.map((topic, at) => ({ ...topic, people: people[at] ?? topic.people }));
};

const byLeaf = (topics: readonly StoredTopic[]): (StoredTopic | undefined)[] => {
  const leaves: (StoredTopic | undefined)[] = [];
  for (const topic of topics) if (topic.leafNumber !== null) leaves[topic.leafNumber] = topic;
  return leaves;
};

interface Kept {
  readonly revision: number;
  readonly view: Promise<View | undefined>;
}

/**
 * A kept view is stale when the collection's revision has changed, which grows in the transaction of every change that a view shows
 * (a finished analysis, hand edits, an erasure), in any process. A frame never changes, and is reused
 * while the analysis is the same.
 */
export const openAnalysisCache = (): { within(parlance: Parlance): AnalysisCache } => {
  // By organization and collection.
  const kept = new Map<string, Kept>();
  return { within: (parlance) => cacheWithin(parlance, kept) };
};

const cacheWithin = (
  { store, indexes, bus, scope }: Parlance,
  kept: Map<string, Kept>,
): AnalysisCache => {
  const keyOf = (collection: CollectionId) => `${scope.organization} ${collection}`;

  const frameOf = async (
    analysis: StoredAnalysis,
    before: View | undefined,
  ): Promise<Frame | undefined> => {
    const index = await indexes.open(analysis.collection);
    if (before?.analysis.id !== analysis.id) return readFrame(index, analysis);
    return (await isKept(index, analysis)) ? before.written : undefined;
  };

  /** Where its files are damaged, the analysis is made again from the same index. */
  const makeAgain = async (analysis: StoredAnalysis, error: unknown): Promise<undefined> => {
    if (!(error instanceof IndexError) || error.code !== "damaged") throw error;
    await requestAnalysis(store, { collection: analysis.collection, mode: "update" });
    bus.wake();
  };

  const read = async (collection: CollectionId, before?: Kept): Promise<View | undefined> => {
    const analysis = await newestDone(store.rows, collection);
    if (!analysis) return undefined;
    const known = await before?.view.catch((): undefined => undefined);
    const [written, listed, people] = await Promise.all([
      frameOf(analysis, known).catch((error: unknown) => makeAgain(analysis, error)),
      listTopics(store.rows, collection),
      readPeople(store.rows, collection),
    ]);
    if (written === undefined) return undefined;
    const frame = frameOfPeople(written, people);
    const frameTopics = frameTopicsOf(listed);
    const topics = frame === written ? listed : withPeople(listed, frame, frameTopics);
    return {
      collection,
      analysis,
      frame,
      written,
      people,
      topics,
      frameTopics,
      leaves: byLeaf(topics),
    };
  };

  /** Moves the view to the end of the map, whose first view is dropped when there are too many. */
  const keep = (key: string, one: Kept) => {
    kept.delete(key);
    kept.set(key, one);
    for (const old of [...kept.keys()].slice(0, -MOST_VIEWS)) kept.delete(old);
  };

  const revisionOf = async (collection: CollectionId) =>
    (await marksOf(store.rows, collection))?.revision;

  return {
    async view(collection) {
      const key = keyOf(collection);
      // The revision is read before and after, so that everything in a view belongs to the same state.
      for (;;) {
        const revision = await revisionOf(collection);
        const before = kept.get(key);
        if (revision === undefined) {
          kept.delete(key);
          return undefined;
        }
        const current =
          before?.revision === revision ? before : { revision, view: read(collection, before) };
        keep(key, current);
        try {
          const view = await current.view;
          if ((await revisionOf(collection)) === revision) return view;
        } catch (error) {
          if (kept.get(key) === current) kept.delete(key);
          throw error;
        }
      }
    },
  };
};
