// Hand edits of topics: an append-only log, and what each says once later ones are known.

/** One edit, under an id of its own; the log keeps them in the order they were made and nothing is ever taken out of it. */
export type HandEdit<Id extends string> = { readonly id: string } & (
  | {
      readonly kind: "rename";
      readonly topic: Id;
      /** Empty: the machine's name again. */
      readonly title: string;
    }
  /** `topics` are part of `into` from now on, whichever clusters carry them on. */
  | { readonly kind: "merge"; readonly topics: readonly Id[]; readonly into: Id }
  /** The topic is `parts` from now on, each with an id made for it; one of them may keep the topic's own. */
  | { readonly kind: "split"; readonly topic: Id; readonly parts: readonly SplitPart<Id>[] }
  /** The points belong to the topic (to none: `null`) whatever their vectors say. */
  | { readonly kind: "move"; readonly points: readonly string[]; readonly to: Id | null }
  | { readonly kind: "hide"; readonly topic: Id; readonly hidden: boolean }
  /** The edit named is as if it had never been made; an undo may be undone. */
  | { readonly kind: "undo"; readonly edit: string }
);

export interface SplitPart<Id extends string> {
  readonly topic: Id;
  /** Where the part lay when the split was made: a unit vector, found by clustering within the topic. */
  readonly prototype: readonly number[];
}

/**
 * applied: what it asks is so · waits: a topic it speaks of is not there at present; it takes effect again if the topic is
 * revived · undone: a later edit took it back.
 */
export type EditState = "applied" | "waits" | "undone";

/** A log with what can be known of it before any row is looked at. */
export interface ReadLog<Id extends string> {
  /** A split of a topic that belongs to another by then, since it was merged or its own split undone, speaks of that other one. */
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

/** Notes in `merged` (topic → where it is by now) that topics are put into one; tells which, by now, and into which. */
export function mergeInto<Id extends string>(
  merged: Map<Id, Id>,
  { topics, into }: { readonly topics: readonly Id[]; readonly into: Id },
): { readonly sources: ReadonlySet<Id>; readonly target: Id } {
  const sources = new Set(topics.map((topic) => merged.get(topic) ?? topic));
  const named = merged.get(into) ?? into;
  // Into one that was itself merged into one of these: it comes back as the one they all are.
  const target = sources.has(named) ? into : named;
  for (const [from, to] of merged) if (sources.has(to)) merged.set(from, target);
  for (const source of sources) if (source !== target) merged.set(source, target);
  merged.delete(target);
  return { sources, target };
}

/**
 * The topic that an identity stood for before the edits from place `from` of the log on: what a split made goes back to the
 * topic that was split, also where the split was undone since.
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

/** A split undone: its parts belong to the topic again. */
export const asMerge = <Id extends string>(split: {
  readonly topic: Id;
  readonly parts: readonly SplitPart<Id>[];
}): { readonly topics: readonly Id[]; readonly into: Id } => ({
  topics: split.parts.map((part) => part.topic).filter((topic) => topic !== split.topic),
  into: split.topic,
});

/**
 * The place in the log of the split that made an identity; −1 where none did. Edits before that place had their say when it was
 * made. A part that kept the topic's own id was made by the first such split, if another part of any is there to show for it.
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
