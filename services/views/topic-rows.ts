// Topics and labels as sets of index rows, so that searches can filter by them and count them.
import { setTimeout as pause, setImmediate } from "node:timers/promises";
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { Frame } from "#services/analyse/frame/frame.ts";
import { readCollectionId, readLabelId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import type { Groups, GroupsWanted, GroupTopic, SearchDeps } from "#services/search/search.ts";
import { chunksOfLabel, type StoredTopic } from "#services/store/store.ts";
import type { AnalysisCache, View } from "./analysis-cache.ts";

/** The leaf topic of each chunk or conversation of a point, by its id. */
type Places = ReadonlyMap<string, number>;

const POINTS_A_TURN = 8192;

const placesOf = async ({ points, messages, conversations, unit }: Frame): Promise<Places> => {
  const places = new Map<string, number>();
  for (let point = 0; point < points.count; point++) {
    const conversation = messages.conversation[points.message[point] ?? 0] ?? 0;
    const key = unit === "chunk" ? points.ids.at(point) : conversations.ids.at(conversation);
    places.set(key, points.topic[point] ?? -1);
    // 250,000 ids take 0.1 s to read: other requests get a turn in between.
    if (point % POINTS_A_TURN === POINTS_A_TURN - 1) await setImmediate();
  }
  return places;
};

const rowsOfIds = (searcher: Searcher, unit: Frame["unit"], ids: readonly string[]): RowSet =>
  unit === "chunk"
    ? searcher.rowsOf(ids)
    : searcher.select({ kind: "in", column: "conversation", values: ids });

/** Rows of each leaf, the last entry for rows without a topic. Each leaf takes some milliseconds, so other requests get a turn in between. */
const leafRows = async (
  searcher: Searcher,
  unit: Frame["unit"],
  places: Places,
): Promise<ReadonlyMap<number, RowSet>> => {
  const ids = new Map<number, string[]>();
  for (const [id, leaf] of places) {
    const list = ids.get(leaf);
    if (list) list.push(id);
    else ids.set(leaf, [id]);
  }
  const rows = new Map<number, RowSet>();
  for (const [leaf, list] of ids) {
    rows.set(leaf, rowsOfIds(searcher, unit, list));
    await setImmediate();
  }
  return rows;
};

const shownTopic = (topic: StoredTopic): GroupTopic => ({
  id: topic.id,
  title: topic.title,
  leaf: topic.leafNumber !== null,
  colour: topic.colour,
});

interface Sets {
  readonly places: Places;
  /** By leaf; −1: rows without a topic. */
  readonly rows: ReadonlyMap<number, RowSet>;
}

interface Made {
  readonly analysis: string;
  readonly sets: Promise<Sets>;
  /** Undefined until `sets` has been made. */
  done: Sets | undefined;
}

const SOON_MS = 25;
/** Up to so many points, the sets are made in a few milliseconds. */
const QUICK_POINTS = 10_000;

/** The result if it is there within `SOON_MS`, else undefined. */
const soon = <T>(promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise, pause(SOON_MS).then(() => undefined)]);

/**
 * Sets are kept per searcher and frame, which never change, and are dropped with them; another analysis of the same searcher
 * replaces them. Titles, colours and hiding come from the view each time, and labels from their rows.
 * Searchers and frames are objects that only their own organization gets.
 */
export const openTopicRows = () => {
  const made = new WeakMap<Searcher, Made>();
  const places = new WeakMap<Frame, Promise<Places>>();

  const placesFor = (frame: Frame): Promise<Places> => {
    const known = places.get(frame) ?? placesOf(frame);
    places.set(frame, known);
    return known;
  };

  const madeFor = (searcher: Searcher, { analysis, frame }: View): Made => {
    const known = made.get(searcher);
    if (known?.analysis === analysis.id) return known;
    const making: Made = {
      analysis: analysis.id,
      sets: placesFor(frame).then(async (of) => ({
        places: of,
        rows: await leafRows(searcher, frame.unit, of),
      })),
      done: undefined,
    };
    made.set(searcher, making);
    making.sets.then(
      (sets) => {
        making.done = sets;
      },
      // The searcher was closed in the meantime; the next call starts again.
      () => made.delete(searcher),
    );
    return making;
  };

  const labelRows = async (
    { store }: Parlance,
    searcher: Searcher,
    labels: readonly string[],
  ): Promise<ReadonlyMap<string, RowSet>> => {
    const rows = new Map<string, RowSet>();
    for (const text of labels) {
      const id = readLabelId(text);
      if (id) rows.set(text, searcher.rowsOf(await chunksOfLabel(store.rows, id)));
    }
    return rows;
  };

  const groupsWithin = async (
    { parlance, analyses }: { readonly parlance: Parlance; readonly analyses: AnalysisCache },
    collection: string,
    searcher: Searcher,
    wanted: GroupsWanted,
  ): Promise<Groups | null> => {
    const id = readCollectionId(collection);
    // A search that does not ask for topics waits for them only shortly, because reading a frame again takes a second.
    // Where the analysis cannot be read, hits are shown without topics; the pages of the analysis show the problem.
    const viewed = id && analyses.view(id).catch((): undefined => undefined);
    const view = viewed && (await (wanted.topics ? viewed : soon(viewed)));
    if (!view) {
      if (wanted.labels.length === 0) return null;
      const labelled = await labelRows(parlance, searcher, wanted.labels);
      return {
        topics: [],
        topicRows: () => undefined,
        labelRows: (label) => labelled.get(label),
        topicOf: () => null,
      };
    }
    const making = madeFor(searcher, view);
    const isQuick = view.frame.points.count <= QUICK_POINTS;
    const sets = making.done ?? (wanted.topics || isQuick ? await making.sets : undefined);
    const rows = sets?.rows;
    const labelled = await labelRows(parlance, searcher, wanted.labels);
    const leaves = new Map(
      view.frameTopics.map((topic) => [topic.id as string, topic.leaves] as const),
    );
    return {
      // Counts are left out until the sets are made, so that a search does not wait for them.
      topics: rows === undefined ? [] : view.topics.filter((t) => !t.hidden).map(shownTopic),
      topicRows: (topic) => {
        if (rows === undefined) return undefined;
        if (topic === "none") return rows.get(-1) ?? searcher.rowsOf([]);
        const below = leaves.get(topic);
        const [only, other] = below ?? [];
        if (below === undefined) return undefined;
        if (only !== undefined && other === undefined) return rows.get(only);
        return searcher.union(below.flatMap((leaf) => rows.get(leaf) ?? []));
      },
      labelRows: (label) => labelled.get(label),
      topicOf: (chunk, conversation) => {
        const leaf = sets?.places.get(view.frame.unit === "chunk" ? chunk : conversation) ?? -1;
        const topic = view.leaves[leaf];
        return topic === undefined || topic.hidden ? null : shownTopic(topic);
      },
    };
  };

  return {
    within:
      (of: {
        readonly parlance: Parlance;
        readonly analyses: AnalysisCache;
      }): SearchDeps["groups"] =>
      (collection, searcher, wanted) =>
        groupsWithin(of, collection, searcher, wanted),
  };
};
