// The known name that a mistyped one is nearest to.

/** How many letters must be inserted, deleted, replaced or exchanged with their neighbour to turn one word into the other. */
const distance = (from: string, to: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
};

/** @returns undefined where none is near: more than a third of the letters would have to change */
export const nearest = (word: string, known: Iterable<string>): string | undefined => {
  const most = Math.max(1, Math.floor(word.length / 3));
  return [...known]
    .filter((one) => Math.abs(one.length - word.length) <= most)
    .map((one) => ({ one, away: distance(word.toLowerCase(), one.toLowerCase()) }))
    .filter(({ away }) => away <= most)
    .sort((a, b) => a.away - b.away)[0]?.one;
};

/** “Did you mean “X”?”, or nothing. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean “${near}”?`;
};
