// Finds pieces of people's own sentences that can serve as a title: "book a table", "transfer money to my savings account".
import own from "./stop-words.json" with { type: "json" };
import { stemOf } from "./word-stem.ts";

export interface TitlePart {
  /** In the form that a title uses. */
  readonly text: string;
  /** Stems of the content words. */
  readonly stems: readonly string[];
  readonly value: number;
}

/** Words allowed between content words; possessives are replaced by an article. */
const joining = new Set(
  "a an the my your our to for of in on at with from and or into by der die das den dem des ein eine einen mein meine meinen für von zu zum zur im in am mit auf le la les l un une des du de d mon ma mes à au aux en pour sur el los las una mi mis del con para por il lo i gli di della da o os as um uma meu minha do em no na het een mijn van voor met".split(
    " ",
  ),
);
const possessive = /^(?:my|your|our)$/;
/** After these, a first word is taken for a verb: "set an alarm", but not "alarm clock". */
const determiner = /^(?:a|an|the|my|your|our)$/;

export interface TitleStyle {
  readonly english: boolean;
  /** Folded word → the spelling that most people use. */
  readonly surfaces: ReadonlyMap<string, string>;
  /** Pieces are weighed by this power of the share of texts that contain them. */
  readonly coverage: number;
}

/** Past forms, to which "-ing" cannot be added. */
const past = new Set(
  "lost made sent paid bought found left got forgot told said ate spent built broke sold kept took gave went saw read wrote chose drove flew stole ran won held felt".split(
    " ",
  ),
);

/** What people tell an assistant to do: "write a poem" is about a poem. */
const instructions = new Set(own.instructions.split(" "));

const MOST_WORDS = 7;
/** More content words than this are a sentence and no title. */
const MOST_TELLING = 3;
const LEAST_SUPPORT = 2;
/** What a piece loses for each word that is not a content word. */
const FILLER = 0.06;

interface Piece {
  readonly surface: string;
  readonly stem: string;
  readonly weight: number;
}

const wordPattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-.'’][\p{L}\p{N}]+)*/gu;
const folded = (word: string) =>
  word
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}|['’]s$/gu, "");

/** Runs of words without punctuation between them. */
const runsOf = (text: string, weightOf: ReadonlyMap<string, number>): Piece[][] => {
  const runs: Piece[][] = [[]];
  let end = 0;
  for (const match of text.matchAll(wordPattern)) {
    if (!/^\s*$/.test(text.slice(end, match.index))) runs.push([]);
    end = match.index + match[0].length;
    const stem = stemOf(folded(match[0]));
    const weight = joining.has(match[0].toLowerCase()) ? 0 : (weightOf.get(stem) ?? 0);
    runs.at(-1)?.push({ surface: match[0], stem, weight });
  }
  return runs;
};

const isFiller = (piece: Piece) => joining.has(piece.surface.toLowerCase());

const doubling = /^(?:[a-z]*[bcdfghjklmnpqrstvwxyz])?(?:[aeiou])[bdgklmnprt]$/;
/** Verbs stressed on the last syllable, which double their consonant: put, reset, submit, refer. */
const stressedLast = /^[^aeiou]*[aeiou][^aeiou]+$|(?:set|get|put|run|mit|fer|cur|pel|gin)$/;

/** set → setting, change → changing, pay → paying. */
const gerund = (verb: string): string => {
  if (/[^aeiouy]e$|[aeiou][^aeiou]e$/.test(verb) && !verb.endsWith("ee"))
    return `${verb.slice(0, -1)}ing`;
  if (doubling.test(verb) && stressedLast.test(verb) && !/[aeiou]{2}.$/.test(verb))
    return `${verb}${verb.at(-1)}ing`;
  return `${verb}ing`;
};

/** In English a verb becomes "booking a table", and "my" becomes "the". */
const written = (pieces: readonly Piece[], { english, surfaces }: TitleStyle): string => {
  const words = pieces.map(({ surface, weight }) =>
    weight === 0 ? surface.toLowerCase() : (surfaces.get(folded(surface)) ?? surface),
  );
  if (!english) return words.join(" ");
  for (const [at, word] of words.entries()) if (possessive.test(word)) words[at] = "the";
  const [first = "", second = ""] = words;
  const verb = /^[a-z]{2,}$/.test(first) && !/(?:ing|ed|s)$/.test(first) && !past.has(first);
  if (verb && determiner.test(second)) words[0] = gerund(first);
  return words.join(" ");
};

const visitSpans = (run: readonly Piece[], visit: (span: readonly Piece[]) => void): void => {
  for (let from = 0; from < run.length; from++) {
    const first = run[from];
    if (first === undefined || first.weight === 0 || instructions.has(first.surface.toLowerCase()))
      continue;
    for (let to = from + 1; to < Math.min(run.length, from + MOST_WORDS); to++) {
      const last = run[to];
      if (last === undefined || (last.weight === 0 && !isFiller(last))) break;
      if (last.weight > 0) visit(run.slice(from, to + 1));
    }
  }
};

/** Forms with "-ing" are preferred: "scheduling a meeting", even where "scheduled a meeting" is more frequent. */
const done = /^\p{Ll}+ing (?:an?|the) /u;

const heard = (form: string, times: number): number =>
  (times > 1 && done.test(form) ? 2.5 : 1) * times;

const mostSaid = (forms: ReadonlyMap<string, number>): string => {
  const ranked = [...forms].sort(
    ([a, m], [b, n]) => heard(b, n) - heard(a, m) || a.length - b.length || (a < b ? -1 : 1),
  );
  return ranked[0]?.[0] ?? "";
};

/**
 * Spans of two or more content words with only articles and prepositions between them, which several texts share.
 * @param weightOf stem → weight of the keywords that contain it. @returns the best first; equal ones by their text.
 */
export const titleSpans = (
  texts: readonly string[],
  weightOf: ReadonlyMap<string, number>,
  style: TitleStyle,
): readonly TitlePart[] => {
  const found = new Map<
    string,
    { forms: Map<string, number>; texts: Set<number>; span: Piece[] }
  >();
  for (const [number, text] of texts.entries())
    for (const run of runsOf(text, weightOf))
      visitSpans(run, (span) => {
        const stems = span.filter(({ weight }) => weight > 0).map(({ stem }) => stem);
        if (new Set(stems).size < stems.length || stems.length > MOST_TELLING) return;
        const key = stems.join(" ");
        const known = found.get(key) ?? { forms: new Map(), texts: new Set(), span: [...span] };
        const form = written(span, style);
        known.forms.set(form, (known.forms.get(form) ?? 0) + 1);
        known.texts.add(number);
        found.set(key, known);
      });
  const parts: TitlePart[] = [];
  for (const { forms, texts: carriers, span } of found.values()) {
    if (carriers.size < LEAST_SUPPORT) continue;
    const telling = span.filter(({ weight }) => weight > 0);
    const weight = telling.reduce((sum, piece) => sum + piece.weight, 0);
    const form = mostSaid(forms);
    const fillers = form.split(" ").length - telling.length;
    // More conversations make a span more typical; beyond ten, more make no difference.
    const support = Math.log2(1 + Math.min(10, carriers.size));
    parts.push({
      text: form,
      stems: telling.map(({ stem }) => stem),
      value:
        (weight - FILLER * fillers) *
        (0.4 + 0.2 * support) *
        (carriers.size / texts.length) ** style.coverage,
    });
  }
  return parts.sort((a, b) => b.value - a.value || (a.text < b.text ? -1 : 1));
};
