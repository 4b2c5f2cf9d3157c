// Loads hits: for many chunk ids, their text, message, conversation and neighbours in two statements. Every search uses it, so it is fast.
import { sql } from "kysely";
import type {
  ChunkId,
  CollectionId,
  ConversationId,
  MessageId,
  OriginId,
} from "#services/domain/ids.ts";
import { erasedAmong, erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { withoutErasedTitles } from "./conversation-origins.ts";
import { exchangesOf, type StoredExchange } from "./exchange-members.ts";
import { messagesOfChunk } from "./gone-chunks.ts";
import { type Queries, type Rows, runCompiled } from "./rows.ts";
import type { ChunkRow, ConversationRow, MessageRow } from "./tables.ts";

export interface HitRow {
  readonly chunk: ChunkId;
  readonly collection: CollectionId;
  readonly conversation: ConversationId;
  readonly message: MessageId;
  /** All messages the chunk covers, in order. */
  readonly messages: readonly MessageId[];
  readonly part: number;
  /** Where the chunk starts in the first message's text. */
  readonly start: number;
  readonly text: string;
  readonly language: string | null;
  readonly author: string;
  readonly role: string;
  readonly kind: string;
  readonly at: number | null;
  readonly zoneKnown: boolean;
  readonly position: number;
  readonly onMainPath: boolean;
  /** Not in the newest export of its conversation any more. */
  readonly gone: boolean;
  readonly title: string | null;
  readonly channel: string | null;
  readonly source: string;
  /** null for a chunk of messages. */
  readonly exchange: StoredExchange | null;
  /** Up to `context` messages before and after, in reading order, without joins, leaves and thinking; none of an exchange. */
  readonly before: readonly NeighbourRow[];
  readonly after: readonly NeighbourRow[];
}

export interface NeighbourRow {
  readonly message: MessageId;
  readonly author: string;
  readonly role: string;
  readonly at: number | null;
  readonly text: string;
}

type Found = Pick<
  ChunkRow,
  | "id"
  | "collection_id"
  | "conversation_id"
  | "message_id"
  | "message_ids"
  | "part"
  | "start"
  | "text"
  | "language"
  | "unit"
  | "best_id"
> &
  Pick<MessageRow, "author" | "role" | "kind" | "at" | "zone_known" | "position"> &
  Pick<MessageRow, "on_main_path" | "gone"> &
  Pick<ConversationRow, "title" | "channel" | "source">;

const found = async (rows: Rows, ids: readonly ChunkId[]): Promise<Found[]> => {
  const all: Found[] = [];
  for (const piece of inPieces(ids)) {
    const answer = await runCompiled<Found>(
      rows,
      `hits ${piece.length}`,
      (db) =>
        db
          .selectFrom("chunks as c")
          .innerJoin("messages as m", "m.id", "c.message_id")
          .innerJoin("conversations as v", "v.id", "c.conversation_id")
          .select([
            "c.id",
            "c.collection_id",
            "c.conversation_id",
            "c.message_id",
            "c.message_ids",
            "c.part",
            "c.start",
            "c.text",
            "c.language",
            "c.unit",
            "c.best_id",
            "m.author",
            "m.role",
            "m.kind",
            "m.at",
            "m.zone_known",
            "m.position",
            "m.on_main_path",
            "m.gone",
            "v.title",
            "v.channel",
            "v.source",
          ])
          .where("c.id", "in", piece)
          .where("c.state", "!=", "purge"),
      [...piece, "purge"],
    );
    for (const row of answer.rows) all.push(row);
  }
  return all;
};

interface Neighbour {
  readonly hit: number;
  readonly side: number;
  readonly id: MessageId;
  readonly author: string;
  readonly role: string;
  readonly at: number | null;
  readonly text: string;
  readonly position: number;
}

/**
 * One side of one hit: the nearest messages before or after its position. Constants are part of the SQL: with bound limits SQLite
 * plans each of these selects separately, and 40 of them took 0.5 ms instead of 0.13.
 */
const side = (db: Queries, before: boolean, limit: number) =>
  db
    .selectFrom(
      db
        .selectFrom("messages")
        .select((make) => [
          make.val(0).as("hit"),
          sql.lit(before ? 0 : 1).as("side"),
          "id",
          "author",
          "role",
          "at",
          "text",
          "position",
        ])
        .where("conversation_id", "=", sql<ConversationId>`${""}`)
        .where("position", before ? "<" : ">", 0)
        .where("on_main_path", "=", sql.lit(1))
        .where("kind", "not in", [sql.lit("system"), sql.lit("thinking")])
        .orderBy("position", before ? "desc" : "asc")
        .limit(sql.lit(limit))
        .as("near"),
    )
    .selectAll();

/** Hits per statement: each adds two small selects, and SQLite allows at most 500 in one. */
const HITS_AT_ONCE = [1, 5, 20, 100] as const;

const coveredBy = (row: Found): number =>
  row.message_ids === null ? 0 : (JSON.parse(row.message_ids) as readonly string[]).length - 1;

const neighbours = async (
  rows: Rows,
  hits: readonly Found[],
  context: number,
): Promise<Neighbour[]> => {
  const all: Neighbour[] = [];
  // A chunk of several messages starts at its first one, so the messages that it covers are read too, and the caller drops them. In
  // steps of four, so that a few statements serve all.
  const beyond = context + Math.ceil(Math.max(...hits.map(coveredBy)) / 4) * 4;
  for (let from = 0; from < hits.length; ) {
    const left = hits.length - from;
    const size = HITS_AT_ONCE.find((candidate) => candidate >= left) ?? 100;
    const parameters: unknown[] = [];
    for (let at = 0; at < size; at++) {
      // Unused places are filled with another hit; their results are ignored.
      const row = hits[from + at] ?? hits[from];
      if (row === undefined) continue;
      const place = [from + at, row.conversation_id, row.position];
      parameters.push(...place, ...place);
    }
    const answer = await runCompiled<Neighbour>(
      rows,
      `neighbours ${size} ${context} ${beyond}`,
      (db) => {
        const sides = Array.from({ length: size }, () => [
          side(db, true, context),
          side(db, false, beyond),
        ]).flat();
        const [first, ...others] = sides;
        if (first === undefined) throw new RangeError("no sides");
        return others.reduce((query, other) => query.unionAll(other), first);
      },
      parameters,
    );
    for (const row of answer.rows) all.push(row);
    from += size;
  }
  return all;
};

const asNeighbour = ({ id, author, role, at, text }: Neighbour): NeighbourRow => ({
  message: id,
  author,
  role,
  at,
  text,
});

/** Titles and channels of the hits' conversations, without those that only what is being erased gave them. */
const titlesOf = async (
  rows: Rows,
  hits: readonly HitRow[],
  erasing: readonly OriginId[],
): Promise<Map<ConversationId, Pick<HitRow, "title" | "channel">>> => {
  const titles = new Map<ConversationId, Pick<HitRow, "title" | "channel">>();
  for (const piece of inPieces([...new Set(hits.map(({ conversation }) => conversation))])) {
    const stored = await rows
      .selectFrom("conversations")
      .select(["id", "title", "channel", "origin_id"])
      .where("id", "in", piece)
      .execute();
    for (const { id, title, channel } of await withoutErasedTitles(rows, stored, erasing))
      titles.set(id, { title, channel });
  }
  return titles;
};

/** Hits and neighbours without those that contain something being erased. */
const withoutErased = async (rows: Rows, hits: readonly HitRow[]): Promise<HitRow[]> => {
  const erasing = await erasingOrigins(rows);
  if (erasing.length === 0) return [...hits];
  const near = ({ before, after }: HitRow) => [...before, ...after].map(({ message }) => message);
  const shown = hits.flatMap((hit) => [...hit.messages, ...near(hit)]);
  const gone = await erasedAmong(rows, shown, erasing);
  const stays = ({ message }: NeighbourRow) => !gone.has(message);
  const titles = await titlesOf(rows, hits, erasing);
  return hits
    .filter(({ messages }) => !messages.some((message) => gone.has(message)))
    .map((hit) => ({
      ...hit,
      ...titles.get(hit.conversation),
      before: hit.before.filter(stays),
      after: hit.after.filter(stays),
    }));
};

/**
 * The rows of hits, in the order of `ids`; chunks that no longer exist (erased after the version was made) or are being erased are
 * left out.
 * @param context messages before and after each hit, 0 … 5
 */
export const hydrateHits = async (
  rows: Rows,
  ids: readonly ChunkId[],
  context: number,
): Promise<HitRow[]> => {
  const byId = new Map((await found(rows, ids)).map((row) => [row.id as string, row]));
  const hits = ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
  const exchanges = await exchangesOf(rows, hits);
  // The messages of an exchange lie apart, and are shown themselves. Beside a message of another branch stands nothing of its own.
  const alone = hits.filter(({ id, on_main_path }) => !exchanges.has(id) && on_main_path === 1);
  const near = context > 0 && alone.length > 0 ? await neighbours(rows, alone, context) : [];
  const sides = new Map(
    alone.map(({ id }): [ChunkId, [Neighbour[], Neighbour[]]] => [id, [[], []]]),
  );
  for (const row of near) {
    const of = alone[row.hit];
    if (of) sides.get(of.id)?.[row.side === 0 ? 0 : 1].push(row);
  }
  const hydrated = hits.map((row): HitRow => {
    const messages = messagesOfChunk(row);
    const [before = [], after = []] = sides.get(row.id) ?? [];
    const own = new Set<string>(messages);
    return {
      chunk: row.id,
      collection: row.collection_id,
      conversation: row.conversation_id,
      message: row.message_id,
      messages,
      part: row.part,
      start: row.start,
      text: row.text,
      language: row.language,
      author: row.author,
      role: row.role,
      kind: row.kind,
      at: row.at,
      zoneKnown: row.zone_known === 1,
      position: row.position,
      onMainPath: row.on_main_path === 1,
      gone: row.gone === 1,
      title: row.title,
      channel: row.channel,
      source: row.source,
      exchange: exchanges.get(row.id) ?? null,
      before: before.sort((a, b) => a.position - b.position).map(asNeighbour),
      after: after
        .filter((neighbour) => !own.has(neighbour.id))
        .sort((a, b) => a.position - b.position)
        .slice(0, context)
        .map(asNeighbour),
    };
  });
  return withoutErased(rows, hydrated);
};
