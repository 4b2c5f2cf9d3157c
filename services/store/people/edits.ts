// Edits of people: a log with what was said before and since, so that each can be undone.

import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type PeopleEditId,
  peopleEditId,
  type UserId,
} from "#services/domain/ids.ts";
import type { SaidOfName } from "#services/domain/people.ts";
import { joinsOthers, saidOf } from "#services/domain/people-undo.ts";
import { personBehind } from "#services/domain/scope.ts";
import type { PeopleEditRow } from "../people-tables.ts";
import { revise } from "../revisions.ts";
import type { Rows, Store } from "../rows.ts";
import { replaceSaid, saidOfNames } from "./names.ts";

type PeopleEditKind = "join" | "split" | "rename" | "bot";

export interface StoredPeopleEdit {
  readonly id: PeopleEditId;
  readonly at: number;
  readonly kind: PeopleEditKind;
  readonly by: UserId | null;
  readonly before: readonly SaidOfName[];
  readonly after: readonly SaidOfName[];
  readonly undoneAt: number | null;
}

/** The log keeps so many edits of a collection. */
const MOST_EDITS = 1000;

const stored = (row: PeopleEditRow): StoredPeopleEdit => ({
  id: row.id,
  at: row.at,
  kind: row.kind as PeopleEditKind,
  by: row.user_id,
  before: JSON.parse(row.before) as SaidOfName[],
  after: JSON.parse(row.after) as SaidOfName[],
  undoneAt: row.undone_at,
});

/** Older edits than the log keeps can no longer be undone. */
const trim = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const old = await rows
    .selectFrom("people_edits")
    .select("id")
    .where("collection_id", "=", collection)
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .offset(MOST_EDITS)
    .limit(100)
    .execute();
  for (const { id } of old) await rows.deleteFrom("people_edits").where("id", "=", id).execute();
};

/**
 * Changes what is said of names, and logs it.
 * @param decide what is to be said, of what is said now. @throws as `decide` does
 */
export const editPeople = (
  store: Store,
  collection: CollectionId,
  {
    kind,
    decide,
  }: {
    readonly kind: PeopleEditKind;
    readonly decide: (said: readonly SaidOfName[]) => readonly SaidOfName[];
  },
): Promise<StoredPeopleEdit> =>
  store.transaction(async (rows) => {
    const said = await saidOfNames(rows, collection);
    const after = decide(said);
    const row: PeopleEditRow = {
      id: peopleEditId(store.newId()),
      collection_id: collection,
      user_id: personBehind(store.scope.caller) ?? null,
      at: store.now(),
      kind,
      before: JSON.stringify(saidOf(after, said)),
      after: JSON.stringify(after),
      undone_at: null,
    };
    await replaceSaid(rows, collection, after);
    await rows.insertInto("people_edits").values(row).execute();
    await trim(rows, collection);
    await revise(rows, collection);
    return stored(row);
  });

/** The last one first. */
const logOf = (rows: Rows, collection: CollectionId) =>
  rows
    .selectFrom("people_edits")
    .selectAll()
    .where("collection_id", "=", collection)
    .orderBy("at", "desc")
    .orderBy("id", "desc");

/** The edits of a collection, the last one first, without those that were undone. */
export const listPeopleEdits = async (
  rows: Rows,
  collection: CollectionId,
  limit: number,
): Promise<StoredPeopleEdit[]> =>
  (await logOf(rows, collection).where("undone_at", "is", null).limit(limit).execute()).map(stored);

/**
 * @throws ParlanceError rejected `unknown-edit` (404) | `changed-since` (409): a later edit changed the same names, or others are
 * shown by now under a name that comes back
 */
export const undoPeopleEdit = (
  store: Store,
  collection: CollectionId,
  id: PeopleEditId,
): Promise<StoredPeopleEdit> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("people_edits")
      .selectAll()
      .where("id", "=", id)
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (!row) throw rejected("There is no such edit.", { code: "unknown-edit", status: 404 });
    const edit = stored(row);
    if (edit.undoneAt !== null) return edit;
    const said = await saidOfNames(rows, collection);
    const log = await logOf(rows, collection).execute();
    const isChanged =
      JSON.stringify(saidOf(edit.after, said)) !== JSON.stringify(edit.after) ||
      joinsOthers(edit, log.map(stored), said);
    if (isChanged)
      throw rejected("These names were changed again since.", {
        code: "changed-since",
        status: 409,
        hint: "Undo the later change first.",
      });
    await replaceSaid(rows, collection, edit.before);
    const undone = { undone_at: store.now() };
    await rows.updateTable("people_edits").set(undone).where("id", "=", id).execute();
    await revise(rows, collection);
    return stored({ ...row, ...undone });
  });
