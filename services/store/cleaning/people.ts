// What is said of authors by their names follows them where the rules change those: who is one person, who is a bot, who is "me", labels.
import { selection as selectionShape } from "#services/contract/selection.ts";
import { foldedName } from "#services/domain/folded-name.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { SaidOfName } from "#services/domain/people.ts";
import { insertMany } from "../compiled.ts";
import { revise } from "../revisions.ts";
import type { Rows } from "../rows.ts";
import type { CleanName } from "./names.ts";

/** The columns of each table that are its key or have a name. */
const named = {
  person_names: ["source", "name", "shown", "bot"],
  own_names: ["user_id", "source", "name", "mine"],
  guessed_bots: ["name"],
  told_owners: ["origin_id", "source", "name"],
  dismissed_people: ["one", "other", "at"],
} as const;
/** Those that are no part of a key: of two rows with the same key, the first one stays. */
const beside: ReadonlySet<string> = new Set(["shown", "bot", "mine", "at"]);
const names: ReadonlySet<string> = new Set(["name", "shown", "one", "other"]);

type Row = Readonly<Record<string, string | number | null>>;

const renamedRow = (row: Row, rename: CleanName): Row => {
  const now = Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      names.has(column) && typeof value === "string" ? rename(value) : value,
    ]),
  );
  const { one, other } = now;
  // A pair has an order: see dismissPairs.
  return one != null && other != null && one > other ? { ...now, one: other, other: one } : now;
};

const keyOf = (row: Row): string =>
  JSON.stringify(Object.entries(row).filter(([column]) => !beside.has(column)));

const renameIn = async (
  rows: Rows,
  collection: CollectionId,
  { table, rename }: { readonly table: keyof typeof named; readonly rename: CleanName },
): Promise<boolean> => {
  const columns = named[table];
  const before = (await rows
    .selectFrom(table)
    .select(columns as never)
    .where("collection_id", "=", collection)
    .execute()) as Row[];
  const after = before.map((row) => renamedRow(row, rename));
  if (JSON.stringify(after) === JSON.stringify(before)) return false;
  await rows.deleteFrom(table).where("collection_id", "=", collection).execute();
  const unique = new Map(after.toReversed().map((row) => [keyOf(row), row]));
  await insertMany(
    rows,
    table,
    ["collection_id", ...columns] as never,
    [...unique.values()].map((row) => ({ collection_id: collection, ...row })) as never,
  );
  return true;
};

const renameSaid = (text: string, rename: CleanName): string =>
  JSON.stringify(
    (JSON.parse(text) as SaidOfName[]).map((said) => ({
      ...said,
      name: rename(said.name),
      shown: said.shown === null ? null : rename(said.shown),
    })),
  );

const renameInEdits = async (rows: Rows, collection: CollectionId, rename: CleanName) => {
  for (const { id, before, after } of await rows
    .selectFrom("people_edits")
    .select(["id", "before", "after"])
    .where("collection_id", "=", collection)
    .execute()) {
    const now = { before: renameSaid(before, rename), after: renameSaid(after, rename) };
    if (now.before !== before || now.after !== after)
      await rows.updateTable("people_edits").set(now).where("id", "=", id).execute();
  }
};

const renameInLabels = async (rows: Rows, collection: CollectionId, rename: CleanName) => {
  for (const { id, selection } of await rows
    .selectFrom("labels")
    .select(["id", "selection"])
    .where("collection_id", "=", collection)
    .execute()) {
    const { authors, channels, ...rest } = selectionShape.parse(JSON.parse(selection));
    const now = JSON.stringify({
      ...rest,
      ...(authors && { authors: authors.map(rename) }),
      ...(channels && { channels: channels.map(rename) }),
    });
    if (now !== selection)
      await rows.updateTable("labels").set({ selection: now }).where("id", "=", id).execute();
  }
};

/** In the transaction that changes names of authors, or for all names that a collection has. */
export const renamePeople = async (
  rows: Rows,
  collection: CollectionId,
  rename: CleanName,
): Promise<void> => {
  let isChanged = false;
  for (const table of Object.keys(named) as (keyof typeof named)[])
    if (await renameIn(rows, collection, { table, rename })) isChanged = true;
  await renameInEdits(rows, collection, rename);
  await renameInLabels(rows, collection, rename);
  if (isChanged) await revise(rows, collection);
};

/** @param renamed names of authors of some conversations that are shown otherwise from now on */
export const renameAuthors = async (
  rows: Rows,
  collection: CollectionId,
  renamed: ReadonlyMap<string, string>,
): Promise<void> => {
  if (renamed.size > 0) await renamePeople(rows, collection, (name) => renamed.get(name) ?? name);
};

/** What else sources call authors: `from:` finds them by it, and exports have it. What was masked stays so. */
export const cleanAuthorNames = async (
  rows: Rows,
  collection: CollectionId,
  cleanName: CleanName,
): Promise<void> => {
  const key = ["origin_id", "source", "author_id", "name", "shown"] as const;
  for (const row of await rows
    .selectFrom("author_names")
    .select(key)
    .where("collection_id", "=", collection)
    .execute()) {
    const name = cleanName(row.name);
    if (name === row.name) continue;
    const at = key.reduce(
      (query, column) => query.where(column, "=", row[column] as never),
      rows.deleteFrom("author_names").where("collection_id", "=", collection),
    );
    await at.execute();
    const there = key.reduce(
      (query, column) =>
        query.where(column, "=", (column === "name" ? name : row[column]) as never),
      rows.selectFrom("author_names").select("name"),
    );
    if ((await there.executeTakeFirst()) === undefined)
      await rows
        .insertInto("author_names")
        .values({ ...row, collection_id: collection, name, folded: foldedName(name) })
        .execute();
  }
};
