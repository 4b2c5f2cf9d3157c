// Alerts: one for each new message that matches a watched concept; and the posts that send them to the concept's webhook.
import { badCursor } from "#services/domain/bad-cursor.ts";
import {
  type AlertId,
  alertId,
  type ChunkId,
  type CollectionId,
  type ConceptId,
  type ConversationId,
  type MessageId,
} from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import type { AlertRow } from "./analysis-tables.ts";
import { erasedChunksAmong, erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { enqueue } from "./jobs.ts";
import { knownBefore } from "./merged/known-before.ts";
import { noteAlerts } from "./news.ts";
import type { Rows, Store } from "./rows.ts";

/** The most alerts in one post. */
const POST_SIZE = 100;

export interface NewAlert {
  readonly chunk: ChunkId;
  readonly message: MessageId;
  readonly conversation: ConversationId;
  readonly probability: number;
}

const saveOne = async (
  rows: Rows,
  row: Omit<AlertRow, "post_id" | "post_state">,
): Promise<boolean> => {
  const known = await rows
    .selectFrom("alerts")
    .select("id")
    .where("concept_id", "=", row.concept_id)
    .where("chunk_id", "=", row.chunk_id)
    .executeTakeFirst();
  if (known) return false;
  await rows
    .insertInto("alerts")
    .values({ ...row, post_id: null, post_state: null })
    .execute();
  return true;
};

/**
 * Raises alerts and records the version up to which the concept has been checked (null: more messages follow), in one transaction. A
 * chunk raises at most one alert per concept, and none while it is being erased, or where a merge has copied what was there before. With a webhook, posts are prepared and their job is
 * added: wake the bus afterwards.
 * @returns how many are new
 */
export const raiseAlerts = async (
  store: Store,
  concept: ConceptId,
  seen: { readonly version: number | null; readonly alerts: readonly NewAlert[] },
): Promise<number> => {
  const known = await knownBefore(
    store.rows,
    seen.alerts.map(({ message }) => message),
  );
  return store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .select(["collection_id", "webhook", "watch"])
      .where("id", "=", concept)
      .executeTakeFirst();
    // Switched off or deleted in the meantime.
    if (!row || row.watch === 0) return 0;
    const erased = await erasedChunksAmong(
      rows,
      seen.alerts.map(({ chunk }) => chunk),
      await erasingOrigins(rows, row.collection_id),
    );
    const raised: AlertId[] = [];
    for (const alert of seen.alerts) {
      if (erased.has(alert.chunk) || known.has(alert.message)) continue;
      const id = alertId(store.newId());
      const isNew = await saveOne(rows, {
        id,
        collection_id: row.collection_id,
        concept_id: concept,
        chunk_id: alert.chunk,
        message_id: alert.message,
        conversation_id: alert.conversation,
        probability: alert.probability,
        raised_at: store.now(),
        seen: 0,
      });
      if (isNew) raised.push(id);
    }
    if (seen.version !== null)
      await rows
        .updateTable("concepts")
        .set({ watched_version: seen.version })
        .where("id", "=", concept)
        .execute();
    if (raised.length === 0) return 0;
    await noteAlerts(store, rows, {
      collection: row.collection_id,
      concept,
      count: raised.length,
    });
    if (row.webhook === null) return raised.length;
    for (let from = 0; from < raised.length; from += POST_SIZE) {
      const post = { post_id: `msg_${store.newId()}`, post_state: "waiting" };
      for (const piece of inPieces(raised.slice(from, from + POST_SIZE)))
        await rows.updateTable("alerts").set(post).where("id", "in", piece).execute();
    }
    await enqueue(store, rows, { name: "alert.due", payload: { concept }, key: concept });
    return raised.length;
  });
};

export type StoredAlert = AlertRow & { readonly concept_name: string };

/** A cursor holds the time and id of the last alert shown. @throws ParlanceError rejected `bad-cursor` */
const readCursor = (cursor: string) => {
  const [, at, id] = /^(\d+)~(\w+)$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw badCursor();
  return { at: Number(at), id };
};

export interface AlertPage {
  /** Newest first. */
  readonly alerts: readonly StoredAlert[];
  /** Number of all alerts that have not been seen. */
  readonly unseen: number;
  readonly next: string | null;
}

/** Alerts of a collection, or of one of its concepts. @throws ParlanceError rejected `bad-cursor` */
export const listAlerts = async (
  rows: Rows,
  of: {
    readonly collection: CollectionId;
    readonly concept?: ConceptId | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<AlertPage> => {
  const after = of.cursor === undefined ? undefined : readCursor(of.cursor);
  const page = await rows
    .selectFrom("alerts as a")
    .innerJoin("concepts as c", "c.id", "a.concept_id")
    .selectAll("a")
    .select("c.name as concept_name")
    .where("a.collection_id", "=", of.collection)
    .$if(of.concept !== undefined, (query) =>
      query.where("a.concept_id", "=", of.concept ?? ("" as never)),
    )
    .$if(after !== undefined, (query) =>
      query.where((test) =>
        test.or([
          test("a.raised_at", "<", after?.at ?? 0),
          test.and([
            test("a.raised_at", "=", after?.at ?? 0),
            test("a.id", "<", (after?.id ?? "") as never),
          ]),
        ]),
      ),
    )
    .orderBy("a.raised_at", "desc")
    .orderBy("a.id", "desc")
    .limit(of.limit + 1)
    .execute();
  const alerts = page.slice(0, of.limit);
  const last = alerts.at(-1);
  const counts = await unseenAlerts(rows, of.collection);
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    alerts,
    unseen: of.concept === undefined ? all : (counts.get(of.concept) ?? 0),
    next: page.length > of.limit && last ? `${last.raised_at}~${last.id}` : null,
  };
};

/** Number of unseen alerts by concept; concepts without any are left out. */
export const unseenAlerts = async (
  rows: Rows,
  collection: CollectionId,
): Promise<ReadonlyMap<ConceptId, number>> => {
  const counted = await rows
    .selectFrom("alerts")
    .select(["concept_id", (make) => make.fn.countAll<number>().as("count")])
    .where("collection_id", "=", collection)
    .where("seen", "=", 0)
    .groupBy("concept_id")
    .execute();
  return new Map(counted.map((row) => [row.concept_id, Number(row.count)]));
};

/** Marks these alerts as seen, or all of the collection. */
export const markAlertsSeen = async (
  rows: Rows,
  collection: CollectionId,
  ids?: readonly AlertId[],
): Promise<void> => {
  const mark = () =>
    rows
      .updateTable("alerts")
      .set({ seen: 1 })
      .where("collection_id", "=", collection)
      .where("seen", "=", 0);
  if (ids === undefined) await mark().execute();
  else for (const piece of inPieces(ids)) await mark().where("id", "in", piece).execute();
};

/** Conversation and message of live chunks of messages, by id; other chunks are left out. */
export const chunkPlaces = async (
  rows: Rows,
  ids: readonly ChunkId[],
): Promise<ReadonlyMap<string, Omit<NewAlert, "probability">>> => {
  const places = new Map<string, Omit<NewAlert, "probability">>();
  for (const piece of inPieces(ids))
    for (const row of await rows
      .selectFrom("chunks")
      .select(["id", "message_id", "conversation_id", "state"])
      .where("id", "in", piece)
      .where("unit", "=", "message")
      .execute())
      if (row.state === "live")
        places.set(row.id, {
          chunk: row.id,
          message: row.message_id,
          conversation: row.conversation_id,
        });
  return places;
};

export interface AlertToPost {
  readonly id: AlertId;
  readonly chunk: ChunkId;
  readonly message: MessageId;
  readonly conversation: ConversationId;
  readonly probability: number;
  /** Text of the chunk. */
  readonly text: string;
}

export interface WaitingPost {
  /** The same at every attempt, so that the receiver can recognise repetitions. */
  readonly id: string;
  readonly raisedAt: number;
  readonly alerts: readonly AlertToPost[];
}

/** The oldest waiting post, without alerts whose chunk is in older versions only, erased or being erased. */
export const nextPost = async (
  rows: Rows,
  concept: ConceptId,
): Promise<WaitingPost | undefined> => {
  const first = await rows
    .selectFrom("alerts")
    .select(["post_id", "raised_at", "collection_id"])
    .where("concept_id", "=", concept)
    .where("post_state", "=", "waiting")
    .orderBy("raised_at")
    .orderBy("post_id")
    .limit(1)
    .executeTakeFirst();
  const id = first?.post_id;
  if (!first || !id) return undefined;
  const alerts = await rows
    .selectFrom("alerts as a")
    .innerJoin("chunks as c", "c.id", "a.chunk_id")
    .select([
      "a.id",
      "a.chunk_id as chunk",
      "a.message_id as message",
      "a.conversation_id as conversation",
      "a.probability",
      "c.text",
    ])
    .where("a.concept_id", "=", concept)
    .where("a.post_id", "=", id)
    .where("c.state", "in", ["live", "removed"])
    .orderBy("a.probability", "desc")
    .orderBy("a.id")
    .execute();
  const erased = await erasedChunksAmong(
    rows,
    alerts.map(({ chunk }) => chunk),
    await erasingOrigins(rows, first.collection_id),
  );
  return {
    id,
    raisedAt: first.raised_at,
    alerts: alerts.filter(({ chunk }) => !erased.has(chunk)),
  };
};

/** Concepts with alerts that wait for a post: after a restore their jobs are added again. */
export const conceptsWithPosts = async (
  rows: Rows,
  collection: CollectionId,
): Promise<ConceptId[]> =>
  (
    await rows
      .selectFrom("alerts")
      .select("concept_id")
      .distinct()
      .where("collection_id", "=", collection)
      .where("post_state", "=", "waiting")
      .execute()
  ).map((row) => row.concept_id);

export const postedAlerts = (
  store: Store,
  concept: ConceptId,
  posted: { readonly post: string; readonly says: string },
): Promise<void> =>
  store.transaction(async (rows) => {
    await rows
      .updateTable("alerts")
      .set({ post_state: "posted" })
      .where("concept_id", "=", concept)
      .where("post_id", "=", posted.post)
      .execute();
    await rows
      .updateTable("concepts")
      .set({ webhook_state: posted.says, failing_since: null, failures: 0 })
      .where("id", "=", concept)
      .execute();
  });

/** Records a failed post: it is sent again after the pause that `next` gives; for "never", all waiting posts are given up. */
export const failedPost = (
  store: Store,
  concept: ConceptId,
  failed: { readonly says: string; readonly next: Duration | "never" },
): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .select(["failing_since", "failures"])
      .where("id", "=", concept)
      .executeTakeFirst();
    if (!row) return;
    const { next } = failed;
    const stopped = next === "never";
    await rows
      .updateTable("concepts")
      .set({
        webhook_state: failed.says,
        // Given up; later alerts start with a new count of failures.
        failing_since: stopped ? null : (row.failing_since ?? store.now()),
        failures: stopped ? 0 : row.failures + 1,
      })
      .where("id", "=", concept)
      .execute();
    if (next === "never")
      await rows
        .updateTable("alerts")
        .set({ post_state: "given-up" })
        .where("concept_id", "=", concept)
        .where("post_state", "=", "waiting")
        .execute();
    else
      await enqueue(store, rows, {
        name: "alert.due",
        payload: { concept },
        key: concept,
        delay: next,
      });
  });
