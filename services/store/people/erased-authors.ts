// Notes who wrote what an erasure deletes: of these names, and of no others, it is asked afterwards whether anything is left.
import type { ConversationId, OriginId } from "#services/domain/ids.ts";
import { LONGEST_NAME } from "#services/domain/people.ts";
import { inPieces, insertMany } from "../compiled.ts";
import type { Origin } from "../origins.ts";
import type { Rows, Store } from "../rows.ts";

/** Authors in a conversation, also as other exports of it have them. */
const authorsIn = async (rows: Rows, conversation: ConversationId): Promise<Set<string>> => {
  const shown = await rows
    .selectFrom("messages")
    .select("author")
    .distinct()
    .where("conversation_id", "=", conversation)
    .execute();
  const others = await rows
    .selectFrom("messages as m")
    .innerJoin("message_states as s", "s.message_id", "m.id")
    .select("s.author")
    .distinct()
    .where("m.conversation_id", "=", conversation)
    .execute();
  return new Set([...shown, ...others].map(({ author }) => author));
};

/** Those among these that are not noted, and may be in a table of names at all. */
const notNoted = async (
  rows: Rows,
  origin: OriginId,
  authors: ReadonlySet<string>,
): Promise<string[]> => {
  const fresh = new Set([...authors].filter((name) => name.length <= LONGEST_NAME));
  for (const piece of inPieces([...fresh]))
    for (const { name } of await rows
      .selectFrom("erased_authors")
      .select("name")
      .where("origin_id", "=", origin)
      .where("name", "in", piece)
      .execute())
      fresh.delete(name);
  return [...fresh];
};

/** Before anything of a conversation is deleted: the names are known after a crash too. */
export const noteErasedAuthors = async (
  store: Store,
  { id: origin, collection }: Origin,
  conversation: ConversationId,
): Promise<void> => {
  const authors = await authorsIn(store.rows, conversation);
  if ((await notNoted(store.rows, origin, authors)).length === 0) return;
  await store.transaction(async (rows) =>
    insertMany(
      rows,
      "erased_authors",
      ["collection_id", "origin_id", "name"],
      (await notNoted(rows, origin, authors)).map((name) => ({
        collection_id: collection,
        origin_id: origin,
        name,
      })),
    ),
  );
};

export const erasedAuthorsOf = async (rows: Rows, origin: OriginId): Promise<string[]> =>
  (
    await rows.selectFrom("erased_authors").select("name").where("origin_id", "=", origin).execute()
  ).map(({ name }) => name);
