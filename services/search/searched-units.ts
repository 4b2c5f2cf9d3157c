// Which units a question is put to, messages or exchanges or both, and the rows of an index that they are.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { SearchRequest } from "#services/contract/search.ts";
import { type ChunkUnit, chunkUnits } from "#services/domain/chunk.ts";
import { columns } from "./columns.ts";
import { isListing, type Question } from "./query.ts";

/**
 * The request and the operators narrow each other. Where neither says anything, both compete by relevance; lists by time, and lists
 * of everything, are of messages: an exchange would stand beside each of its own.
 */
export const searchedUnits = (request: SearchRequest, question: Question): readonly ChunkUnit[] => {
  const { unit } = question.operators;
  const asked = unit.length === 0 ? request.units : unit;
  if (asked !== undefined)
    return chunkUnits.filter(
      (one) => asked.includes(one) && (request.units ?? chunkUnits).includes(one),
    );
  const byTime = request.sort !== "relevance";
  return byTime || (isListing(question) && request.like === undefined) ? ["message"] : chunkUnits;
};

/** Rows of exchanges; undefined in an index from before there were any. */
const exchangesIn = (searcher: Searcher): RowSet | undefined =>
  Object.hasOwn(searcher.schema, columns.unit)
    ? searcher.select({ kind: "in", column: columns.unit, values: ["exchange"] })
    : undefined;

/** What is counted, as hits and in facets: messages, unless only exchanges are searched, so that nothing counts twice. */
export const countedRows = (
  searcher: Searcher,
  units: readonly ChunkUnit[],
  rows: RowSet,
): RowSet => {
  const exchanges = units.length > 1 ? exchangesIn(searcher) : undefined;
  return exchanges === undefined ? rows : searcher.without(rows, exchanges);
};

/** Rows of these units; undefined where that is all of them. */
export const rowsOfUnits = (
  searcher: Searcher,
  units: readonly ChunkUnit[],
): RowSet | undefined => {
  const exchanges = exchangesIn(searcher);
  if (units.length === 0) return searcher.rowsOf([]);
  if (units.includes("message"))
    return units.includes("exchange") || exchanges === undefined
      ? undefined
      : searcher.without(searcher.select(undefined), exchanges);
  return exchanges ?? searcher.rowsOf([]);
};
