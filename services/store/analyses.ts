// Analyses: asked for, under way, done or failed; how a collection wants to be analysed; what the newest one found.
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
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { settleEdits } from "./topic-edits.ts";
import { dropOldEvents, type FoundTopic, replaceTopics } from "./topics.ts";

/** Rows kept of a collection, for people to look back. */
const KEPT_ROWS = 20;

export type AnalysisMode = "update" | "refit";
type Llm = Exclude<Analysis["llm"], null>;

export interface StoredAnalysis {
  readonly id: AnalysisId;
  readonly collection: CollectionId;
  /** Of the index; null until it has begun. */
  readonly version: number | null;
  /** "withdrawn": it was done, and something that it looked at has been erased since. */
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
  /** Kept as the collection's own from now on; as they are where absent. */
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
 * Asks for an analysis inside the caller's transaction: the row and its job, or the one that waits already (a refit that was
 * asked for stays one). Wake the bus afterwards.
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
 * The analysis that a job means is begun, at this version of the index: one that a killed worker had begun first, else the one
 * that waits. Undefined where there is none any more, such as at a second delivery, or while an upload is being erased: the
 * erasure asks for an analysis of what is left.
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

/** The newest one that is done: figures and the map are computed from it. */
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

/** The one under way, else the one that waits, else the newest of all that are shown. */
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

/** @returns false where the analysis is not under way any more: its collection, or what it read, is being erased. */
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
  /** The other topics of a merge or split. */
  readonly others: readonly TopicId[];
}

export interface AnalysisResult {
  readonly quality: AnalysisQuality;
  readonly steps: StoredAnalysis["steps"];
  readonly llm: Llm | null;
  readonly points: number;
  readonly messages: number;
  /** All that live, in the order they are listed in; those that are not among them any more are dead. */
  readonly topics: readonly FoundTopic[];
  readonly events: readonly FoundEvent[];
  /** What became of the hand edits that the run looked at. */
  readonly edits?: readonly {
    readonly id: EditId;
    readonly state: "now" | "waits";
    /** What later runs need to know, such as the parts of a split; kept as JSON. */
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
        others: JSON.stringify(event.others),
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
  // However many failed after it, the newest one that is done stays: the dashboard shows it.
  const newest = ended.find(({ state }) => state === "done")?.id;
  const old = ended.slice(KEPT_ROWS).filter(({ id }) => id !== newest);
  for (const { id } of old) await rows.deleteFrom("analyses").where("id", "=", id).execute();
};

/**
 * What an analysis found becomes what is shown, at once: topics, events, counts. Names and hiding that people have changed
 * meanwhile stay theirs.
 * @returns false where the analysis is not under way any more, or what it read is being erased, and nothing was written.
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
        topics: result.topics.length,
        error: null,
        finished_at: store.now(),
      })
      .where("id", "=", id)
      .execute();
    await dropOld(rows, row.collection_id);
    await revise(rows, row.collection_id);
    return true;
  });

/** Those that are done are shown no more: something that they looked at is being erased. */
export const withdrawDone = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .updateTable("analyses")
    .set({ state: "withdrawn" })
    .where("collection_id", "=", collection)
    .where("state", "=", "done")
    .execute();
};

/** It has failed, and says why to people; the one before it is still shown. */
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

/** Those that nobody works on any more have failed: their job was given up. */
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
