// Why nothing was found, and what can be searched for instead.
import type { SearchAnswer } from "#services/contract/search.ts";
import { printable } from "./client/output.ts";

/** A line for each filter that excludes everything, and one for the questions that find something. */
export const insteadLines = (noMatch: SearchAnswer["noMatch"]): string[] => {
  if (noMatch === null) return [];
  const { reason, excluding, suggestions } = noMatch;
  const quoted = suggestions.map((one) => `“${printable(one)}”`).join(" or ");
  return [
    ...excluding.map(({ filter, says, hint }) => printable(`${filter}: ${says} ${hint}`)),
    ...(suggestions.length === 0
      ? []
      : [reason === "filters" ? `Search instead for ${quoted}.` : `Did you mean ${quoted}?`]),
  ];
};
