// What is said of the names in a collection, by hand and by guesses: from it follows who its people are.
import type { CollectionId } from "#services/domain/ids.ts";
import { LONGEST_NAME, type SaidOfName } from "#services/domain/people.ts";
import { insertMany } from "../compiled.ts";
import type { PersonNameRow } from "../people-tables.ts";
import { revise } from "../revisions.ts";
import { type Rows, runCompiled, type Store } from "../rows.ts";

const said = ({ source, name, shown, bot }: Omit<PersonNameRow, "collection_id">): SaidOfName => ({
  source,
  name,
  shown,
  bot: bot === null ? null : bot === 1,
});

/** What was said by hand. */
export const saidOfNames = async (rows: Rows, collection: CollectionId): Promise<SaidOfName[]> => {
  const { rows: found } = await runCompiled<Omit<PersonNameRow, "collection_id">>(
    rows,
    "names of people",
    (db) =>
      db
        .selectFrom("person_names")
        .select(["source", "name", "shown", "bot"])
        .where("collection_id", "=", collection)
        .orderBy("name")
        .orderBy("source"),
    [collection],
  );
  return found.map(said);
};

/** Names of authors who seem to be bots. */
export const guessedBots = async (rows: Rows, collection: CollectionId): Promise<string[]> => {
  const { rows: found } = await runCompiled<{ name: string }>(
    rows,
    "guessed bots",
    (db) =>
      db
        .selectFrom("guessed_bots")
        .select("name")
        .where("collection_id", "=", collection)
        .orderBy("name"),
    [collection],
  );
  return found.map(({ name }) => name);
};

/** Replaces what was guessed before. Call it in the transaction that saves the analysis which guesses. */
export const saveGuessedBots = async (
  rows: Rows,
  collection: CollectionId,
  names: readonly string[],
): Promise<void> => {
  await rows.deleteFrom("guessed_bots").where("collection_id", "=", collection).execute();
  await insertMany(
    rows,
    "guessed_bots",
    ["collection_id", "name"],
    [...new Set(names)]
      .filter((name) => name.length <= LONGEST_NAME)
      .map((name) => ({ collection_id: collection, name })),
  );
};

/** Replaces what is said of these names; one of which nothing is said any more has no row. */
export const replaceSaid = async (
  rows: Rows,
  collection: CollectionId,
  names: readonly SaidOfName[],
): Promise<void> => {
  for (const { source, name } of names)
    await rows
      .deleteFrom("person_names")
      .where("collection_id", "=", collection)
      .where("source", "=", source)
      .where("name", "=", name)
      .execute();
  await insertMany(
    rows,
    "person_names",
    ["collection_id", "source", "name", "shown", "bot"],
    names
      .filter(({ shown, bot }) => shown !== null || bot !== null)
      .map(({ source, name, shown, bot }) => ({
        collection_id: collection,
        source,
        name,
        shown,
        bot: bot === null ? null : Number(bot),
      })),
  );
};

/** Two names as a pair that is the same in either order. */
const pairOf = (a: string, b: string) => (a < b ? { one: a, other: b } : { one: b, other: a });

/** Pairs of names that are not one person, as somebody said. */
export const dismissedPairs = async (
  rows: Rows,
  collection: CollectionId,
): Promise<{ readonly one: string; readonly other: string }[]> =>
  rows
    .selectFrom("dismissed_people")
    .select(["one", "other"])
    .where("collection_id", "=", collection)
    .execute();

/** These pairs are not suggested again. */
export const dismissPairs = (
  store: Store,
  collection: CollectionId,
  pairs: readonly (readonly [string, string])[],
): Promise<void> =>
  store.transaction(async (rows) => {
    const known = new Set(
      (await dismissedPairs(rows, collection)).map(({ one, other }) => `${one}\u0000${other}`),
    );
    const fresh = new Map(
      pairs.map(([a, b]) => {
        const pair = pairOf(a, b);
        return [`${pair.one}\u0000${pair.other}`, pair] as const;
      }),
    );
    await insertMany(
      rows,
      "dismissed_people",
      ["collection_id", "one", "other", "at"],
      [...fresh]
        .filter(([key]) => !known.has(key))
        .map(([, pair]) => ({ collection_id: collection, ...pair, at: store.now() })),
    );
    await revise(rows, collection);
  });
