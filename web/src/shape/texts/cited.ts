// A written answer in parts: text, and citations such as [2] that link to a source.

export interface CitedPart {
  /** Where it begins in the answer. */
  readonly at: number;
  readonly text: string;
  /** Number of the source, from 1; undefined for plain text. */
  readonly source: number | undefined;
}

/** @param sources how many there are: other numbers in brackets are text */
export const citedParts = (answer: string, sources: number): CitedPart[] => {
  const parts: CitedPart[] = [];
  let at = 0;
  for (const match of answer.matchAll(/\[(\d{1,2})\]/gu)) {
    const number = Number(match[1]);
    if (number < 1 || number > sources) continue;
    if (match.index > at) parts.push({ at, text: answer.slice(at, match.index), source: undefined });
    parts.push({ at: match.index, text: match[0], source: number });
    at = match.index + match[0].length;
  }
  if (at < answer.length) parts.push({ at, text: answer.slice(at), source: undefined });
  return parts;
};
