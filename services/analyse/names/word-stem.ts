// Crude stems of words: enough to see that "install", "installing" and "installation" would repeat each other in a title.

/** Endings by which related words of Latin-script languages differ, the longest first; a stem keeps at least three letters. */
const endings = [
  "izations",
  "isations",
  "ization",
  "isation",
  "ations",
  "ation",
  "ings",
  "ions",
  "ment",
  "ing",
  "ers",
  "ion",
  "ies",
  "ed",
  "er",
  "es",
  "y",
  "e",
  "s",
];
const LEAST = 3;
const latin = /^[a-z]+$/;

/** The stem of a folded word; words of other scripts and identifiers are their own stems. Not for counting: it unites too much. */
export const stemOf = (word: string): string => {
  if (!latin.test(word) || word.length <= LEAST) return word;
  for (const ending of endings) {
    if (!word.endsWith(ending) || word.length - ending.length < LEAST) continue;
    const stem = word.slice(0, -ending.length);
    // Planning, planned → plan.
    const doubled = /([bdgkmnprt])\1$/.test(stem) && (ending === "ing" || ending === "ed");
    return doubled && stem.length > LEAST ? stem.slice(0, -1) : stem;
  }
  return word;
};
