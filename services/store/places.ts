// Conditions that are written so that every kind of database understands them, and finds an index for them.
import { type RawBuilder, sql } from "kysely";

/**
 * What comes after (">") or before ("<") a place in the order of two columns. Not as a comparison of pairs, for which MariaDB
 * finds no index.
 */
export const beyond = (
  [first, second]: readonly [string, string],
  direction: ">" | "<",
  [one, other]: readonly [number | string, string],
): RawBuilder<boolean> => {
  const [a, b] = [sql.ref(first), sql.ref(second)];
  return direction === ">"
    ? sql<boolean>`(${a} >= ${one} and (${a} > ${one} or ${b} > ${other}))`
    : sql<boolean>`(${a} <= ${one} and (${a} < ${one} or ${b} < ${other}))`;
};

/** The words anywhere in the column, in upper or lower case; % and _ are ordinary characters. */
export const contains = (column: string, words: string): RawBuilder<boolean> => {
  const pattern = `%${words.replaceAll(/[!%_]/g, (sign) => `!${sign}`)}%`;
  return sql<boolean>`lower(${sql.ref(column)}) like lower(${pattern}) escape '!'`;
};
