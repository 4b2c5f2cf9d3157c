// Reasons for people why an index is damaged: for each kind a stable code, and a sentence that tells what still works.
import type { Degraded } from "#index-store/index-store.ts";
import type { CollectionHealth } from "#services/contract/common.ts";

type Reason = CollectionHealth["reasons"][number];

const again = "The damaged part is being rebuilt from the database.";

const reasons = {
  version: {
    code: "version-damaged",
    message: `The newest version of the index is damaged: searches use an older version. ${again}`,
  },
  vectors: {
    code: "vectors-damaged",
    message: `Vectors of the index are damaged: some messages can be found by words only. ${again}`,
  },
  words: {
    code: "words-damaged",
    message: `Word lists of the index are damaged: some messages can be found by meaning only. ${again}`,
  },
  columns: {
    code: "columns-damaged",
    message: `A part of the index is damaged: its messages cannot be found. ${again}`,
  },
  texts: {
    code: "texts-damaged",
    message: `Texts stored in the index are damaged: searching is not affected. ${again}`,
  },
  nothing: {
    code: "index-damaged",
    message: `The index is damaged, and no version of it can be read: searching is not possible. ${again}`,
  },
} as const satisfies Record<string, Reason>;

/** One reason for each kind, in a fixed order. */
export const reasonsOfKinds = (kinds: Iterable<keyof typeof reasons>): Reason[] => {
  const met = new Set(kinds);
  return Object.entries(reasons).flatMap(([kind, reason]) =>
    met.has(kind as keyof typeof reasons) ? [reason] : [],
  );
};

/** @param damage of an opened version; "nothing answers" where no version can be opened */
export const reasonsFor = (damage: Degraded | "nothing answers"): Reason[] =>
  damage === "nothing answers"
    ? [reasons.nothing]
    : reasonsOfKinds(damage.damage.map(({ kind }) => kind));
