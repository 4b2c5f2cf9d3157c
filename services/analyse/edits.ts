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

/** The ids of the edits that later ones undid. */
export function undoneEdits<Id extends string>(log: readonly HandEdit<Id>[]): Set<string> {
  const undone = new Set<string>();
  for (const edit of log.toReversed())
    if (edit.kind === "undo" && !undone.has(edit.id)) undone.add(edit.edit);
  return undone;
}

/**
 * The topic that an identity stood for before the edits from place `from` of the log on: what a split made goes back to the
 * topic that was split, also where the split was undone since.
 */
export function beforeSplits<Id extends string>(
  log: readonly HandEdit<Id>[],
  origin: Id,
  from = 0,
): Id {
  let topic = origin;
  for (let place = log.length - 1; place >= from; place--) {
    const edit = log[place];
    if (edit?.kind === "split" && edit.parts.some((part) => part.topic === topic))
      topic = edit.topic;
  }
  return topic;
}
