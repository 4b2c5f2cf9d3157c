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
  readonly edits: readonly HandEdit<Id>[];
  /** The ids of the edits that later ones undid. */
  readonly undone: ReadonlySet<string>;
  /** By place in the log: the topic that a split speaks of, which an earlier merge may have put into another. */
  readonly splitOf: ReadonlyMap<number, Id>;
}

export function readLog<Id extends string>(edits: readonly HandEdit<Id>[]): ReadLog<Id> {
  const undone = new Set<string>();
  for (const edit of edits.toReversed())
    if (edit.kind === "undo" && !undone.has(edit.id)) undone.add(edit.edit);
  const merged = new Map<Id, Id>();
  const splitOf = new Map<number, Id>();
  for (const [place, edit] of edits.entries()) {
    if (edit.kind === "split") splitOf.set(place, merged.get(edit.topic) ?? edit.topic);
    if (edit.kind === "merge" && !undone.has(edit.id)) mergeInto(merged, edit);
  }
  return { edits, undone, splitOf };
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
export function beforeSplits<Id extends string>(log: ReadLog<Id>, origin: Id, from = 0): Id {
  let topic = origin;
  for (let place = log.edits.length - 1; place >= from; place--) {
    const edit = log.edits[place];
    if (edit?.kind === "split" && edit.parts.some((part) => part.topic === topic))
      topic = log.splitOf.get(place) ?? edit.topic;
  }
  return topic;
}

/** The topic itself, or the one that it belongs to again because the split that made it was undone. */
export function withoutUndoneSplits<Id extends string>(log: ReadLog<Id>, named: Id): Id {
  let topic = named;
  for (const [place, edit] of [...log.edits.entries()].toReversed())
    if (
      edit.kind === "split" &&
      log.undone.has(edit.id) &&
      edit.parts.some((part) => part.topic === topic)
    )
      topic = log.splitOf.get(place) ?? edit.topic;
  return topic;
}
