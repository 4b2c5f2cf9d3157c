// Analyses: requested, running, done or failed; a collection's settings for them; what the newest one found.
import {
  type Analysis,
  type AnalysisQuality,
  type AnalysisSettings,
  analysisSettings,
  type TopicEvent,
} from "#services/contract/analysis.ts";
import {
  type AnalysisId,
  analysisId,
  type CollectionId,
  type EditId,
  type TopicId,
} from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import { saveSettings, settingsOf } from "./analysis-settings.ts";
import type { AnalysisRow } from "./analysis-tables.ts";
import { erasingOrigins } from "./being-erased.ts";
import { enqueue } from "./jobs.ts";
import { saveGuessedBots } from "./people/names.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { settleEdits } from "./topic-edits.ts";
import { dropOldEvents, type FoundTopic, replaceTopics } from "./topics.ts";

/** Number of rows kept per collection, so that people can see earlier analyses. */
const KEPT_ROWS = 20;

export type AnalysisMode = "update" | "refit";
type Llm = Exclude<Analysis["llm"], null>;

export interface StoredAnalysis {
  readonly id: AnalysisId;
  readonly collection: CollectionId;
  /** Version of the index; null until it has started. */
  readonly version: number | null;
  /** "withdrawn": it was done, but something that it read has been erased since. */
  readonly state: "waiting" | "running" | "done" | "failed" | "withdrawn";
  readonly mode: AnalysisMode;
  readonly progress: number;
  readonly doing: string | null;
  readonly settings: AnalysisSettings;
  readonly quality: AnalysisQuality | null;
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly llm: Llm | null;
  readonly points: number;
  readonly messages: number;
  readonly topics: number;
  readonly error: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

const json = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

const stored = (row: AnalysisRow): StoredAnalysis => ({
  id: row.id,
  collection: row.collection_id,
  version: row.version,
  state: row.state as StoredAnalysis["state"],
  mode: row.mode as AnalysisMode,
  progress: row.progress,
  doing: row.doing,
  settings: analysisSettings.parse(JSON.parse(row.settings)),
  quality: json<AnalysisQuality>(row.quality),
  steps: JSON.parse(row.steps) as StoredAnalysis["steps"],
  llm: json<Llm>(row.llm),
  points: row.points,
  messages: row.messages,
  topics: row.topics,
  error: row.error,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

export interface AnalysisWish {
  readonly collection: CollectionId;
  readonly mode: AnalysisMode;
  /** Saved as the collection's settings; unchanged where absent. */
  readonly settings?: AnalysisSettings | undefined;
  readonly delay?: Duration;
}

const inState = (rows: Rows, collection: CollectionId, states: readonly string[]) =>
  rows
    .selectFrom("analyses")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("state", "in", states)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();

/**
 * Requests an analysis inside the caller's transaction: adds a row and its job, or returns the one that waits already (a requested
 * refit stays a refit). Wake the bus afterwards.
 */
export const enqueueAnalysis = async (
  store: Store,
  rows: Rows,
  wish: AnalysisWish,
): Promise<StoredAnalysis> => {
  const { collection, mode, settings, delay } = wish;
  if (settings) await saveSettings(rows, collection, settings);
  const text = JSON.stringify(settings ?? (await settingsOf(rows, collection)));
  await enqueue(store, rows, {
    name: "analysis.due",
    payload: { collection },
    key: collection,
    ...(delay === undefined ? {} : { delay }),
  });
  const waiting = await inState(rows, collection, ["waiting"]);
  if (waiting) {
    const changed = { mode: mode === "refit" ? mode : waiting.mode, settings: text };
    await rows.updateTable("analyses").set(changed).where("id", "=", waiting.id).execute();
    return stored({ ...waiting, ...changed });
  }
  const row: AnalysisRow = {
    id: analysisId(store.newId()),
    collection_id: collection,
    version: null,
    state: "waiting",
    mode,
    progress: 0,
    doing: null,
    settings: text,
    quality: null,
    steps: "[]",
    llm: null,
    points: 0,
    messages: 0,
    topics: 0,
    error: null,
    created_at: store.now(),
    started_at: null,
    finished_at: null,
  };
  await rows.insertInto("analyses").values(row).execute();
  return stored(row);
};

/** `enqueueAnalysis` in a transaction of its own. */
export const requestAnalysis = (store: Store, wish: AnalysisWish): Promise<StoredAnalysis> =>
  store.transaction((rows) => enqueueAnalysis(store, rows, wish));

/**
 * Starts the analysis of a job, at this version of the index: one that a killed worker had started, else the one that waits.
 * Undefined where there is none, as at a second delivery, or while an upload is being erased: the erasure requests an analysis
 * of what is left.
 */
export const beginAnalysis = (
  store: Store,
  collection: CollectionId,
  version: number,
): Promise<StoredAnalysis | undefined> =>
  store.transaction(async (rows) => {
    if ((await erasingOrigins(rows, collection)).length > 0) return undefined;
    const row =
      (await inState(rows, collection, ["running"])) ??
      (await inState(rows, collection, ["waiting"]));
    if (!row) return undefined;
    const begun = {
      state: "running",
      version,
      progress: 0,
      doing: null,
      settings: JSON.stringify(await settingsOf(rows, collection)),
      started_at: store.now(),
    };
    await rows.updateTable("analyses").set(begun).where("id", "=", row.id).execute();
    return stored({ ...row, ...begun });
  });

/** The newest finished analysis; figures and the map are computed from it. */
export const newestDone = async (
  rows: Rows,
  collection: CollectionId,
): Promise<StoredAnalysis | undefined> => {
  const row = await inState(rows, collection, ["done"]);
  return row && stored(row);
};

export type CurrentAnalysis = StoredAnalysis & {
  readonly state: Exclude<StoredAnalysis["state"], "withdrawn">;
};

/** The running analysis, else the waiting one, else the newest one that is shown. */
export const currentAnalysis = async (
  rows: Rows,
  collection: CollectionId,
): Promise<CurrentAnalysis | undefined> => {
  const row =
    (await inState(rows, collection, ["running"])) ??
    (await inState(rows, collection, ["waiting"])) ??
    (await inState(rows, collection, ["done", "failed"]));
  return row && (stored(row) as CurrentAnalysis);
};

/** Newest first, at most the last 20. */
export const listAnalyses = async (
  rows: Rows,
  collection: CollectionId,
): Promise<StoredAnalysis[]> =>
  (
    await rows
      .selectFrom("analyses")
      .selectAll()
      .where("collection_id", "=", collection)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(KEPT_ROWS)
      .execute()
  ).map(stored);

/** @returns false where the analysis is no longer running: its collection, or something that it read, is being erased. */
export const saveProgress = async (
  rows: Rows,
  id: AnalysisId,
  at: { readonly progress: number; readonly doing: string },
): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("analyses")
    .set(at)
    .where("id", "=", id)
    .where("state", "=", "running")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

export interface FoundEvent
  extends Pick<TopicEvent, "kind" | "from" | "to" | "sizeBefore" | "sizeAfter"> {
  readonly topic: TopicId;
  /** The other topics of a merge (as large as they were before) or split (as large as they are now). */
  readonly others: readonly { readonly topic: TopicId; readonly messages: number }[];
}

export interface AnalysisResult {
  readonly quality: AnalysisQuality;
  readonly steps: StoredAnalysis["steps"];
  readonly llm: Llm | null;
  readonly points: number;
  readonly messages: number;
  /** All live topics, in the order of the list; topics that are missing here are dead. */
  readonly topics: readonly FoundTopic[];
  readonly events: readonly FoundEvent[];
  /** Authors who repeat themselves as bots do. */
  readonly bots?: readonly string[];
  /** The new states of the hand edits that the analysis read. */
  readonly edits?: readonly {
    readonly id: EditId;
    readonly state: "now" | "waits";
    /** Data for later analyses, such as the parts of a split; stored as JSON. */
    readonly outcome?: unknown;
  }[];
}

const saveEvents = async (
  store: Store,
  rows: Rows,
  analysis: AnalysisRow,
  events: readonly FoundEvent[],
) => {
  await rows.deleteFrom("topic_events").where("analysis_id", "=", analysis.id).execute();
  const at = store.now();
  for (const [ordinal, event] of events.entries())
    await rows
      .insertInto("topic_events")
      .values({
        analysis_id: analysis.id,
        ordinal,
        collection_id: analysis.collection_id,
        topic_id: event.topic,
        kind: event.kind,
        from_version: event.from,
        to_version: event.to,
        size_before: event.sizeBefore,
        size_after: event.sizeAfter,
        others: JSON.stringify(event.others.map(({ topic, messages }) => [topic, messages])),
        at,
      })
      .execute();
};

const dropOld = async (rows: Rows, collection: CollectionId) => {
  const ended = await rows
    .selectFrom("analyses")
    .select(["id", "state"])
    .where("collection_id", "=", collection)
    .where("state", "in", ["done", "failed", "withdrawn"])
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .execute();
  // The newest finished analysis is kept however many have failed since, because it is shown.
  const newest = ended.find(({ state }) => state === "done")?.id;
  const old = ended.slice(KEPT_ROWS).filter(({ id }) => id !== newest);
  for (const { id } of old) await rows.deleteFrom("analyses").where("id", "=", id).execute();
};

/**
 * Makes the result of an analysis visible in one transaction: topics, events, counts. Names and hiding that people have changed
 * in the meantime are kept.
 * @returns false, and writes nothing, where the analysis is no longer running or something that it read is being erased.
 */
export const finishAnalysis = (
  store: Store,
  id: AnalysisId,
  result: AnalysisResult,
): Promise<boolean> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("analyses")
      .selectAll()
      .where("id", "=", id)
      .where("state", "=", "running")
      .executeTakeFirst();
    if (!row || (await erasingOrigins(rows, row.collection_id)).length > 0) return false;
    const of = { collection: row.collection_id, version: row.version ?? 0 };
    await replaceTopics(rows, of, result.topics);
    await saveEvents(store, rows, row, result.events);
    await dropOldEvents(rows, row.collection_id);
    const run = { collection: row.collection_id, startedAt: row.started_at ?? 0 };
    await settleEdits(rows, run, result.edits ?? []);
    await saveGuessedBots(rows, row.collection_id, result.bots ?? []);
    await rows
      .updateTable("analyses")
      .set({
        state: "done",
        progress: 1,
        doing: null,
        quality: JSON.stringify(result.quality),
        steps: JSON.stringify(result.steps),
        llm: result.llm === null ? null : JSON.stringify(result.llm),
        points: result.points,
        messages: result.messages,
        topics: result.topics.filter(({ leafNumber }) => leafNumber !== null).length,
        error: null,
        finished_at: store.now(),
      })
      .where("id", "=", id)
      .execute();
    await dropOld(rows, row.collection_id);
    await revise(rows, row.collection_id);
    return true;
  });

/** Marks finished analyses as no longer shown, because something that they read is being erased. */
export const withdrawDone = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("analyses")
    .set({ state: "withdrawn" })
    .where("collection_id", "=", collection)
    .where("state", "=", "done")
    .execute();
};

/** Marks an analysis as failed, with the reason for people; the one before it is still shown. */
export const failAnalysis = (store: Store, id: AnalysisId, error: string): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("analyses")
      .select("collection_id")
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row) return;
    await rows
      .updateTable("analyses")
      .set({ state: "failed", doing: null, error, finished_at: store.now() })
      .where("id", "=", id)
      .where("state", "in", ["waiting", "running"])
      .execute();
    await dropOld(rows, row.collection_id);
  });

/** Marks open analyses as failed whose job was given up. */
export const failOpenAnalyses = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
  error: string,
): Promise<void> => {
  await rows
    .updateTable("analyses")
    .set({ state: "failed", doing: null, error, finished_at: store.now() })
    .where("collection_id", "=", collection)
    .where("state", "in", ["waiting", "running"])
    .execute();
};
