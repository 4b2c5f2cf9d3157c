// Other forms of an English word: plurals, -ing, -ed and the like, to be looked up in the dictionary of an index. Pure.

/*
 * Terms are indexed as they were written; a question is widened instead, with the forms that the collection knows, at a
 * lower weight. So an exact word stays exact, other languages are not mangled, and a rule that yields nonsense costs one
 * look-up. Irregular forms (went, mice) are left to the semantic side.
 */

const englishWord = /^[a-z]{3,24}$/;
const VOWELS = "aeiouy";
const isVowel = (char: string | undefined): boolean => char !== undefined && VOWELS.includes(char);

/** Where a stem has no vowel it is no stem: "string" is not a form of "str". */
const hasVowel = (stem: string): boolean => [...stem].some(isVowel);

/** e, doubled consonant or nothing: what may have stood before -ing and -ed. */
const unsuffixed = (stem: string): string[] => {
  if (stem.length < 2 || !hasVowel(stem)) return [];
  const last = stem.at(-1);
  const stems = [stem, `${stem}e`];
  if (last === stem.at(-2) && !isVowel(last) && stem.length > 3) stems.push(stem.slice(0, -1));
  return stems;
};

/** Words of which this may be a form, itself among them. */
const basesOf = (word: string): string[] => {
  const bases = [word];
  const cut = (ending: string): string => word.slice(0, -ending.length);
  if (word.endsWith("ies") && word.length > 4) bases.push(`${cut("ies")}y`, cut("s"));
  else if (/(?:s|x|z|ch|sh|o)es$/.test(word)) bases.push(cut("es"), cut("s"));
  else if (word.endsWith("s") && !/(?:ss|us|is)$/.test(word) && word.length > 3)
    bases.push(cut("s"));
  if (word.endsWith("ied") && word.length > 4) bases.push(`${cut("ied")}y`);
  else if (word.endsWith("ed") && word.length > 4) bases.push(...unsuffixed(cut("ed")));
  if (word.endsWith("ing") && word.length > 5) bases.push(...unsuffixed(cut("ing")));
  return bases;
};

/** The regular forms of a base word. */
const formsOf = (base: string): string[] => {
  const last = base.at(-1) ?? "";
  const before = base.at(-2);
  const forms = [base];
  if (/(?:s|x|z|ch|sh)$/.test(base)) forms.push(`${base}es`);
  else if (last === "y" && !isVowel(before)) forms.push(`${base.slice(0, -1)}ies`);
  else forms.push(`${base}s`);
  if (last === "e") forms.push(`${base}d`, `${base.slice(0, -1)}ing`);
  else if (last === "y" && !isVowel(before)) forms.push(`${base.slice(0, -1)}ied`, `${base}ing`);
  else forms.push(`${base}ed`, `${base}ing`);
  // stop → stopped: one vowel between consonants, and never w, x or y.
  if (/[^aeiou][aeiou][^aeiouwxy]$/.test(base)) forms.push(`${base}${last}ed`, `${base}${last}ing`);
  return forms;
};

/**
 * Other forms of a term, itself left out; candidates, of which a dictionary knows the real ones. None for terms that are no
 * lower-case ASCII word of 3 to 24 letters.
 */
export const variants = (term: string): string[] => {
  if (!englishWord.test(term)) return [];
  const forms = new Set(basesOf(term).flatMap(formsOf));
  forms.delete(term);
  return [...forms];
};
