// Analyse: makes the topics of a collection, their names and history, its map, and the frame from which every figure is computed.
import type { VersionRows } from "#index-store/index-store.ts";
import { type KMeans, openKMeans } from "#index-store/kmeans/kmeans.ts";
import type { Frame, FramePoints } from "#services/analyse/frame/frame.ts";
import type { Delivery } from "#services/bus/bus.ts";
import { unavailable } from "#services/domain/errors.ts";
import { readCollectionId, readEditId, topicId } from "#services/domain/ids.ts";
import { messageRows } from "#services/indexes/indexes.ts";
import {
  readSavedAnalysis,
  type SavedAnalysis,
  type SavedTopic,
  saveAnalysis,
} from "#services/saved-analysis/saved-analysis.ts";
import {
  beginAnalysis,
  type CollectionRow,
  currentAnalysis,
  type FoundEvent,
  type FoundTopic,
  failAnalysis,
  findCollection,
  finishAnalysis,
  listEdits,
  listTopics,
  newestDone,
  type StoredAnalysis,
} from "#services/store/store.ts";
import { chooseUnit } from "../analysis/choose-unit.ts";
import { countWords, judgeTopics, type Words } from "../analysis/count-words.ts";
import { describeTopics } from "../analysis/describe-topics.ts";
import { type Drawn, drawMap } from "../analysis/draw-map.ts";
import { groupPoints } from "../analysis/group-points.ts";
import type { Grouped } from "../analysis/grouped.ts";
import { measureTopics } from "../analysis/measure-topics.ts";
import { openProgress, type Progress } from "../analysis/progress.ts";
import { type ReadCollection, readCollection } from "../analysis/read-collection.ts";
import { treeOf } from "../analysis/topic-tree.ts";
import { untilDamaged } from "../damage.ts";
import type { Belt } from "../stage.ts";

interface Run {
  readonly belt: Belt;
  readonly collection: CollectionRow;
  readonly analysis: StoredAnalysis;
  /** The rows of the version that is analysed. */
  readonly read: VersionRows;
  readonly unit: Frame["unit"];
  readonly previous:
    | {
        readonly saved: SavedAnalysis;
        readonly version: number;
        readonly quality: StoredAnalysis["quality"];
      }
    | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The saved analysis before this one, where it has the same unit. */
const previousOf = async (
  belt: Belt,
  collection: CollectionRow,
  unit: SavedAnalysis["frame"]["unit"],
): Promise<Run["previous"]> => {
  const { store, indexes } = belt.parlance;
  const done = await newestDone(store.rows, collection.id);
  if (!done || done.version === null) return undefined;
  const index = await indexes.open(collection.id);
  // Where they are damaged or gone, topics are found anew.
  const saved = await readSavedAnalysis(index, done).catch((): undefined => undefined);
  return saved?.frame.unit === unit
    ? { saved, version: done.version, quality: done.quality }
    : undefined;
};

/** What is shown takes topic, similarity and place from its point. */
const framePoints = (
  { shown: { ids, message, pointOf } }: ReadCollection,
  grouped?: Grouped,
  drawn?: Drawn,
): FramePoints => {
  const floats = (column: Float32Array | undefined) =>
    Float32Array.from(pointOf, (point) => column?.[point] ?? Number.NaN);
  return {
    count: ids.length,
    ids: { length: ids.length, at: (row) => ids.at(row) ?? "" },
    message,
    topic: Int32Array.from(pointOf, (point) => grouped?.topicOf[point] ?? -1),
    similarity: floats(grouped?.similarities),
    x: floats(drawn?.x),
    y: floats(drawn?.y),
  };
};

/** The row that each point has in the frame; of several, the one with its id. */
const shownAt = ({ points, shown }: ReadCollection): Uint32Array => {
  const at = new Uint32Array(points.ids.length);
  for (const [row, point] of shown.pointOf.entries())
    if (shown.ids.at(row) === points.ids.at(point)) at[point] = row;
  return at;
};

type Sized = Pick<FoundTopic, "id" | "messages">;

/** Whether a topic grew is told from points; how large it was and is, is said in messages, as everywhere. */
const foundEvents = (
  { previous, read }: Run,
  grouped: Grouped,
  { before, after }: { readonly before: readonly Sized[]; readonly after: readonly Sized[] },
): FoundEvent[] => {
  const sizes = (topics: readonly Sized[]) =>
    new Map(topics.map(({ id, messages }) => [id, messages]));
  const [sizeBefore, sizeAfter] = [sizes(before), sizes(after)];
  return grouped.events.map((event) => ({
    topic: event.topic,
    kind: event.kind,
    from: previous?.version ?? null,
    to: read.version.number,
    sizeBefore: "before" in event ? (sizeBefore.get(event.topic) ?? 0) : 0,
    sizeAfter: "after" in event ? (sizeAfter.get(event.topic) ?? 0) : 0,
    others:
      "from" in event
        ? event.from.map((topic) => ({ topic, messages: sizeBefore.get(topic) ?? 0 }))
        : "into" in event
          ? event.into.map((topic) => ({ topic, messages: sizeAfter.get(topic) ?? 0 }))
          : [],
  }));
};

/** The states of the hand edits; splits with the parts that were found. */
const settledEdits = (grouped: Grouped) =>
  [...grouped.states].flatMap(([text, state]) => {
    const id = readEditId(text);
    if (!id || state === "undone") return [];
    const outcome = grouped.outcomes.get(id);
    return [
      {
        id,
        state: state === "applied" ? ("now" as const) : ("waits" as const),
        ...(outcome === undefined ? {} : { outcome }),
      },
    ];
  });

const savedTopics = (topics: readonly FoundTopic[], { special }: Grouped): SavedTopic[] =>
  topics.map((topic) => ({
    ...special.find(({ id }) => id === topic.id),
    id: topic.id,
    title: topic.llmTitle ?? topic.madeTitle,
    level: topic.level,
    parent: topic.parent,
    points: topic.points,
    leaf: topic.leafNumber,
  }));

/** The topics, and the words that they were judged by. */
const group = async (
  run: Run,
  read: ReadCollection,
  kmeans: KMeans,
): Promise<{ readonly grouped: Grouped; readonly words: Words }> => {
  const { belt, collection, analysis, previous, signal } = run;
  const { store } = belt.parlance;
  const counting = {
    rows: store.rows,
    collection: collection.id,
    signal,
    read,
    frame: read.builder.build(run.unit, framePoints(read)),
  };
  let words: Words | undefined;
  const grouped = await groupPoints(read.points, previous?.saved, {
    wanted: {
      mode: analysis.mode,
      k: analysis.settings.k,
      model: collection.model_fingerprint ?? "",
      edits: await listEdits(store.rows, collection.id),
      remembered: (await listTopics(store.rows, collection.id)).filter(
        ({ leafNumber }) => leafNumber !== null,
      ),
    },
    tools: {
      kmeans,
      newId: () => topicId(store.newId()),
      signal,
      judge: async (topicOf, centroids) => {
        words = await countWords(counting, topicOf, centroids.rows);
        return judgeTopics(words, centroids);
      },
    },
  });
  if (words === undefined) throw new Error("Topics were not judged by their words.");
  return { grouped, words };
};

/** Asks whether nothing that the analysis has read is being erased. */
const wantedBy =
  ({ belt, collection, analysis }: Run) =>
  async (): Promise<boolean> => {
    const now = await currentAnalysis(belt.parlance.store.rows, collection.id);
    return now?.id === analysis.id && now.state === "running";
  };

/** Groups the points, and measures and names their topics. The counts of words are let go of before the map is drawn. */
const findTopics = async (run: Run, read: ReadCollection) => {
  const { belt, collection, analysis, previous, progress, signal } = run;
  const { store, llm } = belt.parlance;
  const kmeans = openKMeans({ faiss: belt.parlance.config.faiss });
  const { grouped, words } = await group(run, read, kmeans);
  const tree = treeOf(grouped, previous?.saved, () => topicId(store.newId()));
  await progress.step("Measuring the topics", 0.36);
  const measured = await measureTopics(grouped, previous?.quality, { kmeans, signal });
  await belt.reached("analyse.grouped");
  await progress.step("Naming the topics", 0.5);
  const { topics, told } = await describeTopics({
    store,
    collection,
    settings: analysis.settings,
    llm,
    points: read.points,
    words,
    frame: read.builder.build(run.unit, framePoints(read, grouped)),
    grouped,
    tree,
    judged: measured.topics,
    version: run.read.version.number,
    progress,
    isWanted: wantedBy(run),
    signal,
  });
  return { grouped, quality: measured.quality, topics, told };
};

const analyseRun = async (run: Run): Promise<void> => {
  const { belt, collection, analysis, previous, progress, signal } = run;
  const { store, indexes } = belt.parlance;
  const { version } = run.read;
  const { unit } = run;
  await progress.step("Reading messages", 0.12);
  const read = await readCollection({
    rows: store.rows,
    collection: collection.id,
    version: run.read,
    unit,
    signal,
  });
  const points = read.shown.ids.length;
  await progress.step(
    `Grouping ${points.toLocaleString("en")} ${unit === "chunk" ? "points" : "conversations"}`,
    0.3,
  );
  const { grouped, quality, topics, told } = await findTopics(run, read);
  await progress.step("Drawing the map", 0.95);
  const drawn = await drawMap({
    rows: grouped.rows,
    pointOf: read.points.pointOf,
    shownAt: shownAt(read),
    topicOf: grouped.topicOf,
    previous: previous?.saved,
    refit: analysis.mode === "refit",
    method: analysis.settings.layout,
    signal,
    onProgress: (share) => progress.within(share),
  });
  await progress.step("Saving the result", 1);
  const frame = read.builder.build(unit, framePoints(read, grouped, drawn));
  const kept = await saveAnalysis(
    await indexes.open(collection.id),
    { version, isWanted: wantedBy(run) },
    {
      analysis: analysis.id,
      frame,
      grouping: {
        ...grouped.grouping,
        places: Int32Array.from(read.shown.pointOf, (at) => grouped.grouping.places[at] ?? -1),
      },
      map: drawn.map,
      topics: savedTopics(topics, grouped),
    },
  );
  await belt.reached("analyse.kept");
  // Something that it read is being erased; the erasure requests a new analysis.
  if (!kept) return;
  await finishAnalysis(store, analysis.id, {
    quality: { ...quality, trustworthiness: drawn.trustworthiness },
    steps: progress.steps(),
    llm: told,
    points,
    messages: frame.messages.count,
    topics,
    events: foundEvents(run, grouped, {
      before: await listTopics(store.rows, collection.id),
      after: topics,
    }),
    edits: settledEdits(grouped),
    bots: read.bots,
  });
  await belt.reached("analyse.finished");
};

const analyseNewest = async (
  belt: Belt,
  collection: CollectionRow,
  signal: AbortSignal,
): Promise<void> => {
  const { store, indexes } = belt.parlance;
  const index = await indexes.open(collection.id);
  const read = await messageRows(index);
  try {
    const { number } = read.version;
    const analysis = await beginAnalysis(store, collection.id, number);
    if (!analysis) return;
    if (number === 0) {
      await failAnalysis(store, analysis.id, "There is nothing to analyse yet.");
      return;
    }
    const unit = await chooseUnit(store.rows, collection.id, analysis.settings);
    await analyseRun({
      belt,
      collection,
      analysis,
      read,
      unit,
      previous: await previousOf(belt, collection, unit),
      progress: openProgress(store, analysis.id, () => performance.now()),
      signal,
    });
  } catch (error) {
    if (signal.aborted)
      throw unavailable("The analysis was interrupted.", { code: "aborted", cause: error });
    throw error;
  } finally {
    read.close();
  }
};

/**
 * Analyses the newest version at its start; a second delivery finds no waiting analysis. Where the index is damaged, it is
 * repaired first, and the analysis waits: the repair requests this again.
 */
export const analyse = async (belt: Belt, delivery: Delivery<"analysis.due">): Promise<void> => {
  const id = readCollectionId(delivery.payload.collection);
  const collection = id && (await findCollection(belt.parlance.store.rows, id));
  if (!collection) return;
  await untilDamaged(belt, collection.id, () => analyseNewest(belt, collection, delivery.signal));
};
