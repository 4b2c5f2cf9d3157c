// Conversations without an id in their format, found by how they begin: an export that has grown since is the same conversation.
import { sql } from "kysely";
import type { CollectionId, ConversationId, OriginId } from "#services/domain/ids.ts";
import { inPieces } from "./compiled.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow, MessageRow } from "./tables.ts";

export interface Beginning {
  readonly collection: CollectionId;
  readonly source: string;
  /** Fingerprint of its messages up to the first of a person. */
  readonly start: string | null;
  /** Fingerprints of its messages up to each of them. */
  readonly prefixes: readonly string[];
  /** Conversations of this origin are others; null where it may have brought the conversation itself before. */
  readonly notOf: OriginId | null;
}

export type Candidate = Pick<ConversationRow, "id" | "source_id">;

/** Conversations that begin alike and are looked at: in thousands that begin with the same words, none is told from the others. */
const MOST_CANDIDATES = 50;

/** Whether the collection has such conversations of other origins: only then any is looked for. */
export const hasBeginnings = async (
  rows: Rows,
  { collection, notOf }: { readonly collection: CollectionId; readonly notOf: OriginId },
): Promise<boolean> =>
  (await rows
    .selectFrom("conversations")
    .select("id")
    .where("end_key", ">", "")
    .where("collection_id", "=", collection)
    .where("origin_id", "!=", notOf)
    .limit(1)
    .executeTakeFirst()) !== undefined;

const broughtBy = async (rows: Rows, id: ConversationId, origin: OriginId): Promise<boolean> =>
  (await rows
    .selectFrom("conversations as v")
    .select("v.id")
    .where("v.id", "=", id)
    .where((test) =>
      test.or([
        test("v.origin_id", "=", origin),
        test.exists(
          test
            .selectFrom("conversation_origins as o")
            .select("o.origin_id")
            .whereRef("o.conversation_id", "=", "v.id")
            .where("o.origin_id", "=", origin),
        ),
      ]),
    )
    .executeTakeFirst()) !== undefined;

/** Whether the conversation is there under its own id. */
export const isThere = async (rows: Rows, id: ConversationId): Promise<boolean> =>
  (await rows.selectFrom("conversations").select("id").where("id", "=", id).executeTakeFirst()) !==
  undefined;

const foreign = async <C extends Candidate>(
  rows: Rows,
  found: readonly C[],
  notOf: OriginId | null,
): Promise<C[]> => {
  const others: C[] = [];
  for (const one of found)
    if (notOf === null || !(await broughtBy(rows, one.id, notOf))) others.push(one);
  return others;
};

/** Of those that end where this one has come to, or goes on from, the longest. */
export const findShorter = async (
  rows: Rows,
  { collection, source, prefixes, notOf }: Beginning,
): Promise<Candidate | undefined> => {
  const found: (Candidate & Pick<ConversationRow, "end_key">)[] = [];
  for (const piece of inPieces(prefixes))
    found.push(
      ...(await rows
        .selectFrom("conversations")
        .select(["id", "source_id", "end_key"])
        .where("end_key", "in", piece)
        .where("collection_id", "=", collection)
        .where("source", "=", source)
        .orderBy("id")
        .limit(MOST_CANDIDATES)
        .execute()),
    );
  const length = new Map(prefixes.map((key, at) => [key, at]));
  const lengthOf = (key: string | null) => length.get(key ?? "") ?? -1;
  return (await foreign(rows, found, notOf)).toSorted(
    (a, b) => lengthOf(b.end_key) - lengthOf(a.end_key),
  )[0];
};

export type FirstMessage = Pick<MessageRow, "author" | "role" | "kind" | "text">;

/** Those that begin alike, each with its first messages, as many as this one has. */
export const findLonger = async (
  rows: Rows,
  { collection, source, start, prefixes, notOf }: Beginning,
): Promise<readonly (Candidate & { readonly first: readonly FirstMessage[] })[]> => {
  if (start === null) return [];
  const found = await rows
    .selectFrom("conversations")
    .select(["id", "source_id"])
    .where("start_key", "=", start)
    .where("collection_id", "=", collection)
    .where("source", "=", source)
    .where((test) => test(sql<number>`message_count + other_count`, ">", test.val(prefixes.length)))
    .orderBy("id")
    .limit(MOST_CANDIDATES)
    .execute();
  const read = async (one: Candidate) => ({
    ...one,
    first: await rows
      .selectFrom("messages")
      .select(["author", "role", "kind", "text"])
      .where("conversation_id", "=", one.id)
      .where("gone", "=", 0)
      .orderBy("position")
      .orderBy("id")
      .limit(prefixes.length)
      .execute(),
  });
  const longer = [];
  for (const one of await foreign(rows, found, notOf)) longer.push(await read(one));
  return longer;
};
