// Who wrote the messages of a collection, by source and name, with how many and when; and what else they are called.
import { sql } from "kysely";
import { hiddenKinds } from "#services/domain/conversation.ts";
import type { CollectionId, OriginId } from "#services/domain/ids.ts";
import { keyOf } from "#services/domain/people.ts";
import type { WrittenName } from "#services/domain/people-edits.ts";
import { erasingOrigins, goes } from "../being-erased.ts";
import type { Rows } from "../rows.ts";

/** Counted messages of one name, role and id of a source. */
export interface WrittenBy {
  readonly source: string;
  readonly name: string;
  readonly role: string;
  /** The source's id of the author; null where it has none. */
  readonly authorId: string | null;
  readonly messages: number;
  /** Milliseconds since 1970; null where none has a time. */
  readonly first: number | null;
  readonly last: number | null;
}

/** By the collection's conversations, from which an index leads to their messages. */
export const writtenQuery = (rows: Rows, collection: CollectionId, erasing: readonly OriginId[]) =>
  rows
    .selectFrom("messages as m")
    .innerJoin("conversations as v", "v.id", "m.conversation_id")
    .select([
      "v.source",
      "m.author as name",
      "m.role",
      "m.author_id as authorId",
      sql<number>`count(*)`.as("messages"),
      sql<number | null>`min(m.at)`.as("first"),
      sql<number | null>`max(m.at)`.as("last"),
    ])
    .where("v.collection_id", "=", collection)
    .where("v.hidden", "=", 0)
    .where("m.on_main_path", "=", 1)
    .where("m.kind", "not in", hiddenKinds)
    .$if(erasing.length > 0, (query) =>
      query.where((test) => test.not(goes(erasing)(test as never))),
    )
    .groupBy(["v.source", "m.author", "m.role", "m.author_id"]);

/** Of the messages that are counted everywhere, without those that are being erased. */
export const writtenBy = async (rows: Rows, collection: CollectionId): Promise<WrittenBy[]> => {
  const found = await writtenQuery(
    rows,
    collection,
    await erasingOrigins(rows, collection),
  ).execute();
  const time = (value: number | null) => (value === null ? null : Number(value));
  return found.map((row) => ({
    ...row,
    messages: Number(row.messages),
    first: time(row.first),
    last: time(row.last),
  }));
};

/** Each name of a source once, the most frequent first. */
export const writtenNames = (written: readonly WrittenBy[]): WrittenName[] => {
  const names = new Map<string, WrittenName>();
  for (const { source, name, messages } of written) {
    const key = keyOf({ source, name });
    names.set(key, { source, name, messages: (names.get(key)?.messages ?? 0) + messages });
  }
  return [...names.values()].sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1));
};

/** What else a source calls an author who is shown under a name. */
interface AlsoCalled {
  readonly source: string;
  readonly authorId: string;
  readonly name: string;
  readonly isShown: boolean;
}

export const alsoCalled = async (rows: Rows, collection: CollectionId): Promise<AlsoCalled[]> => {
  const erasing = await erasingOrigins(rows, collection);
  return (
    await rows
      .selectFrom("author_names")
      .select(["source", "author_id", "name", "shown"])
      .distinct()
      .where("collection_id", "=", collection)
      .$if(erasing.length > 0, (query) => query.where("origin_id", "not in", erasing))
      .execute()
  ).map(({ source, author_id, name, shown }) => ({
    source,
    authorId: author_id,
    name,
    isShown: shown === 1,
  }));
};
