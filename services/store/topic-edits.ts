// Hand edits of topics: an append-only log. Names and hiding take effect at once, other edits with the next analysis.
import { keptEdit, type TopicEdit } from "#services/contract/analysis.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  type CollectionId,
  type EditId,
  editId,
  readChunkId,
  readTopicId,
  type TopicId,
} from "#services/domain/ids.ts";
import type { TopicEditRow } from "./analysis-tables.ts";
import { goneOf } from "./gone-chunks.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { markTopic } from "./topics.ts";

/** The most edits in effect in one collection: every analysis replays all of them. */
const MOST_EDITS = 1000;

export interface StoredEdit {
  readonly id: EditId;
  readonly at: number;
  readonly edit: TopicEdit;
  /** A sentence: what the edit did. */
  readonly says: string;
  /** now: in effect; next: with the next analysis; waits: its topic does not exist at present. */
  readonly state: "now" | "next" | "waits";
  /** Data from the first analysis that applied it, for later ones; null where there is none. */
  readonly outcome: unknown;
  readonly undoneAt: number | null;
}

const stored = (row: TopicEditRow): StoredEdit => ({
  id: row.id,
  at: row.at,
  edit: keptEdit.parse(JSON.parse(row.edit)),
  says: row.says,
  state: row.state as StoredEdit["state"],
  outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as unknown),
  undoneAt: row.undone_at,
});

type Marking = Extract<TopicEdit, { kind: "rename" | "hide" }>;

const isMarking = (edit: TopicEdit): edit is Marking =>
  edit.kind === "rename" || edit.kind === "hide";

/** In the order they were made, with undone ones unless told otherwise. */
export const listEdits = async (
  rows: Rows,
  collection: CollectionId,
  which: "all" | "in-force" = "all",
): Promise<StoredEdit[]> =>
  (
    await rows
      .selectFrom("topic_edits")
      .selectAll()
      .where("collection_id", "=", collection)
      .$if(which === "in-force", (query) => query.where("undone_at", "is", null))
      .orderBy("ordinal")
      .execute()
  ).map(stored);

/** Number of edits that the next analysis will apply; undoing one that was applied waits for an analysis too. */
export const pendingEdits = async (rows: Rows, collection: CollectionId): Promise<number> => {
  const counted = await rows
    .selectFrom("topic_edits")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("collection_id", "=", collection)
    .where("state", "=", "next")
    .executeTakeFirst();
  return Number(counted?.count ?? 0);
};

interface Mark {
  readonly id: EditId;
  readonly edit: Marking;
  readonly state: string;
  readonly undoneAt: number | null;
}

/** Renames and hidings, including undone ones, in order. Moves are not read: they name thousands of chunks each. */
const listMarks = async (rows: Rows, collection: CollectionId): Promise<Mark[]> =>
  (
    await rows
      .selectFrom("topic_edits")
      .select(["id", "edit", "state", "undone_at"])
      .where("collection_id", "=", collection)
      .where("edit", "not like", '{"kind":"move"%')
      .orderBy("ordinal")
      .execute()
  ).flatMap((row) => {
    const edit = keptEdit.parse(JSON.parse(row.edit));
    return isMarking(edit) ? [{ id: row.id, edit, state: row.state, undoneAt: row.undone_at }] : [];
  });

/** Applies the renames and hidings in effect to these topics, or to all. */
const remark = async (rows: Rows, collection: CollectionId, only?: TopicId): Promise<void> => {
  const marks = new Map<TopicId, { givenTitle?: string | null; hidden?: boolean }>();
  for (const { edit, undoneAt } of await listMarks(rows, collection)) {
    const topic = readTopicId(edit.topic);
    if (!topic || (only !== undefined && topic !== only)) continue;
    // Where no edit in effect says otherwise, the machine's name is shown.
    const mark = marks.get(topic) ?? {};
    if (edit.kind === "rename")
      mark.givenTitle = undoneAt === null ? edit.title || null : (mark.givenTitle ?? null);
    else mark.hidden = undoneAt === null ? edit.hidden : (mark.hidden ?? false);
    marks.set(topic, mark);
  }
  for (const [topic, mark] of marks) await markTopic(rows, topic, mark);
};

const stateOf = async (rows: Rows, edit: TopicEdit): Promise<StoredEdit["state"]> => {
  if (!isMarking(edit)) return "next";
  const topic = readTopicId(edit.topic);
  const live =
    topic &&
    (await rows
      .selectFrom("topics")
      .select("id")
      .where("id", "=", topic)
      .where("state", "=", "live")
      .executeTakeFirst());
  return live ? "now" : "waits";
};

/** A move without the chunks that no longer exist. */
const withoutGone = async (rows: Rows, edit: TopicEdit): Promise<TopicEdit> => {
  if (edit.kind !== "move" || edit.chunks === undefined) return edit;
  const ids = edit.chunks.map(readChunkId).filter((id) => id !== undefined);
  const gone: ReadonlySet<string> = await goneOf(rows, ids);
  return { ...edit, chunks: edit.chunks.filter((chunk) => !gone.has(chunk)) };
};

const inForce = async (rows: Rows, collection: CollectionId): Promise<number> => {
  const counted = await rows
    .selectFrom("topic_edits")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("collection_id", "=", collection)
    .where("undone_at", "is", null)
    .executeTakeFirst();
  return Number(counted?.count ?? 0);
};

/**
 * Appends to the log; a rename or hiding takes effect at once. Request an analysis where the state is "next".
 * @throws ParlanceError rejected `too-many-edits` (409)
 */
export const appendEdit = (
  store: Store,
  collection: CollectionId,
  made: { readonly edit: TopicEdit; readonly says: string },
): Promise<StoredEdit> =>
  store.transaction(async (rows) => {
    if ((await inForce(rows, collection)) >= MOST_EDITS)
      throw rejected(`A collection can have ${MOST_EDITS.toLocaleString("en")} changes by hand.`, {
        code: "too-many-edits",
        status: 409,
        hint: "Undo some that are not needed any more.",
      });
    const last = await rows
      .selectFrom("topic_edits")
      .select("ordinal")
      .where("collection_id", "=", collection)
      .orderBy("ordinal", "desc")
      .limit(1)
      .executeTakeFirst();
    const row: TopicEditRow = {
      id: editId(store.newId()),
      collection_id: collection,
      ordinal: (last?.ordinal ?? -1) + 1,
      edit: JSON.stringify(await withoutGone(rows, made.edit)),
      says: made.says,
      state: await stateOf(rows, made.edit),
      outcome: null,
      at: store.now(),
      undone_at: null,
    };
    await rows.insertInto("topic_edits").values(row).execute();
    if (isMarking(made.edit)) await remark(rows, collection, readTopicId(made.edit.topic));
    await revise(rows, collection);
    return stored(row);
  });

/** Whether an analysis that read the edit is running, or has finished since. */
const mayBeApplied = async (rows: Rows, row: TopicEditRow): Promise<boolean> => {
  if (row.state === "now") return true;
  const run = await rows
    .selectFrom("analyses")
    .select("id")
    .where("collection_id", "=", row.collection_id)
    .where((test) =>
      test.or([
        // It may have read the edit, and then applies it.
        test("state", "=", "running"),
        ...(row.state === "next"
          ? [test.and([test("state", "=", "done"), test("finished_at", ">=", row.at)])]
          : []),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return run !== undefined;
};

/**
 * Undoes an edit. A name or hiding is restored at once to what the other edits say; for others, request an analysis where
 * the state is "next". Undoing twice is the same as once.
 * @throws ParlanceError rejected `unknown-edit` (404)
 */
export const undoEdit = (store: Store, collection: CollectionId, id: EditId): Promise<StoredEdit> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("topic_edits")
      .selectAll()
      .where("id", "=", id)
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (!row) throw rejected("There is no such edit.", { code: "unknown-edit", status: 404 });
    if (row.undone_at !== null) return stored(row);
    const { edit } = stored(row);
    const after = (await mayBeApplied(rows, row)) ? "next" : "waits";
    const undone = { undone_at: store.now(), state: isMarking(edit) ? "now" : after };
    await rows.updateTable("topic_edits").set(undone).where("id", "=", id).execute();
    if (isMarking(edit)) await remark(rows, collection, readTopicId(edit.topic));
    await revise(rows, collection);
    return stored({ ...row, ...undone });
  });

/** Records what an analysis did with the edits, and applies names and hiding to topics that are new or revived. */
export const settleEdits = async (
  rows: Rows,
  run: { readonly collection: CollectionId; readonly startedAt: number },
  settled: readonly {
    readonly id: EditId;
    readonly state: "now" | "waits";
    readonly outcome?: unknown;
  }[],
): Promise<void> => {
  for (const { id, state, outcome } of settled) {
    // One that was undone in the meantime was applied all the same, and waits for the analysis that removes it.
    await rows
      .updateTable("topic_edits")
      .set({ state })
      .where("id", "=", id)
      .where("undone_at", "is", null)
      .execute();
    if (outcome !== undefined)
      await rows
        .updateTable("topic_edits")
        .set({ outcome: JSON.stringify(outcome) })
        .where("id", "=", id)
        .execute();
  }
  const { collection, startedAt } = run;
  await remark(rows, collection);
  // An edit undone before the analysis began was left out by it.
  await rows
    .updateTable("topic_edits")
    .set({ state: "waits" })
    .where("collection_id", "=", collection)
    .where("state", "=", "next")
    .where("undone_at", "<=", startedAt)
    .execute();
  for (const { id, edit, state: before, undoneAt } of await listMarks(rows, collection)) {
    if (undoneAt !== null) continue;
    const state = await stateOf(rows, edit);
    if (state === before) continue;
    await rows.updateTable("topic_edits").set({ state }).where("id", "=", id).execute();
  }
};
