// Other forms of an English word: plural, third person, past, -ing. They are guesses, used only where an index contains them. Pure.

const endings = ["", "s", "es", "d", "ed", "ing"] as const;
const vowel = /[aeiou]/u;
/** plan → planned, planning: one vowel before a final consonant. */
const doubles = /[^aeiou][aeiou][bdfgklmnprt]$/u;

/** Possible stems of a word without its ending. */
const stemsOf = (term: string): string[] => {
  const stems = [term];
  const without = (ending: string): string | undefined =>
    term.endsWith(ending) &&
    term.length - ending.length >= 3 &&
    vowel.test(term.slice(0, -ending.length))
      ? term.slice(0, -ending.length)
      : undefined;
  const ies = /^(.{2,})(?:ies|ied)$/u.exec(term)?.[1];
  if (ies !== undefined) return [term, `${ies}y`];
  if (term.endsWith("s") && !/(?:ss|us|is)$/u.test(term)) {
    const plural = without("s");
    if (plural !== undefined) stems.push(plural);
    const es = without("es");
    if (es !== undefined && /(?:s|x|z|ch|sh|o)$/u.test(es)) stems.push(es);
  }
  for (const ending of ["ed", "ing"]) {
    const stem = without(ending);
    if (stem === undefined) continue;
    stems.push(stem, `${stem}e`);
    if (/([^aeiou])\1$/u.test(stem)) stems.push(stem.slice(0, -1));
  }
  return stems;
};

const formsOf = (stem: string): string[] => {
  const forms = endings.map((ending) =>
    stem.endsWith("e") && ending.startsWith("e") ? stem + ending.slice(1) : stem + ending,
  );
  if (stem.endsWith("e")) forms.push(`${stem.slice(0, -1)}ing`);
  if (/[^aeiou]y$/u.test(stem)) forms.push(`${stem.slice(0, -1)}ies`, `${stem.slice(0, -1)}ied`);
  if (doubles.test(stem)) forms.push(`${stem}${stem.at(-1)}ed`, `${stem}${stem.at(-1)}ing`);
  return forms;
};

/** Forms of a normalised term, without the term itself; none unless it is a plain lower-case word of at least three letters. */
export const variantsOf = (term: string): string[] => {
  if (!/^[a-z]{3,30}$/u.test(term)) return [];
  const forms = new Set(stemsOf(term).flatMap(formsOf));
  forms.delete(term);
  return [...forms];
};
