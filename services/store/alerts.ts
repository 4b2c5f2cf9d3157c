// Alerts: new messages that a watched concept holds for its own, once a chunk; and the posts that carry them to its webhook.
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
import { erasedAmong, erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { enqueue } from "./jobs.ts";
import type { Rows, Store } from "./rows.ts";

/** Alerts that one post carries at most. */
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
 * Raises alerts and notes that the concept has looked up to this version (null: more are to come), in one transaction. A chunk that raised one before
 * raises none, and neither does one that is being erased. Where the concept has a webhook, posts are put together and asked for. Wake the bus afterwards.
 * @returns how many are new
 */
export const raiseAlerts = (
  store: Store,
  concept: ConceptId,
  seen: { readonly version: number | null; readonly alerts: readonly NewAlert[] },
): Promise<number> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .select(["collection_id", "webhook", "watch"])
      .where("id", "=", concept)
      .executeTakeFirst();
    // Switched off or deleted while it was looked for.
    if (!row || row.watch === 0) return 0;
    const erased = await erasedAmong(
      rows,
      seen.alerts.map(({ message }) => message),
      await erasingOrigins(rows, row.collection_id),
    );
    const raised: AlertId[] = [];
    for (const alert of seen.alerts) {
      if (erased.has(alert.message)) continue;
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
    if (row.webhook === null || raised.length === 0) return raised.length;
    for (let from = 0; from < raised.length; from += POST_SIZE) {
      const post = { post_id: `msg_${store.newId()}`, post_state: "waiting" };
      for (const piece of inPieces(raised.slice(from, from + POST_SIZE)))
        await rows.updateTable("alerts").set(post).where("id", "in", piece).execute();
    }
    await enqueue(store, rows, { name: "alert.due", payload: { concept }, key: concept });
    return raised.length;
  });

export type StoredAlert = AlertRow & { readonly concept_name: string };

/** A cursor is the place of the last one shown: its time and id. @throws ParlanceError rejected `bad-cursor` */
const readCursor = (cursor: string) => {
  const [, at, id] = /^(\d+)~(\w+)$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw badCursor();
  return { at: Number(at), id };
};

export interface AlertPage {
  /** Newest first. */
  readonly alerts: readonly StoredAlert[];
  /** Not seen, in all. */
  readonly unseen: number;
  readonly next: string | null;
}

/** Of a collection, or one of its concepts. @throws ParlanceError rejected `bad-cursor` */
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

/** Alerts not seen yet, by concept; concepts without any are left out. */
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

/** These, or all of the collection. */
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

/** Where live chunks are, by id; others are left out. */
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
  /** Of the chunk. */
  readonly text: string;
}

export interface WaitingPost {
  /** The same at every try, so that who receives it twice can tell. */
  readonly id: string;
  readonly raisedAt: number;
  readonly alerts: readonly AlertToPost[];
}

/** The oldest post that waits. Alerts whose chunk is in older versions only, or erased, are not in it. */
export const nextPost = async (
  rows: Rows,
  concept: ConceptId,
): Promise<WaitingPost | undefined> => {
  const first = await rows
    .selectFrom("alerts")
    .select(["post_id", "raised_at"])
    .where("concept_id", "=", concept)
    .where("post_state", "=", "waiting")
    .orderBy("raised_at")
    .orderBy("post_id")
    .limit(1)
    .executeTakeFirst();
  const id = first?.post_id;
  if (id === undefined || id === null) return undefined;
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
  return { id, raisedAt: first?.raised_at ?? 0, alerts };
};

/** Alerts of any concept that wait for a post, by concept: after a restore they are put on their way again. */
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

/** A post failed: it is tried again after the pause that `next` says, or, where that is "never", nothing that waits is. */
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
        // Given up: what comes later is given a new chance.
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
