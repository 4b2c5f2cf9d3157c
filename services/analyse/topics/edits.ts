// Hand edits of topics: an append-only log, and the meaning of each edit after later ones.

/** One edit with its own id; the log keeps edits in the order in which they were made and never loses one. */
export type HandEdit<Id extends string> = { readonly id: string } & (
  | {
      readonly kind: "rename";
      readonly topic: Id;
      /** Empty: back to the machine's name. */
      readonly title: string;
    }
  /** From now on `topics` are part of `into`, whichever clusters continue them. */
  | { readonly kind: "merge"; readonly topics: readonly Id[]; readonly into: Id }
  /** From now on the topic is `parts`, each with an id made for it; one of them may keep the topic's own. */
  | { readonly kind: "split"; readonly topic: Id; readonly parts: readonly SplitPart<Id>[] }
  /** The points belong to the topic (`null`: to none), whatever their vectors say. */
  | { readonly kind: "move"; readonly points: readonly string[]; readonly to: Id | null }
  | { readonly kind: "hide"; readonly topic: Id; readonly hidden: boolean }
  /** The named edit counts as never made; an undo may itself be undone. */
  | { readonly kind: "undo"; readonly edit: string }
);

export interface SplitPart<Id extends string> {
  readonly topic: Id;
  /** The part's prototype when the split was made: a unit vector, found by clustering within the topic. */
  readonly prototype: readonly number[];
}

/**
 * applied: the edit is in effect · waits: a topic that it names does not exist at present; it takes effect again if the topic is
 * revived · undone: a later edit undid it.
 */
export type EditState = "applied" | "waits" | "undone";

/** A log with everything that follows from it alone, without the rows. */
export interface ReadLog<Id extends string> {
  /** Where a split names a topic that by then is part of another (merged into it, or its own split undone), the other one is put in. */
  readonly edits: readonly HandEdit<Id>[];
  /** The ids of the edits that later ones undid. */
  readonly undone: ReadonlySet<string>;
}

export function readLog<Id extends string>(log: readonly HandEdit<Id>[]): ReadLog<Id> {
  const undone = new Set<string>();
  for (const edit of log.toReversed())
    if (edit.kind === "undo" && !undone.has(edit.id)) undone.add(edit.edit);
  const merged = new Map<Id, Id>();
  const edits = log.map((edit): HandEdit<Id> => {
    if (edit.kind === "merge" && !undone.has(edit.id)) mergeInto(merged, edit);
    if (edit.kind !== "split") return edit;
    if (undone.has(edit.id)) mergeInto(merged, asMerge(edit));
    const topic = merged.get(edit.topic) ?? edit.topic;
    const parts = edit.parts.map((part) => (part.topic === edit.topic ? { ...part, topic } : part));
    return { ...edit, topic, parts };
  });
  return { edits, undone };
}

/** Records in `merged` (topic → the topic it is part of) that topics are merged; returns which topics and into which, as of now. */
export function mergeInto<Id extends string>(
  merged: Map<Id, Id>,
  { topics, into }: { readonly topics: readonly Id[]; readonly into: Id },
): { readonly sources: ReadonlySet<Id>; readonly target: Id } {
  const sources = new Set(topics.map((topic) => merged.get(topic) ?? topic));
  const named = merged.get(into) ?? into;
  // The target was itself merged into one of these: it becomes the topic that they all are.
  const target = sources.has(named) ? into : named;
  for (const [from, to] of merged) if (sources.has(to)) merged.set(from, target);
  for (const source of sources) if (source !== target) merged.set(source, target);
  merged.delete(target);
  return { sources, target };
}

/**
 * The topic that an identity belonged to before the edits from place `from` of the log on: what a split created goes back to the
 * topic that was split, also where the split has been undone since.
 */
export function beforeSplits<Id extends string>(log: ReadLog<Id>, origin: Id, from: number): Id {
  let topic = origin;
  for (let place = log.edits.length - 1; place >= from; place--) {
    const edit = log.edits[place];
    if (edit?.kind === "split" && edit.parts.some((part) => part.topic === topic))
      topic = edit.topic;
  }
  return topic;
}

/** An undone split as a merge of its parts into the topic. */
export const asMerge = <Id extends string>(split: {
  readonly topic: Id;
  readonly parts: readonly SplitPart<Id>[];
}): { readonly topics: readonly Id[]; readonly into: Id } => ({
  topics: split.parts.map((part) => part.topic).filter((topic) => topic !== split.topic),
  into: split.topic,
});

/**
 * The place in the log of the split that created an identity; −1 where none did. Edits before that place do not apply to it again.
 * A part that kept the topic's own id counts as created by the first such split, where an identity of another part exists.
 */
export function madeBy<Id extends string>(
  log: ReadLog<Id>,
  origin: Id,
  origins: readonly Id[],
): number {
  let first = -1;
  let divided = false;
  for (const [place, edit] of log.edits.entries()) {
    if (edit.kind !== "split" || !edit.parts.some((part) => part.topic === origin)) continue;
    if (edit.topic !== origin) return place;
    if (first === -1) first = place;
    const others = asMerge(edit).topics;
    divided ||= origins.some((other) => others.includes(beforeSplits(log, other, place + 1)));
  }
  return divided ? first : -1;
}
