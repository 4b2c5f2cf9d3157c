// Converts the stored log of hand edits for the replay: splits with their parts, undone edits with their undo.
import type { KMeans } from "#index-store/kmeans/kmeans.ts";
import type { HandEdit, SplitPart } from "#services/analyse/topics/topics.ts";
import { readTopicId, type TopicId } from "#services/domain/ids.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { StoredEdit } from "#services/store/store.ts";

type Edit = HandEdit<TopicId>;

const knownIds = (texts: readonly string[]): TopicId[] =>
  texts.map(readTopicId).filter((id) => id !== undefined);

const partsOf = (outcome: unknown): readonly SplitPart<TopicId>[] | undefined =>
  (outcome as { parts?: readonly SplitPart<TopicId>[] } | null)?.parts;

/** The id that the point of a chunk has in this analysis. */
type IdOf = (chunk: string) => string;

/** One stored edit; undefined for names and hiding, which are in the rows, and for a split whose parts are not known yet. */
const handEdit = ({ id, edit, outcome }: StoredEdit, idOf: IdOf): Edit | undefined => {
  switch (edit.kind) {
    case "merge": {
      const into = readTopicId(edit.into);
      return into && { id, kind: "merge", topics: knownIds(edit.topics), into };
    }
    case "split": {
      const [topic, parts] = [readTopicId(edit.topic), partsOf(outcome)];
      return topic && parts && { id, kind: "split", topic, parts };
    }
    case "move": {
      const to = edit.to === null ? null : readTopicId(edit.to);
      return to === undefined
        ? undefined
        : { id, kind: "move", points: [...new Set((edit.chunks ?? []).map(idOf))], to };
    }
    case "rename":
    case "hide":
      return undefined;
    default:
      return edit satisfies never;
  }
};

/** Undone edits stay in the log, followed by an undo, because the parts of a split are recognised by it. */
export const handEdits = (stored: readonly StoredEdit[], idOf: IdOf): Edit[] => {
  const edits = stored.flatMap((one) => handEdit(one, idOf) ?? []);
  const made = new Set(edits.map(({ id }) => id));
  const undoing = stored
    .filter(({ id, undoneAt }) => undoneAt !== null && made.has(id))
    .map(({ id }): Edit => ({ id: `undo ${id}`, kind: "undo", edit: id }));
  return [...edits, ...undoing];
};

/** Splits in effect that have no parts yet. */
export const openSplits = (
  stored: readonly StoredEdit[],
): { readonly stored: StoredEdit; readonly topic: TopicId; readonly parts: number }[] =>
  stored.flatMap((one) => {
    const { edit, outcome, undoneAt } = one;
    if (edit.kind !== "split" || undoneAt !== null || partsOf(outcome) !== undefined) return [];
    const topic = readTopicId(edit.topic);
    return topic ? [{ stored: one, topic, parts: edit.parts }] : [];
  });

/** Finds the parts of a topic; the largest keeps its id. Undefined where its rows cannot be divided. */
export const findParts = async (
  split: { readonly topic: TopicId; readonly parts: number },
  rows: Vectors,
  tools: { readonly kmeans: KMeans; readonly newId: () => TopicId; readonly signal: AbortSignal },
): Promise<readonly SplitPart<TopicId>[] | undefined> => {
  const { kmeans, newId, signal } = tools;
  const { centroids, labels } = await kmeans.cluster(rows, { k: split.parts, seed: 1, signal });
  if (centroids.rows < 2) return undefined;
  const sizes = new Int32Array(centroids.rows);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const order = [...sizes.keys()].sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b);
  return order.map((part, place) => ({
    topic: place === 0 ? split.topic : newId(),
    prototype: [...row(centroids, part)],
  }));
};
