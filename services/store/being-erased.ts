// What a running erasure will remove: messages and chunks that are hidden from the moment the erasure was requested.
import { setImmediate } from "node:timers/promises";
import { type ExpressionBuilder, sql } from "kysely";
import { hiddenKinds } from "#services/domain/conversation.ts";
import type {
  ChunkId,
  CollectionId,
  ConversationId,
  MessageId,
  OriginId,
} from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { withoutErasedTitles } from "./conversation-origins.ts";
import { messagesOfChunk } from "./gone-chunks.ts";
import { type Rows, runCompiled } from "./rows.ts";
import { sumsOf } from "./sums.ts";
import type { ConversationRow, MessageRow, Tables } from "./tables.ts";
import { isBroughtByOthers, whollyErased, whollyErasedIn } from "./wholly-erased.ts";

/** Conversations read before the event loop gets a turn. */
const AT_ONCE = 20;

/** Uploads and live sessions that are being erased, of one collection or of all; usually there are none. */
export const erasingOrigins = async (
  rows: Rows,
  collection?: CollectionId,
): Promise<OriginId[]> => {
  // Every search asks for them.
  const within = (table: "uploads" | "sessions") =>
    runCompiled<{ id: OriginId }>(
      rows,
      `erasing ${table} ${collection === undefined ? "of all" : "of one"}`,
      (db) =>
        db
          .selectFrom(table)
          .select("id")
          .where("state", "=", "erasing")
          .$if(collection !== undefined, (query) =>
            query.where("collection_id", "=", collection ?? ("" as never)),
          ),
      collection === undefined ? ["erasing"] : ["erasing", collection],
    );
  const [uploads, sessions] = await Promise.all([within("uploads"), within("sessions")]);
  return [...uploads.rows, ...sessions.rows].map(({ id }) => id);
};

type Test = ExpressionBuilder<Tables & { m: MessageRow }, "m">;

/**
 * For a query on messages as `m`: those whose current state came from these origins and from no other one. Where others say something
 * else of a message, that is shown only when the erasure is done.
 */
export const goes = (erasing: readonly OriginId[]) => (test: Test) =>
  test.and([
    test("m.origin_id", "in", erasing),
    test.not(
      test.exists(
        test
          .selectFrom("message_origins as s")
          .select("s.message_id")
          .whereRef("s.message_id", "=", "m.id")
          .where("s.state", "=", 0)
          .where("s.origin_id", "not in", erasing),
      ),
    ),
  ]);

/** The messages among these that are being erased. */
export const erasedAmong = async (
  rows: Rows,
  ids: Iterable<MessageId>,
  erasing: readonly OriginId[],
): Promise<ReadonlySet<string>> => {
  const gone = new Set<string>();
  if (erasing.length === 0) return gone;
  for (const piece of inPieces([...new Set(ids)]))
    for (const { id } of await rows
      .selectFrom("messages as m")
      .select("m.id")
      .where("m.id", "in", piece)
      .where(goes(erasing))
      .execute())
      gone.add(id);
  return gone;
};

/** The chunks among these that cover a message that is being erased, wait to be purged or are gone. */
export const erasedChunksAmong = async (
  rows: Rows,
  ids: Iterable<ChunkId>,
  erasing: readonly OriginId[],
): Promise<ReadonlySet<ChunkId>> => {
  const hidden = new Set(ids);
  const covered = new Map<ChunkId, readonly MessageId[]>();
  for (const piece of inPieces([...hidden]))
    for (const chunk of await rows
      .selectFrom("chunks")
      .select(["id", "message_id", "message_ids"])
      .where("id", "in", piece)
      .where("state", "!=", "purge")
      .execute())
      covered.set(chunk.id, messagesOfChunk(chunk));
  const gone = await erasedAmong(rows, [...covered.values()].flat(), erasing);
  for (const [id, messages] of covered)
    if (!messages.some((message) => gone.has(message))) hidden.delete(id);
  return hidden;
};

/** The messages of these conversations that are being erased. */
export const erasedIn = async (
  rows: Rows,
  conversations: readonly ConversationId[],
  erasing: readonly OriginId[],
): Promise<ReadonlySet<string>> => {
  const gone = new Set<string>();
  if (erasing.length === 0) return gone;
  for (const piece of inPieces(conversations))
    for (const { id } of await rows
      .selectFrom("messages as m")
      .select("m.id")
      .where("m.conversation_id", "in", piece)
      .where(goes(erasing))
      .execute())
      gone.add(id);
  return gone;
};

/** Conversations with messages of which these origins brought a state that is not shown. */
const conversationsWithOtherStates = async (
  rows: Rows,
  erasing: readonly OriginId[],
): Promise<ConversationId[]> => {
  const all = new Set<ConversationId>();
  for (const origin of erasing)
    for (const { conversation_id } of await rows
      .selectFrom("message_origins as s")
      .innerJoin("messages as m", "m.id", "s.message_id")
      .select("m.conversation_id")
      .distinct()
      .where("s.origin_id", "=", origin)
      .where("s.state", ">", 0)
      .execute())
      all.add(conversation_id);
  return [...all];
};

/** Conversations with messages that are shown as these origins brought them, a few at a time. */
const pagesOfConversations = async function* (rows: Rows, erasing: readonly OriginId[]) {
  for (const origin of erasing)
    for (let last: ConversationId | undefined; ; ) {
      const page = await rows
        .selectFrom("messages")
        .select("conversation_id")
        .distinct()
        .where("origin_id", "=", origin)
        .$if(last !== undefined, (query) =>
          query.where("conversation_id", ">", last ?? ("" as never)),
        )
        .orderBy("conversation_id")
        .limit(AT_ONCE)
        .execute();
      last = page.at(-1)?.conversation_id;
      if (last === undefined) break;
      yield page.map((row) => row.conversation_id);
    }
};

const isCurrent = (state: string): boolean => state === "live" || state === "purge";

/** What no answer may contain: chunks, and conversations with all of their chunks. */
export interface HiddenRows {
  readonly chunks: readonly ChunkId[];
  readonly conversations: readonly ConversationId[];
}

/** Rows read before the event loop gets a turn. */
const A_TURN = 5000;

/** Chunks that wait to be purged, which may be millions, but for those of some conversations. */
const purging = async (
  rows: Rows,
  collection: CollectionId,
  but: ReadonlySet<ConversationId>,
): Promise<ChunkId[]> => {
  const found: ChunkId[] = [];
  let read = 0;
  const all = rows
    .selectFrom("chunks")
    .select(["id", "conversation_id"])
    .where("state", "=", "purge")
    .where("collection_id", "=", collection);
  for await (const { id, conversation_id } of all.stream()) {
    if (!but.has(conversation_id)) found.push(id);
    if (++read % A_TURN === 0) await setImmediate();
  }
  return found;
};

/**
 * What no answer of the collection may contain: conversations that nobody else brought, and chunks that wait to be purged or cover a
 * message that is being erased. Chunks in older versions only are hidden with anything of their conversation, because the erasure
 * purges them so.
 */
export const hiddenRows = async (rows: Rows, collection: CollectionId): Promise<HiddenRows> => {
  const hidden = new Set<ChunkId>();
  const erasing = await erasingOrigins(rows, collection);
  const whole = await whollyErasedIn(rows, collection, erasing);
  const replaced = erasing.length > 0 ? await conversationsWithOtherStates(rows, erasing) : [];
  for (const piece of inPieces(replaced.filter((id) => !whole.has(id))))
    for (const { id } of await rows
      .selectFrom("chunks")
      .select("id")
      .where("conversation_id", "in", piece)
      .where("state", "in", ["removed", "superseded"])
      .execute())
      hidden.add(id);
  const all = erasing.length > 0 ? pagesOfConversations(rows, erasing) : [];
  for await (const conversations of all) {
    const mixed = conversations.filter((id) => !whole.has(id));
    const gone = await erasedIn(rows, mixed, erasing);
    for (const piece of inPieces(gone.size === 0 ? [] : mixed))
      for (const chunk of await rows
        .selectFrom("chunks")
        .select(["id", "state", "message_id", "message_ids"])
        .where("conversation_id", "in", piece)
        .execute())
        if (!isCurrent(chunk.state) || messagesOfChunk(chunk).some((id) => gone.has(id)))
          hidden.add(chunk.id);
    await setImmediate();
  }
  // Last: the erasure may have deleted messages since, whose chunks wait to be purged from then on, and are found here.
  for (const id of await purging(rows, collection, whole)) hidden.add(id);
  return { chunks: [...hidden], conversations: [...whole] };
};

/** Conversations as shown during an erasure: counted without the erased messages; those with nothing left are missing. */
export const withoutErased = async (
  rows: Rows,
  conversations: readonly ConversationRow[],
  erasing: readonly OriginId[],
): Promise<ConversationRow[]> => {
  if (erasing.length === 0) return [...conversations];
  const shown: ConversationRow[] = [];
  const ids = conversations.map(({ id }) => id);
  const whole = await whollyErased(rows, ids, erasing);
  const some = conversations.filter(({ id }) => !whole.has(id));
  for (const row of await withoutErasedTitles(rows, some, erasing)) {
    const gone = await erasedIn(rows, [row.id], erasing);
    if (gone.size === 0) {
      shown.push(row);
      continue;
    }
    const messages = await rows
      .selectFrom("messages")
      .select(["id", "author", "role", "kind", "at", "on_main_path"])
      .where("conversation_id", "=", row.id)
      .execute();
    const left = messages.filter(({ id }) => !gone.has(id));
    if (left.length > 0) shown.push({ ...row, ...sumsOf(left) });
  }
  return shown;
};

interface SourceSums {
  readonly source: string;
  readonly conversations: number;
  readonly messages: number;
  readonly others: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** As `isCounted` of sums.ts, of messages as `m`. */
const isCounted = sql`(m.on_main_path = 1 and m.kind not in (${sql.join(hiddenKinds)}))`;

const least = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);
const most = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/** A collection's sums by source, without what is being erased. */
export const sumsWithoutErased = async (
  rows: Rows,
  collection: CollectionId,
  erasing: readonly OriginId[],
): Promise<SourceSums[]> => {
  /** What is left of conversations from which something is being erased; undefined: nothing. */
  const changed = new Map<
    ConversationId,
    Omit<SourceSums, "source" | "conversations"> | undefined
  >();
  for await (const page of pagesOfConversations(rows, erasing)) {
    const whole = await whollyErased(rows, page, erasing);
    for (const id of page) changed.set(id, undefined);
    const conversations = page.filter((id) => !whole.has(id));
    if (conversations.length === 0) continue;
    const counted = await rows
      .selectFrom("messages as m")
      .select([
        "m.conversation_id as id",
        sql<number>`sum(case when ${isCounted} then 1 else 0 end)`.as("messages"),
        sql<number>`sum(case when ${isCounted} then 0 else 1 end)`.as("others"),
        sql<number | null>`min(case when ${isCounted} then m.at end)`.as("first"),
        sql<number | null>`max(case when ${isCounted} then m.at end)`.as("last"),
      ])
      .where("m.conversation_id", "in", conversations)
      .where((test) => test.not(goes(erasing)(test)))
      .groupBy("m.conversation_id")
      .execute();
    for (const { id, ...counts } of counted) changed.set(id, counts);
    await setImmediate();
  }
  // Read last: one that is erased meanwhile is in neither, and was never counted as if nothing went from it. Without those of which
  // nothing stays: their messages may be deleted already, and their old sums still be there.
  const all = await rows
    .selectFrom("conversations as v")
    .select([
      "v.id",
      "v.source",
      "v.message_count as messages",
      "v.other_count as others",
      "v.first_at as first",
      "v.last_at as last",
    ])
    .where("v.collection_id", "=", collection)
    .where("v.hidden", "=", 0)
    .where(isBroughtByOthers(erasing))
    .execute();
  const left = all.flatMap((row) => {
    if (!changed.has(row.id)) return [row];
    const counts = changed.get(row.id);
    return counts === undefined ? [] : [{ ...row, ...counts }];
  });
  const sums = new Map<string, SourceSums>();
  for (const { source, messages, others, first, last } of left) {
    const sum = sums.get(source);
    sums.set(source, {
      source,
      conversations: (sum?.conversations ?? 0) + (Number(messages) > 0 ? 1 : 0),
      messages: (sum?.messages ?? 0) + Number(messages),
      others: (sum?.others ?? 0) + Number(others),
      first: least(sum?.first ?? null, first),
      last: most(sum?.last ?? null, last),
    });
  }
  return [...sums.values()];
};

/** True where the conversation `v` has a message that is not being erased. */
export const holdsMore =
  (erasing: readonly OriginId[]) =>
  (test: ExpressionBuilder<Tables & { v: ConversationRow }, "v">) =>
    test.and([
      isBroughtByOthers(erasing)(test),
      test.exists(
        test
          .selectFrom("messages as m")
          .select("m.id")
          .whereRef("m.conversation_id", "=", "v.id")
          .where((inner) => inner.not(goes(erasing)(inner as unknown as Test))),
      ),
    ]);
