// The cleaning rules of a collection: read with the rows that they are for, changed together with what follows from them.
import { cleaningRules } from "#services/contract/cleaning.ts";
import { type CleaningRules, noCleaning } from "#services/domain/cleaning.ts";
import { rejected } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { openPeople, type People } from "#services/domain/people.ts";
import { enqueue } from "../jobs.ts";
import { guessedBots, saidOfNames } from "../people/names.ts";
import { revise } from "../revisions.ts";
import { type Rows, runCompiled, type Store } from "../rows.ts";
import type { CollectionRow } from "../tables.ts";

export const rulesIn = ({ cleaning }: Pick<CollectionRow, "cleaning">): CleaningRules =>
  cleaning === null ? noCleaning : cleaningRules.parse(JSON.parse(cleaning));

/** The rules now; in a transaction, those that nobody changes before it ends. */
export const cleaningOf = async (rows: Rows, collection: CollectionId): Promise<CleaningRules> => {
  const { rows: found } = await runCompiled<Pick<CollectionRow, "cleaning">>(
    rows,
    "cleaning rules",
    (db) => db.selectFrom("collections").select("cleaning").where("id", "=", collection),
    [collection],
  );
  return found[0] ? rulesIn(found[0]) : noCleaning;
};

/** What decides over what is indexed: the rules, and who is a bot where they ask for it. */
export interface IndexRules {
  readonly rules: CleaningRules;
  readonly people: People | undefined;
}

export const indexRulesOf = async (rows: Rows, collection: CollectionId): Promise<IndexRules> => {
  const rules = await cleaningOf(rows, collection);
  if (!rules.leaveOut.bots) return { rules, people: undefined };
  const people = openPeople(
    await saidOfNames(rows, collection),
    await guessedBots(rows, collection),
  );
  return { rules, people };
};

/** Has all conversations of the collection gone through again, from the first one. */
export const applyRules = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
): Promise<void> => {
  await rows
    .updateTable("collections")
    .set({ recut_after: "" })
    .where("id", "=", collection)
    .execute();
  await enqueue(store, rows, {
    name: "exchanges.due",
    payload: { collection },
    key: collection,
  });
};

/**
 * Changes the rules, and has them applied to what is there. Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-collection` (404)
 */
export const saveCleaning = (
  store: Store,
  collection: CollectionId,
  rules: CleaningRules,
): Promise<void> =>
  store.transaction(async (rows) => {
    const { numUpdatedRows } = await rows
      .updateTable("collections")
      .set({ cleaning: JSON.stringify(rules) })
      .where("id", "=", collection)
      .where("state", "=", "active")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n)
      throw rejected("There is no such collection.", { code: "unknown-collection", status: 404 });
    // What exports say is compared anew with what the rules have made of it.
    await rows
      .updateTable("conversations")
      .set({ said_key: null })
      .where("collection_id", "=", collection)
      .where("said_key", "is not", null)
      .execute();
    await applyRules(store, rows, collection);
    await revise(rows, collection);
  });
