// Erases from the results of analyses: words and examples taken from messages, and ids of chunks that no longer exist. Hand edits stay.
import { keptEdit, type TopicEdit } from "#services/contract/analysis.ts";
import { type CollectionId, readChunkId } from "#services/domain/ids.ts";
import { failOpenAnalyses, withdrawDone } from "./analyses.ts";
import { erasedChunksAmong, erasingOrigins } from "./being-erased.ts";
import { inPieces } from "./compiled.ts";
import { forgetExamples, listConcepts } from "./concepts.ts";
import { goneOf } from "./gone-chunks.ts";
import { forgetAnswers } from "./llm-names.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import { listEdits } from "./topic-edits.ts";
import { forgetTopicWords, listDeadTopics, listTopics } from "./topics.ts";

/** The reason given to a running analysis that reads something about to be erased. */
const WHY = "Messages that this analysis read have been deleted; a new analysis follows.";

/** Ends running and waiting analyses; `finishAnalysis` and `saveProgress` then return false to their workers. */
export const stopAnalyses = (store: Store, rows: Rows, collection: CollectionId): Promise<void> =>
  failOpenAnalyses(store, rows, collection, WHY);

/** The sentence of an edit, without titles that it may have quoted. */
const plainly = (edit: TopicEdit): string => {
  switch (edit.kind) {
    case "rename":
      return edit.title === "" ? "Restored a topic’s own name" : `Renamed a topic “${edit.title}”`;
    case "merge":
      return `Merged ${edit.topics.length + 1} topics`;
    case "split":
      return `Split a topic into ${edit.parts}`;
    case "move":
      return "Moved messages by hand";
    case "hide":
      return edit.hidden ? "Hid a topic" : "Showed a topic again";
  }
};

const forgetInEdits = async (rows: Rows, collection: CollectionId): Promise<void> => {
  for (const { id, edit, state } of await listEdits(rows, collection)) {
    const moved = edit.kind === "move" ? (edit.chunks ?? []) : [];
    const gone = await goneOf(
      rows,
      moved.map(readChunkId).filter((chunk) => chunk !== undefined),
    );
    const left = moved.filter((chunk) => !(gone as ReadonlySet<string>).has(chunk));
    const kept = gone.size === 0 ? edit : { ...edit, chunks: left };
    await rows
      .updateTable("topic_edits")
      .set({
        edit: JSON.stringify(kept),
        says: plainly(edit),
        // The parts' vectors may come from erased messages; the next analysis finds the parts again.
        outcome: null,
        state: edit.kind === "split" && state === "now" ? "next" : state,
      })
      .where("id", "=", id)
      .execute();
  }
};

/** Replaces only the sentences; which chunks of an edit are gone is known later. */
const forgetSentences = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const isMove = '{"kind":"move"%';
  const of = () => rows.updateTable("topic_edits").where("collection_id", "=", collection);
  await of().set({ says: "Moved messages by hand" }).where("edit", "like", isMove).execute();
  const others = await rows
    .selectFrom("topic_edits")
    .select(["id", "edit"])
    .where("collection_id", "=", collection)
    .where("edit", "not like", isMove)
    .execute();
  for (const { id, edit } of others)
    await of()
      .set({ says: plainly(keptEdit.parse(JSON.parse(edit))) })
      .where("id", "=", id)
      .execute();
};

const dropAlertsOfErased = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const erasing = await erasingOrigins(rows, collection);
  if (erasing.length === 0) return;
  const alerts = await rows
    .selectFrom("alerts")
    .select("chunk_id")
    .distinct()
    .where("collection_id", "=", collection)
    .execute();
  const erased = await erasedChunksAmong(
    rows,
    alerts.map((alert) => alert.chunk_id),
    erasing,
  );
  for (const piece of inPieces([...erased]))
    await rows
      .deleteFrom("alerts")
      .where("collection_id", "=", collection)
      .where("chunk_id", "in", piece)
      .execute();
};

/**
 * Runs in the transaction that begins an erasure: analyses stop and are hidden, and with them the words, sentences, counts and
 * alerts that came from the messages to be erased. Ids of chunks are removed later, in `forgetErased`.
 */
export const withdrawAnalyses = async (
  store: Store,
  rows: Rows,
  collection: CollectionId,
): Promise<void> => {
  await stopAnalyses(store, rows, collection);
  await withdrawDone(rows, collection);
  await forgetAnswers(rows, collection);
  await forgetTopicWords(rows, collection);
  await forgetSentences(rows, collection);
  await dropAlertsOfErased(rows, collection);
  await rows
    .updateTable("concepts")
    .set({ matches: null })
    .where("collection_id", "=", collection)
    .execute();
};

const forgetInLabels = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const labels = rows.selectFrom("labels").select("id").where("collection_id", "=", collection);
  await rows
    .deleteFrom("label_chunks")
    .where("label_id", "in", labels)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("chunks as c")
            .select("c.id")
            .whereRef("c.id", "=", "label_chunks.chunk_id")
            .where("c.state", "!=", "purge"),
        ),
      ),
    )
    .execute();
};

const forgetInAlerts = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows
    .deleteFrom("alerts")
    .where("collection_id", "=", collection)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("chunks as c")
            .select("c.id")
            .whereRef("c.id", "=", "alerts.chunk_id")
            .where("c.state", "!=", "purge"),
        ),
      ),
    )
    .execute();
};

const forgetInConcepts = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const concepts = await listConcepts(rows, collection);
  const named = concepts.flatMap(({ examples }) => examples.map(({ chunk }) => chunk));
  const gone = await goneOf(rows, named);
  if (gone.size > 0) await forgetExamples(rows, collection, gone);
};

/** Keeps only those typical chunks of a topic that still exist; topics are recognised by them. */
const forgetInTopics = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const topics = [
    ...(await listTopics(rows, collection)),
    ...(await listDeadTopics(rows, collection)),
  ];
  const gone = await goneOf(
    rows,
    topics.flatMap(({ typical }) => typical),
  );
  for (const { id, typical } of topics)
    await rows
      .updateTable("topics")
      .set({ typical: JSON.stringify(typical.filter((chunk) => !gone.has(chunk))) })
      .where("id", "=", id)
      .execute();
};

/**
 * Removes everything that an analysis, a model or an alert took from messages from the rows of a collection: generated titles,
 * keywords, summaries, answers of the language model; alerts, labels, examples and moves of chunks that are gone or about to be
 * purged. Names and edits that people made stay. Safe to run again.
 */
export const forgetErased = (store: Store, collection: CollectionId): Promise<void> =>
  store.transaction(async (rows) => {
    await withdrawAnalyses(store, rows, collection);
    await forgetInTopics(rows, collection);
    await forgetInEdits(rows, collection);
    await forgetInLabels(rows, collection);
    await forgetInAlerts(rows, collection);
    await forgetInConcepts(rows, collection);
    await revise(rows, collection);
  });

/** Deletes all rows of analyses, labels, concepts and alerts of a collection. */
export const deleteAnalyses = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const labels = rows.selectFrom("labels").select("id").where("collection_id", "=", collection);
  await rows.deleteFrom("label_chunks").where("label_id", "in", labels).execute();
  for (const table of [
    "alerts",
    "concepts",
    "labels",
    "topic_edits",
    "topic_events",
    "topics",
    "llm_names",
    "analyses",
  ] as const)
    await rows.deleteFrom(table).where("collection_id", "=", collection).execute();
};
