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

/** @returns undefined where more than a third of the letters would have to change */
const awayFrom = (word: string, one: string): number | undefined => {
  const most = Math.max(1, Math.floor(word.length / 3));
  if (Math.abs(one.length - word.length) > most) return undefined;
  const away = distance(word.toLowerCase(), one.toLowerCase());
  return away <= most ? away : undefined;
};

/** What stands before the last "@" of an e-mail address, and what behind it; any other word as it is. */
const partsOf = (word: string): readonly string[] => {
  const at = word.lastIndexOf("@");
  return at < 1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
};

/** Addresses are compared part by part: one domain would make all addresses in it near to each other. */
const partsAway = (word: string, one: string): number | undefined => {
  const [known, parts] = [partsOf(one), partsOf(word)];
  if (known.length !== parts.length) return awayFrom(word, one);
  let sum = 0;
  for (const [at, part] of parts.entries()) {
    const away = awayFrom(part, known[at] ?? "");
    if (away === undefined) return undefined;
    sum += away;
  }
  return sum;
};

/** @returns undefined where none is near */
export const nearest = (word: string, known: Iterable<string>): string | undefined =>
  [...known]
    .flatMap((one) => {
      const away = partsAway(word, one);
      return away === undefined ? [] : [{ one, away }];
    })
    .sort((a, b) => a.away - b.away)[0]?.one;

/** “Did you mean “X”?”, or nothing. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean “${near}”?`;
};
