// The messages of exchanges, for hits: who said what, and which of them answer.
import { sql } from "kysely";
import type { ChunkId, MessageId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import { messagesOfChunk } from "./gone-chunks.ts";
import { type Rows, runCompiled } from "./rows.ts";
import type { ChunkRow, MessageRow } from "./tables.ts";

export interface ExchangeMember {
  readonly message: MessageId;
  readonly author: string;
  readonly role: string;
  readonly at: number | null;
  readonly text: string;
  readonly answers: boolean;
}

export interface StoredExchange {
  /** In order; the first is the opening. Of a long one the first ones and the best answer. */
  readonly members: readonly ExchangeMember[];
  /** Messages that are not among the members. */
  readonly more: number;
  /** The best answer. */
  readonly best: MessageId | null;
}

/** Messages that are read of an exchange, beside its best answer: more are not shown. */
const MOST_MEMBERS = 24;

type Member = Pick<MessageRow, "id" | "author" | "role" | "at" | "text">;

const membersOf = async (rows: Rows, ids: readonly MessageId[]): Promise<Map<string, Member>> => {
  const members = new Map<string, Member>();
  for (const piece of inPieces(ids)) {
    const { rows: found } = await runCompiled<Member>(
      rows,
      `members of exchanges ${piece.length}`,
      (db) =>
        db
          .selectFrom("messages")
          .select(["id", "author", "role", "at", "text"])
          .where("id", "in", piece),
      piece,
    );
    for (const member of found) members.set(member.id, member);
  }
  return members;
};

/** In a chat the assistant answers; among people everybody who did not ask. */
const answersTo = (opening: Member | undefined, member: Member): boolean =>
  opening?.role === "user" ? member.role !== "user" : member.author !== opening?.author;

/** Exchanges among these chunks, by chunk; messages that are gone since are left out. */
export const exchangesOf = async (
  rows: Rows,
  chunks: readonly Pick<ChunkRow, "id" | "unit" | "message_id" | "message_ids" | "best_id">[],
): Promise<ReadonlyMap<ChunkId, StoredExchange>> => {
  const exchanges = chunks
    .filter(({ unit }) => unit === "exchange")
    .map((chunk) => {
      const all = messagesOfChunk(chunk);
      const read = all.filter((id, at) => at < MOST_MEMBERS || id === chunk.best_id);
      return { id: chunk.id, best: chunk.best_id, read, more: all.length - read.length };
    });
  const ids = new Set(exchanges.flatMap(({ read }) => read));
  const members = ids.size === 0 ? undefined : await membersOf(rows, [...ids]);
  return new Map(
    exchanges.map(({ id: chunk, best, read, more }) => {
      const own = read.flatMap((id) => members?.get(id) ?? []);
      return [
        chunk,
        {
          best,
          more,
          members: own.map((member) => ({
            message: member.id,
            author: member.author,
            role: member.role,
            at: member.at,
            text: member.text,
            answers: answersTo(own[0], member),
          })),
        },
      ];
    }),
  );
};

/** What ranking needs to know of an exchange. */
export interface ExchangeFacts {
  readonly members: readonly MessageId[];
  /** By whatever an assistant said, which always answers; among people by an answer that was found to be one. */
  readonly isAnswered: boolean;
  /** The beginning of the best answer, where people talk; null in chats with an assistant. */
  readonly best: string | null;
}

/** So much of an answer is read. */
const BEST_CHARS = 400;

/** Facts of the exchanges among these chunks, by chunk. */
export const exchangeFacts = async (
  rows: Rows,
  chunks: readonly ChunkId[],
): Promise<ReadonlyMap<ChunkId, ExchangeFacts>> => {
  const facts = new Map<ChunkId, ExchangeFacts>();
  for (const piece of inPieces(chunks)) {
    const { rows: found } = await runCompiled<
      Pick<ChunkRow, "id" | "message_id" | "message_ids" | "best_id" | "answers"> & {
        role: string | null;
        best: string | null;
      }
    >(
      rows,
      `facts of exchanges ${piece.length}`,
      (db) =>
        db
          .selectFrom("chunks")
          .leftJoin("messages as opening", "opening.id", "chunks.message_id")
          .leftJoin("messages as best", "best.id", "chunks.best_id")
          .select([
            "chunks.id",
            "chunks.message_id",
            "chunks.message_ids",
            "chunks.best_id",
            "chunks.answers",
            "opening.role",
            sql<string | null>`substr(best.text, 1, ${sql.lit(BEST_CHARS)})`.as("best"),
          ])
          .where("chunks.id", "in", piece)
          .where("chunks.unit", "=", "exchange"),
      [...piece, "exchange"],
    );
    for (const chunk of found) {
      const isChat = chunk.role !== "person";
      facts.set(chunk.id, {
        members: messagesOfChunk(chunk),
        isAnswered: isChat ? (chunk.answers ?? 0) > 0 : chunk.best_id !== null,
        best: isChat ? null : chunk.best,
      });
    }
  }
  return facts;
};
