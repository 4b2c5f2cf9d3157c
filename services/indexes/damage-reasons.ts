// Damage of an index → reasons for people: a stable code for each kind, and a sentence that says what still works.
import type { Degraded } from "#index-store/index-store.ts";
import type { CollectionHealth } from "#services/contract/common.ts";

type Reason = CollectionHealth["reasons"][number];

const again = "It is built again from the database.";

const reasons = {
  version: {
    code: "version-damaged",
    message: `The newest version of the index is damaged: an older one answers. ${again}`,
  },
  vectors: {
    code: "vectors-damaged",
    message: `Vectors of the index are damaged: some messages are found by words only. ${again}`,
  },
  words: {
    code: "words-damaged",
    message: `Word lists of the index are damaged: some messages are found by meaning only. ${again}`,
  },
  columns: {
    code: "columns-damaged",
    message: `A part of the index is damaged: its messages are not found. ${again}`,
  },
  texts: {
    code: "texts-damaged",
    message: `Texts of the index are damaged: everything is found. ${again}`,
  },
  nothing: {
    code: "index-damaged",
    message: `The index is damaged, and no version of it can be read: nothing is found. ${again}`,
  },
} as const satisfies Record<string, Reason>;

/** One reason for each kind, in a fixed order. */
export const reasonsOfKinds = (kinds: Iterable<keyof typeof reasons>): Reason[] => {
  const met = new Set(kinds);
  return Object.entries(reasons).flatMap(([kind, reason]) =>
    met.has(kind as keyof typeof reasons) ? [reason] : [],
  );
};

/** @param damage of a snapshot, or the word that there is none */
export const reasonsFor = (damage: Degraded | "nothing answers"): Reason[] =>
  damage === "nothing answers"
    ? [reasons.nothing]
    : reasonsOfKinds(damage.damage.map(({ kind }) => kind));
