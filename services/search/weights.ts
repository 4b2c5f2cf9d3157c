// The weight of meaning against words, by the form of the question. Pure.
import type { Question } from "./query.ts";

/** Letters mixed with digits, or joined by signs: error codes, versions, paths, URLs, identifiers. */
const code = /\p{N}.*\p{L}|\p{L}.*\p{N}|[\p{L}\p{N}][_./:@#\\=]+[\p{L}\p{N}]|^0x|^\p{N}{3,}$/u;

/** Weight of the semantic side in the fusion, 0 … 1; measured on two models: infra/decisions/0022-ranking.md. */
export const semanticShare = (question: Question): number => {
  const exact =
    question.phrases.length + question.required.length + question.prefixes.length > 0 ||
    question.words.some((word) => code.test(word));
  if (exact) return 0.25;
  return 0.45;
};
