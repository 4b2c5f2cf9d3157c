// Forgets what was said of authors of whom nothing is left after an erasure, and of all in a collection that is deleted.
import type { CollectionId } from "#services/domain/ids.ts";
import { inPieces } from "../compiled.ts";
import type { Rows } from "../rows.ts";

const namedIn = ["person_names", "guessed_bots", "own_names"] as const;

/** All names that something is said of. */
const namesSaid = async (rows: Rows, collection: CollectionId): Promise<Set<string>> => {
  const names = new Set<string>();
  for (const table of namedIn)
    for (const { name } of await rows
      .selectFrom(table)
      .select("name")
      .distinct()
      .where("collection_id", "=", collection)
      .execute())
      names.add(name);
  for (const { one, other } of await rows
    .selectFrom("dismissed_people")
    .select(["one", "other"])
    .where("collection_id", "=", collection)
    .execute())
    names.add(one).add(other);
  return names;
};

const namesLeft = async (
  rows: Rows,
  collection: CollectionId,
  names: ReadonlySet<string>,
): Promise<ReadonlySet<string>> => {
  const left = new Set<string>();
  for (const piece of inPieces([...names]))
    for (const { author } of await rows
      .selectFrom("messages")
      .select("author")
      .distinct()
      .where("collection_id", "=", collection)
      .where("author", "in", piece)
      .execute())
      left.add(author);
  return left;
};

const isOfOthers = (edit: string, left: ReadonlySet<string>): boolean =>
  (JSON.parse(edit) as { name: string; shown: string | null }[]).some(
    ({ name }) => !left.has(name),
  );

/**
 * After an erasure: what was said of names that no message is written under any more. A person whose shown name has gone with them
 * keeps it, since somebody gave it to the names that stay.
 */
export const forgetGoneNames = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const edits = await rows
    .selectFrom("people_edits")
    .select(["id", "after"])
    .where("collection_id", "=", collection)
    .execute();
  const names = await namesSaid(rows, collection);
  for (const { after } of edits)
    for (const { name } of JSON.parse(after) as { name: string }[]) names.add(name);
  if (names.size === 0) return;
  const left = await namesLeft(rows, collection, names);
  const gone = [...names].filter((name) => !left.has(name));
  for (const piece of inPieces(gone)) {
    for (const table of namedIn)
      await rows
        .deleteFrom(table)
        .where("collection_id", "=", collection)
        .where("name", "in", piece)
        .execute();
    for (const column of ["one", "other"] as const)
      await rows
        .deleteFrom("dismissed_people")
        .where("collection_id", "=", collection)
        .where(column, "in", piece)
        .execute();
  }
  // Its names are in the log; what is left of such an edit stays in force.
  for (const { id, after } of edits)
    if (isOfOthers(after, left))
      await rows.deleteFrom("people_edits").where("id", "=", id).execute();
};

/** Everything that is said of the authors in a collection. */
export const forgetPeople = async (rows: Rows, collection: CollectionId): Promise<void> => {
  for (const table of [...namedIn, "told_owners", "dismissed_people", "people_edits"] as const)
    await rows.deleteFrom(table).where("collection_id", "=", collection).execute();
};
