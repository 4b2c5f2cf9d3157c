// What a person who searches is told of a damaged version: which version answered, and what it cannot find. Pure.
import type { Degraded } from "#index-store/index-store.ts";

const rowsOf = (rows: number): string =>
  rows === 1 ? "1 message" : `${rows.toLocaleString("en")} messages`;

/** Sentences without names of files and segments, each once: those are for the log. */
export const damageNotice = ({ newest, served, damage }: Degraded): string => {
  const lost = { vectors: 0, words: 0 };
  let version = false;
  for (const one of damage)
    if (one.kind === "version") version = true;
    else lost[one.kind] += one.rows;
  return [
    ...(version
      ? [
          served < newest
            ? `Version ${newest} is damaged: this answer is from version ${served}.`
            : `The newest version is damaged: this answer is from version ${served}.`,
        ]
      : []),
    ...(lost.vectors > 0
      ? [
          `A part of version ${served} is damaged: ${rowsOf(lost.vectors)} can be found by words only.`,
        ]
      : []),
    ...(lost.words > 0
      ? [
          `A part of version ${served} is damaged: ${rowsOf(lost.words)} can be found by meaning only.`,
        ]
      : []),
  ].join(" ");
};
