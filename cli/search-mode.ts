// The ways to search, by the words of the glossary; the API's names are understood too.
import { modeWords } from "#services/contract/glossary.ts";
import { type SearchMode, searchMode } from "#services/contract/search.ts";
import { misuse } from "./line/misuse.ts";

const byName = new Map<string, SearchMode>(
  searchMode.options.flatMap((mode) => [
    [mode, mode],
    [modeWords[mode].toLowerCase(), mode],
  ]),
);

/** How a search was made, in a line about its hits. */
export const modePhrases = {
  semantic: "by meaning",
  lexical: "by words",
  hybrid: "by meaning and words",
} as const satisfies Record<SearchMode, string>;

/** @throws ParlanceError rejected `bad-argument` where no way to search has this name */
export const readMode = (name: string): SearchMode => {
  const mode = byName.get(name);
  if (mode !== undefined) return mode;
  throw misuse(
    `--mode ${name} is not known.`,
    "Use meaning, words or both (or semantic, lexical or hybrid, which are the same).",
  );
};
