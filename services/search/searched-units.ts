// Which units a question is put to: messages, exchanges, or both. Pure.
import type { SearchRequest } from "#services/contract/search.ts";
import { type ChunkUnit, chunkUnits } from "#services/domain/chunk.ts";
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
