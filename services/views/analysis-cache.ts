// The analysis cache: the newest finished analysis of each collection with its frame, for figures, the map, lists and searches.
import type { Frame, FrameTopic } from "#services/analyse/frame/frame.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { isKept, readFrame } from "#services/snapshot/snapshot.ts";
import {
  listTopics,
  newestDone,
  type StoredAnalysis,
  type StoredTopic,
} from "#services/store/store.ts";

/** One analysis as it is looked at. */
export interface View {
  readonly collection: CollectionId;
  readonly analysis: StoredAnalysis;
  readonly frame: Frame;
  /** Those that live, hidden ones too: parents before children. */
  readonly topics: readonly StoredTopic[];
  /** The same as figures take them. */
  readonly frameTopics: readonly FrameTopic[];
  /** By leaf number. */
  readonly leaves: readonly (StoredTopic | undefined)[];
}

/** The analyses of one organization's collections. */
export interface AnalysisCache {
  /** undefined while the collection has no analysis that is done. */
  view(collection: CollectionId): Promise<View | undefined>;
  /** The same, at most a second old: for searches, which come often. */
  recentView(collection: CollectionId): Promise<View | undefined>;
}

/** Frames kept open, for all organizations together: each takes some tens of megabytes for a large collection. */
const MOST_FRAMES = 4;
const RECENT_MS = 1000;

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

const byLeaf = (topics: readonly StoredTopic[]): (StoredTopic | undefined)[] => {
  const leaves: (StoredTopic | undefined)[] = [];
  for (const topic of topics) if (topic.leafNumber !== null) leaves[topic.leafNumber] = topic;
  return leaves;
};

export const openAnalysisCache = (): { within(parlance: Parlance): AnalysisCache } => {
  // By analysis: its id is told by a row that only its own organization sees.
  const frames = new Map<string, Promise<Frame | undefined>>();
  const recent = new Map<string, { at: number; view: Promise<View | undefined> }>();

  const frameOf = (
    { indexes }: Parlance,
    collection: CollectionId,
    analysis: StoredAnalysis,
  ): Promise<Frame | undefined> => {
    const known = frames.get(analysis.id);
    // Asked for last, so thrown out last.
    frames.delete(analysis.id);
    // What was erased since is shown no more, however lately it was read.
    const read = async (): Promise<Frame | undefined> => {
      const index = await indexes.open(collection);
      if (known === undefined) return readFrame(index, analysis);
      return (await isKept(index, analysis)) ? known : undefined;
    };
    const frame = read();
    frames.set(analysis.id, frame);
    frame.catch(() => frames.delete(analysis.id));
    for (const old of [...frames.keys()].slice(0, -MOST_FRAMES)) frames.delete(old);
    return frame;
  };

  const viewOf = async (
    parlance: Parlance,
    collection: CollectionId,
  ): Promise<View | undefined> => {
    const { store } = parlance;
    const analysis = await newestDone(store.rows, collection);
    if (!analysis) return undefined;
    const [frame, topics] = await Promise.all([
      frameOf(parlance, collection, analysis),
      listTopics(store.rows, collection),
    ]);
    // Detached since: what it held is being erased.
    if (frame === undefined) {
      frames.delete(analysis.id);
      return undefined;
    }
    return {
      collection,
      analysis,
      frame,
      topics,
      frameTopics: frameTopicsOf(topics),
      leaves: byLeaf(topics),
    };
  };

  const recentView = (parlance: Parlance, collection: CollectionId) => {
    const key = `${parlance.scope.organization} ${collection}`;
    const known = recent.get(key);
    if (known !== undefined && performance.now() - known.at < RECENT_MS) return known.view;
    const fresh = viewOf(parlance, collection);
    const made = { at: performance.now(), view: fresh };
    recent.set(key, made);
    fresh.catch(() => recent.delete(key));
    // Else it would hold the frame of a collection that nobody asks any more, or that is erased.
    setTimeout(() => {
      if (recent.get(key) === made) recent.delete(key);
    }, RECENT_MS).unref();
    return fresh;
  };

  return {
    within: (parlance) => ({
      view: (collection) => viewOf(parlance, collection),
      recentView: (collection) => recentView(parlance, collection),
    }),
  };
};
