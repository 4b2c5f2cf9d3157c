// The names that uploads know of authors, beside the one that is shown: user names, full names, the source's ids.
import type { AuthorNames } from "#services/domain/conversation.ts";
import { foldedName, spacedName } from "#services/domain/folded-name.ts";
import type { CollectionId, OriginId } from "#services/domain/ids.ts";
import { erasingOrigins } from "./being-erased.ts";
import { inPieces, insertMany } from "./compiled.ts";
import type { AuthorNameRow } from "./people-tables.ts";
import { contains } from "./places.ts";
import type { Rows } from "./rows.ts";
import type { ConversationRow } from "./tables.ts";

const columns = [
  "collection_id",
  "origin_id",
  "source",
  "author_id",
  "name",
  "folded",
  "shown",
] as const satisfies readonly (keyof AuthorNameRow)[];

interface OfOrigin {
  readonly origin: OriginId;
  readonly collection: CollectionId;
}

export interface BroughtNames {
  readonly source: string;
  readonly authors: readonly AuthorNames[];
}

type Key = Pick<AuthorNameRow, "source" | "author_id" | "name" | "shown">;

const keyOf = ({ source, author_id, name, shown }: Key): string =>
  [source, author_id, name, shown].join("\u0000");

/** Longer ones are no names, and longer than what the table holds. */
const LONGEST = 300;

/** Writes the names that the origin has not told before. */
export const saveAuthorNames = async (
  rows: Rows,
  { origin, collection }: OfOrigin,
  brought: readonly BroughtNames[],
): Promise<void> => {
  const made = new Map<string, AuthorNameRow>();
  for (const { source, authors } of brought)
    for (const { id, shown, others } of authors)
      for (const [name, isShown] of [
        [shown, 1],
        ...others.map((other) => [other, 0] as const),
      ] as const) {
        const folded = foldedName(name);
        if (Math.max(id.length, name.length, folded.length) > LONGEST) continue;
        const row = {
          collection_id: collection,
          origin_id: origin,
          source,
          author_id: id,
          name,
          folded,
          shown: isShown,
        };
        made.set(keyOf(row), row);
      }
  const ids = [...new Set([...made.values()].map((row) => row.author_id))];
  for (const piece of inPieces(ids))
    for (const known of await rows
      .selectFrom("author_names")
      .select(["source", "author_id", "name", "shown"])
      .where("origin_id", "=", origin)
      .where("author_id", "in", piece)
      .execute())
      made.delete(keyOf(known));
  await insertMany(rows, "author_names", columns, [...made.values()]);
};

/** The names under which authors are shown, who are also called otherwise. */
export interface ShownAs {
  /** Whose names include the one that was asked for. */
  readonly exact: readonly string[];
  /** Of whose names one contains it as a whole word. */
  readonly byWord: readonly string[];
}

type Author = Pick<AuthorNameRow, "source" | "author_id">;

const authorKey = ({ source, author_id }: Author): string => `${source}\u0000${author_id}`;

/** The names under which these authors are shown. */
const shownNames = async (
  rows: Rows,
  collection: CollectionId,
  {
    authors,
    erasing,
  }: {
    readonly authors: ReadonlyMap<string, Author>;
    readonly erasing: readonly OriginId[];
  },
): Promise<Map<string, string[]>> => {
  const shown = new Map<string, string[]>();
  for (const piece of inPieces([...new Set([...authors.values()].map((one) => one.author_id))]))
    for (const row of await rows
      .selectFrom("author_names")
      .select(["source", "author_id", "name"])
      .distinct()
      .where("collection_id", "=", collection)
      .where("author_id", "in", piece)
      .where("shown", "=", 1)
      .$if(erasing.length > 0, (query) => query.where("origin_id", "not in", erasing))
      .execute()) {
      const key = authorKey(row);
      if (authors.has(key)) shown.set(key, [...(shown.get(key) ?? []), row.name]);
    }
  return shown;
};

/** Authors who are called so, by any name that an upload knows of them. Names that are being erased find nobody. */
export const authorsCalled = async (
  rows: Rows,
  collection: CollectionId,
  name: string,
): Promise<ShownAs> => {
  const wanted = foldedName(name);
  const nobody = { exact: [], byWord: [] };
  if (wanted === "") return nobody;
  const erasing = await erasingOrigins(rows, collection);
  const called = await rows
    .selectFrom("author_names")
    .select(["source", "author_id", "folded"])
    .distinct()
    .where("collection_id", "=", collection)
    .where(contains("folded", wanted))
    .$if(erasing.length > 0, (query) => query.where("origin_id", "not in", erasing))
    .execute();
  if (called.length === 0) return nobody;
  const exact = called.filter((row) => row.folded === wanted);
  const byWord = called.filter((row) => spacedName(row.folded).includes(` ${wanted} `));
  const authors = new Map([...exact, ...byWord].map((row) => [authorKey(row), row] as const));
  const shown = await shownNames(rows, collection, { authors, erasing });
  const namesOf = (found: readonly Author[]) => [
    ...new Set(found.flatMap((row) => shown.get(authorKey(row)) ?? [])),
  ];
  return { exact: namesOf(exact), byWord: namesOf(byWord) };
};

/** All names of those who wrote in a conversation, as an upload brings them; the same authors in the same order each time. */
export const authorsIn = async (
  rows: Rows,
  conversation: Pick<ConversationRow, "id" | "collection_id" | "source">,
): Promise<AuthorNames[]> => {
  const { id, collection_id: collection, source } = conversation;
  const erasing = await erasingOrigins(rows, collection);
  const named = rows
    .selectFrom("author_names as n")
    .select(["n.author_id", "n.name", "n.shown"])
    .distinct()
    .where("n.collection_id", "=", collection)
    .where("n.source", "=", source)
    .where("n.author_id", "in", (query) =>
      query
        .selectFrom("messages as m")
        .select("m.author_id")
        .distinct()
        .where("m.conversation_id", "=", id)
        .where("m.author_id", "is not", null)
        .$castTo<{ author_id: string }>(),
    )
    .$if(erasing.length > 0, (query) => query.where("n.origin_id", "not in", erasing))
    .orderBy("n.author_id")
    .orderBy("n.name");
  const found = new Map<string, { shown: string[]; others: string[] }>();
  for (const { author_id, name, shown } of await named.execute()) {
    const author = found.get(author_id) ?? { shown: [], others: [] };
    author[shown === 1 ? "shown" : "others"].push(name);
    found.set(author_id, author);
  }
  return [...found].flatMap(([author, { shown, others }]) =>
    shown.map((name) => ({ id: author, shown: name, others })),
  );
};

/** Deletes the names that an origin knows, or all of a collection. */
export const deleteAuthorNames = async (
  rows: Rows,
  of: { readonly origin: OriginId } | { readonly collection: CollectionId },
): Promise<void> => {
  await ("origin" in of
    ? rows.deleteFrom("author_names").where("origin_id", "=", of.origin).execute()
    : rows.deleteFrom("author_names").where("collection_id", "=", of.collection).execute());
};
