// A topic's title, made without a language model: a phrase that its people use, or its keywords.
import type { Keyword } from "./keywords.ts";
import { type TitlePart, titleSpans } from "./title-spans.ts";
import { stemOf } from "./word-stem.ts";

export interface TitleRequest {
  readonly keywords: readonly Keyword[];
  /** Typical messages, about thirty; without any, the title is made of keywords. */
  readonly texts: readonly string[];
  /** Titles of the other topics; this title will differ from all of them, ignoring letter case. */
  readonly taken: readonly string[];
  /** Titles of the topics below this one, among those taken: a parent may share words with them, since it is about the same. */
  readonly below?: readonly string[];
  /** ISO 639-1 of most of the texts. */
  readonly language: string | null;
  /** Number of leaf topics below this one, 1 by default: a parent's keywords are each in a smaller share of its messages. */
  readonly leaves?: number;
}

const MOST_CHARS = 48;
/** A second keyword this much weaker than the first is left out. */
const SECOND = 0.3;
/** Where the best names of things together are in a smaller share of the messages than this, the topic has no common subject. */
const LEAST_SHARE = 0.12;
const TOP = 3;
/** A title is about all of a topic: parts are weighed by this power of the share of texts that contain them. */
const COVERAGE = 0.35;
/** Keywords that may be the first part. */
const FIRST = 5;
/** What a part is worth whose words are in another title. */
const SHARED = 0.5;
const JUNCTION = " & ";

/** Titles of topics that are no subject. */
export const specialTitles = {
  mixed: "Other subjects",
  smallTalk: "Small talk",
  notices: "Notices and repeated messages",
} as const;

/** Whether this is the title of a topic that is no subject. */
export const isNoSubject = (title: string): boolean =>
  Object.values(specialTitles).some((one) => one === title);

/** Whether a topic with these keywords has a subject: enough of its messages share the names of things. */
export const tellsSubject = (keywords: readonly Keyword[], leaves = 1): boolean => {
  const nouns = keywords.filter(({ noun }) => noun).slice(0, TOP);
  const share = nouns.reduce((sum, keyword) => sum + keyword.share, 0);
  return nouns.length > 0 && share >= LEAST_SHARE / Math.sqrt(leaves);
};

/** A first part that already joins two things gets no second part. */
const listing = / (?:and|or|und|oder|et|ou|y|o|e) /;

/** "booking a table": what is done to something. */
const gerundFirst = /^\p{L}+ing (?:an?|the) /u;

/** Capitalises "wireless cards"; leaves a word without vowels ("fglrx") and identifiers ("apt-get") as they are. */
const capitalised = (title: string): string =>
  /^\p{Ll}[\p{L}'’]*(?=[\s,&]|$)/u.test(title) && !/^[^aeiouyà-ÿа-яё\s]+(?:\s|$)/u.test(title)
    ? title.charAt(0).toUpperCase() + title.slice(1)
    : title;

const sharesWord = (a: readonly string[], b: readonly string[]) => a.some((one) => b.includes(one));

/** Stem → the weight of the best keyword that contains it; in a phrase, the words share its weight. */
const stemWeights = (keywords: readonly Keyword[]): Map<string, number> => {
  const weights = new Map<string, number>();
  for (const { words, weight } of keywords)
    for (const word of words) {
      const stem = stemOf(word);
      const part = weight / Math.sqrt(words.length);
      weights.set(stem, Math.max(weights.get(stem) ?? 0, part));
    }
  return weights;
};

const surfacesOf = (keywords: readonly Keyword[]): Map<string, string> =>
  new Map(
    keywords.flatMap(({ term, words }) => {
      const written = term.split(" ");
      return words.length === written.length
        ? words.map((word, at) => [word, written[at] ?? word] as const)
        : [];
    }),
  );

const keywordParts = (keywords: readonly Keyword[], joiningless: (stem: string) => boolean) =>
  keywords.map(
    ({ term, words, weight, share }): TitlePart => ({
      text: term,
      stems: words.map(stemOf).filter(joiningless),
      // A phrase is more specific than its weight says, which is lower because it is rarer; what most texts contain says most.
      value: weight * (1 + 0.35 * (words.length - 1)) * share ** COVERAGE,
    }),
  );

/** Candidates for the first part, best first: a piece of a sentence where it is worth more than the best keyword. */
const firstParts = (
  request: TitleRequest,
  keywords: readonly TitlePart[],
  isFree: (part: TitlePart) => boolean,
): readonly TitlePart[] => {
  const english = (request.language ?? "en") === "en";
  const surfaces = surfacesOf(request.keywords);
  const ends = new Set(keywords.map(({ stems }) => stems.at(-1)));
  const begins = new Set(keywords.flatMap(({ stems }) => [stems[0], stems.at(-1)]));
  const spans = titleSpans(request.texts, stemWeights(request.keywords), {
    english,
    surfaces,
    coverage: COVERAGE,
  }).filter(
    ({ text, value, stems }) =>
      text.length <= MOST_CHARS &&
      stems.length > 1 &&
      ends.has(stems.at(-1)) &&
      (!english || begins.has(stems[0]) || gerundFirst.test(text)) &&
      value > (keywords[0]?.value ?? 0),
  );
  const best = [...spans.slice(0, 3), ...keywords.slice(0, FIRST)];
  // Where another title has its words, a part that is nearly as good says better how this topic differs.
  const worth = (part: TitlePart) => part.value * (isFree(part) ? 1 : SHARED);
  return best.toSorted((a, b) => worth(b) - worth(a));
};

/** Candidates for the second part, best first, without the words of the first part. */
const secondParts = (first: TitlePart, keywords: readonly TitlePart[]): readonly TitlePart[] =>
  keywords.filter(({ stems }) => !sharesWord(stems, first.stems));

function* candidates(request: TitleRequest): Generator<string> {
  const nouns = request.keywords.filter(({ noun }) => noun);
  const parts = keywordParts(
    nouns.length > 0 ? nouns : request.keywords,
    (stem) => stem.length > 1,
  );
  const [best] = parts;
  if (best === undefined) return;
  const below = new Set(request.below);
  const used = new Set(
    request.taken
      .filter((title) => !below.has(title))
      .flatMap((title) => title.toLowerCase().split(/[^\p{L}\p{N}]+/u))
      .map(stemOf),
  );
  const isFree = ({ stems }: TitlePart) => !stems.some((stem) => used.has(stem));
  const firsts = firstParts(request, parts, isFree);
  for (const first of firsts) {
    const seconds = secondParts(first, parts).filter(isFree);
    for (const second of listing.test(first.text) ? [] : seconds) {
      const title = `${first.text}${JUNCTION}${second.text}`;
      if (second.value >= SECOND * best.value && title.length <= MOST_CHARS) yield title;
    }
    yield first.text;
  }
  for (const first of parts)
    for (const second of secondParts(first, parts)) yield `${first.text}${JUNCTION}${second.text}`;
}

/** A topic of a few messages has no keywords: its title is the start of its most typical message. */
const fromText = (texts: readonly string[]): string => {
  // "anna: how do I …" is addressed to Anna, and not about her.
  const [words = ""] = (texts[0] ?? "")
    .trim()
    .replace(/^\S{1,24}[:,]\s+/u, "")
    .split(/\n/, 1);
  if (words.length <= MOST_CHARS) return words;
  const cut = words.slice(0, MOST_CHARS - 1);
  return `${cut.slice(0, cut.includes(" ") ? cut.lastIndexOf(" ") : cut.length)}…`;
};

/**
 * The first candidate that no other topic has: a piece of people's own sentences ("Booking a table at a
 * restaurant") or the best phrase, each with a second keyword where one is nearly as strong ("Sound card & ALSA").
 * Parts are the names of things where there are any; a second part has no word of another title.
 */
export const titleOf = (request: TitleRequest): string => {
  const taken = new Set(request.taken.map((title) => title.toLowerCase()));
  let last = "";
  for (const candidate of candidates(request)) {
    const title = capitalised(candidate);
    if (!taken.has(title.toLowerCase())) return title;
    last ||= title;
  }
  last ||= capitalised(fromText(request.texts)) || "Without words";
  for (let number = 1; ; number++) {
    const title = number === 1 ? last : `${last} (${number})`;
    if (!taken.has(title.toLowerCase())) return title;
  }
};
