// The words of a search query, to mark them in whole messages; operators and excluded words are left out.
import type { Mark } from "./segments.ts";

const operator = /(?:^|\s)-?(?:from|role|in|before|after|lang|source|topic):(?:"[^"]*"|\S+)/giu;
const phrase = /(-?)"([^"]+)"/gu;

export interface Sought {
  readonly text: string;
  /** Written as prefix*: it matches the beginning of a word. */
  readonly prefix: boolean;
}

export const questionWords = (question: string): readonly Sought[] => {
  const found = new Map<string, Sought>();
  const add = (text: string, prefix: boolean) => {
    if (text.length > 1) found.set(text.toLowerCase(), { text: text.toLowerCase(), prefix });
  };
  let rest = question.replace(operator, " ");
  rest = rest.replace(phrase, (_all, minus: string, words: string) => {
    if (minus === "") add(words.trim(), false);
    return " ";
  });
  for (const token of rest.split(/\s+/u)) {
    if (token.startsWith("-")) continue;
    const prefix = token.endsWith("*");
    add(token.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""), prefix);
  }
  return [...found.values()];
};

const isWord = (character: string | undefined) =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);
// Scripts without spaces have no word boundaries.
const spaced = (text: string) =>
  !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(text);

/** The places of the words in a text: whole words only (a prefix may continue), in order, without overlaps. */
export const marksOf = (text: string, words: readonly Sought[]): readonly Mark[] => {
  const lower = text.toLowerCase();
  // Lower-casing changes the length in a few scripts; the offsets would be wrong, so nothing is marked.
  if (lower.length !== text.length) return [];
  const marks: Mark[] = [];
  for (const word of words) {
    const bordered = spaced(word.text);
    for (let at = lower.indexOf(word.text); at >= 0; at = lower.indexOf(word.text, at + 1)) {
      let end = at + word.text.length;
      if (bordered && isWord(lower[at - 1])) continue;
      if (word.prefix) while (isWord(lower[end])) end++;
      else if (bordered && isWord(lower[end])) continue;
      marks.push({ start: at, end });
    }
  }
  marks.sort((a, b) => a.start - b.start || b.end - a.end);
  return marks.filter((mark, index) => index === 0 || mark.start >= (marks[index - 1]?.end ?? 0));
};
