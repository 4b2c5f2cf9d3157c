// Which units a question is put to: messages, exchanges, or both. Pure.
import type { SearchRequest } from "#services/contract/search.ts";
import { type ChunkUnit, chunkUnits } from "#services/domain/chunk.ts";
import { isListing, type Question } from "./query.ts";

/**
 * The request and the operators narrow each other. Where neither says anything, or both units, they compete by relevance; lists by
 * time, and lists of everything, are of messages then: an exchange would stand beside each of its own.
 */
export const searchedUnits = (request: SearchRequest, question: Question): readonly ChunkUnit[] => {
  const { unit } = question.operators;
  const units = chunkUnits.filter(
    (one) =>
      (unit.length === 0 || unit.includes(one)) && (request.units ?? chunkUnits).includes(one),
  );
  const isList =
    request.sort !== "relevance" || (isListing(question) && request.like === undefined);
  return isList && units.length > 1 ? ["message"] : units;
};
