// Forgets what was said of authors of whom nothing is left after an erasure, and of all in a collection that is deleted.
import type { CollectionId } from "#services/domain/ids.ts";
import { isNameOf } from "#services/domain/made-names.ts";
import { openPeople, type SaidOfName } from "#services/domain/people.ts";
import { withoutNames } from "#services/domain/people-edits.ts";
import { inPieces } from "../compiled.ts";
import type { Origin } from "../origins.ts";
import { revise } from "../revisions.ts";
import type { Rows, Store } from "../rows.ts";
import { writtenBy, writtenNames } from "./authors.ts";
import { erasedAuthorsOf } from "./erased-authors.ts";
import { replaceSaid, saidOfNames } from "./names.ts";

const namedIn = ["guessed_bots", "own_names"] as const;

/** By the collection's conversations: all of its messages are looked at, those that no count has too. */
export const authorsLeftQuery = (rows: Rows, collection: CollectionId, names: readonly string[]) =>
  rows
    .selectFrom("messages as m")
    .innerJoin("conversations as v", "v.id", "m.conversation_id")
    .select("m.author")
    .distinct()
    .where("v.collection_id", "=", collection)
    .where("m.author", "in", names);

const namesGone = async (
  rows: Rows,
  collection: CollectionId,
  names: readonly string[],
): Promise<Set<string>> => {
  const gone = new Set(names);
  for (const piece of inPieces(names))
    for (const { author } of await authorsLeftQuery(rows, collection, piece).execute())
      gone.delete(author);
  return gone;
};

const forgetEdits = async (
  rows: Rows,
  collection: CollectionId,
  gone: ReadonlySet<string>,
): Promise<void> => {
  const isTold = (names: string) =>
    (JSON.parse(names) as SaidOfName[]).some(
      ({ name, shown }) => gone.has(name) || (shown !== null && isNameOf(gone, shown)),
    );
  for (const { id, before, after } of await rows
    .selectFrom("people_edits")
    .select(["id", "before", "after"])
    .where("collection_id", "=", collection)
    .execute())
    if (isTold(before) || isTold(after))
      await rows.deleteFrom("people_edits").where("id", "=", id).execute();
};

/**
 * After the messages of an origin are deleted: forgets their authors whom no message is by any more. Whoever was shown under such a
 * name is shown under one of those that are left. Edits that name them are in the log no more; what is left of them stays in force.
 * The messages are looked at outside of the transaction: a name that comes again meanwhile is like one that is new.
 */
export const forgetErasedAuthors = async (
  store: Store,
  { id, collection }: Origin,
): Promise<void> => {
  const gone = await namesGone(store.rows, collection, await erasedAuthorsOf(store.rows, id));
  if (gone.size === 0) return;
  const written = writtenNames(await writtenBy(store.rows, collection));
  await store.transaction(async (rows) => {
    const said = await saidOfNames(rows, collection);
    const people = openPeople(said, []);
    await replaceSaid(rows, collection, withoutNames({ people, said, written }, gone));
    for (const piece of inPieces([...gone])) {
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
    await forgetEdits(rows, collection, gone);
    await revise(rows, collection);
  });
};

/** Everything that is said of the authors in a collection. */
export const forgetPeople = async (rows: Rows, collection: CollectionId): Promise<void> => {
  for (const table of [
    ...namedIn,
    "person_names",
    "told_owners",
    "dismissed_people",
    "people_edits",
    "erased_authors",
  ] as const)
    await rows.deleteFrom(table).where("collection_id", "=", collection).execute();
};
