// Which people of a collection may be one: by the source's id, an address, equal names, nicks and initials. Pure.
import { folded } from "./folded-name.ts";
import { sourceLabel } from "./labels.ts";
import type { People } from "./people.ts";

/** A name that a person's messages are written under. */
export interface WrittenAuthor {
  readonly source: string;
  readonly name: string;
  /** The source's id; null where it has none. */
  readonly authorId: string | null;
  readonly messages: number;
}

/** What else a source calls an author. */
export interface OtherName {
  readonly source: string;
  readonly authorId: string;
  readonly name: string;
}

export const confidences = ["high", "medium", "low"] as const;
export type Confidence = (typeof confidences)[number];

export const suggestionReasons = [
  "id",
  "address",
  "name",
  "other-name",
  "nick",
  "initials",
] as const;
export type SuggestionReason = (typeof suggestionReasons)[number];

export interface Suggestion {
  /** The names that say so, the more frequent one first. */
  readonly names: readonly [string, string];
  /** The people whose names they are. */
  readonly people: readonly [string, string];
  readonly reason: SuggestionReason;
  readonly confidence: Confidence;
  /** A sentence for people. */
  readonly says: string;
}

/** What exports put where no name is known: not a name that two people share. */
const placeholders = new Set([
  "you",
  "user",
  "human",
  "unknown",
  "me",
  "deleted user",
  "deleted account",
]);

/** Marks of letters, dots, underscores and hyphens do not matter: "anna.berg" is "Anna Berg". */
const plain = (name: string): string =>
  folded(name)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[\s._-]+/gu, " ")
    .trim();

/** Shorter names are shared by chance. */
const LEAST = 3;
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

/** A nick without what is added for a second connection or for being away: "mira_", "mira|away", "mira`". */
const nickOf = (name: string): string =>
  folded(name)
    .replace(/[|[(].*$/u, "")
    .replace(/[-_](?:afk|away|brb|home|laptop|mobile|phone|work|zzz)$/u, "")
    .replaceAll(/^[_`^-]+|[_`^-]+$/gu, "");

interface Found {
  readonly a: string;
  readonly b: string;
  readonly reason: SuggestionReason;
  readonly confidence: Confidence;
  readonly says: string;
}

type Say = Omit<Found, "a" | "b">;

/** Each name of a group with the most frequent one. @param groups names by what they have in common, the most frequent first */
const pairsOf = function* (
  groups: ReadonlyMap<string, ReadonlySet<string>>,
  say: (common: string, pair: readonly [string, string]) => Say,
): Generator<Found> {
  for (const [common, names] of groups) {
    const [first, ...others] = names;
    for (const other of others)
      if (first !== undefined) yield { a: first, b: other, ...say(common, [first, other]) };
  }
};

const group = <T>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
  nameOf: (one: T) => string,
): Map<string, Set<string>> => {
  const groups = new Map<string, Set<string>>();
  for (const one of all)
    for (const key of keysOf(one)) {
      const names = groups.get(key) ?? new Set();
      names.add(nameOf(one));
      groups.set(key, names);
    }
  return groups;
};

const nameOf = ({ name }: WrittenAuthor): string => name;
const isLong = (name: string): boolean => name.includes(" ");

const byId = (written: readonly WrittenAuthor[]) =>
  pairsOf(
    group(
      written,
      ({ source, authorId }) => (authorId === null ? [] : [`${source}\u0000${authorId}`]),
      nameOf,
    ),
    (key) => {
      const [source = "", id = ""] = key.split("\u0000");
      return {
        reason: "id",
        confidence: "high",
        says: `${sourceLabel(source)} gives both the id ${id}.`,
      };
    },
  );

const namesById = (others: readonly OtherName[]): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>();
  for (const { source, authorId, name } of others) {
    const key = `${source}\u0000${authorId}`;
    names.set(key, [...(names.get(key) ?? []), name]);
  }
  return names;
};

type NamesOf = (one: WrittenAuthor) => readonly string[];

const byAddress = (written: readonly WrittenAuthor[], othersOf: NamesOf) =>
  pairsOf(
    group(
      written,
      (one) =>
        [one.name, one.authorId ?? "", ...othersOf(one)]
          .filter((text) => address.test(text))
          .map(folded),
      nameOf,
    ),
    (common) => ({
      reason: "address",
      confidence: "high",
      says: `Both have the address ${common}.`,
    }),
  );

const byEqualName = (written: readonly WrittenAuthor[]) =>
  pairsOf(
    group(written, ({ name }) => (plain(name).length < LEAST ? [] : [plain(name)]), nameOf),
    (common, [one, other]) => ({
      reason: "name",
      confidence: isLong(common) ? "high" : "medium",
      says: `“${one}” and “${other}” are the same but for capitals, accents and signs.`,
    }),
  );

/** Somebody's other name that another one is shown as: "Anna Berg" of Slack's "anna" is "Anna Berg" of a mail. */
const byOtherName = function* (
  written: readonly WrittenAuthor[],
  othersOf: NamesOf,
): Generator<Found> {
  const shown = group(written, ({ name }) => [plain(name)], nameOf);
  for (const one of written)
    for (const other of othersOf(one)) {
      const key = plain(other);
      if (key.length < LEAST || other === one.authorId || key === plain(one.name)) continue;
      const [found] = shown.get(key) ?? [];
      if (found === undefined) continue;
      yield {
        a: found,
        b: one.name,
        reason: "other-name",
        confidence: isLong(key) ? "high" : "medium",
        says: `${sourceLabel(one.source)} also calls “${one.name}” “${other}”.`,
      };
    }
};

const byNick = (written: readonly WrittenAuthor[]) =>
  pairsOf(
    group(
      written.filter(({ source }) => source === "irc"),
      ({ name }) => (nickOf(name).length < LEAST ? [] : [nickOf(name)]),
      nameOf,
    ),
    (common) => ({
      reason: "nick",
      confidence: "medium",
      says: `Both are nicks of the form of “${common}”: nicks are taken over by others at times.`,
    }),
  );

/** "A. Berg", "Anna B." and "aberg" for "Anna Berg"; nothing where two people would fit. */
const byInitials = function* (written: readonly WrittenAuthor[]): Generator<Found> {
  const names = [...new Set(written.map(nameOf))];
  const short = group(
    names,
    (name) => {
      const [first = "", ...rest] = plain(name).split(" ");
      const last = rest.at(-1);
      if (last === undefined || first.length < 2 || last.length < 2) return [];
      return [`${first[0]} ${last}`, `${first} ${last[0]}`, `${first[0]}${last}`];
    },
    (name) => name,
  );
  for (const name of names) {
    const fitting = [...(short.get(plain(name)) ?? [])].filter((one) => one !== name);
    const [only] = fitting;
    const isOfSeveral = new Set(fitting.map(plain)).size > 1;
    if (only === undefined || isOfSeveral || plain(name).length < LEAST) continue;
    yield {
      a: only,
      b: name,
      reason: "initials",
      confidence: "low",
      says: `“${name}” may be short for “${only}”.`,
    };
  }
};

/** Suggestions at once: a person works through them, and more come. */
const MOST = 200;

export interface SuggestFrom {
  readonly people: People;
  /** Of persons only, the most frequent names first. */
  readonly written: readonly WrittenAuthor[];
  readonly others: readonly OtherName[];
  /** Pairs of names that are not one person, the smaller first. */
  readonly dismissed: readonly { readonly one: string; readonly other: string }[];
}

const pairKey = (a: string, b: string): string => (a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`);

/** People who may be one, the surest first; each pair once, with its best reason. */
export const suggestJoins = ({
  people,
  written: all,
  others,
  dismissed,
}: SuggestFrom): Suggestion[] => {
  const written = all.filter(({ name }) => !placeholders.has(plain(name)));
  const known = namesById(others);
  const othersOf: NamesOf = ({ source, authorId }) =>
    authorId === null ? [] : (known.get(`${source}\u0000${authorId}`) ?? []);
  const not = new Set(dismissed.map(({ one, other }) => pairKey(one, other)));
  const shown = new Map<string, string>();
  for (const { source, name } of written)
    if (!shown.has(name)) shown.set(name, people.shownAs(source, name));
  const found = [
    ...byId(written),
    ...byAddress(written, othersOf),
    ...byEqualName(written),
    ...byOtherName(written, othersOf),
    ...byNick(written),
    ...byInitials(written),
  ].sort((x, y) => confidences.indexOf(x.confidence) - confidences.indexOf(y.confidence));
  const suggested = new Map<string, Suggestion>();
  for (const { a, b, ...said } of found) {
    const [first, second] = [shown.get(a), shown.get(b)];
    if (first === undefined || second === undefined || first === second) continue;
    const key = pairKey(first, second);
    if (not.has(pairKey(a, b)) || suggested.has(key)) continue;
    suggested.set(key, { names: [a, b], people: [first, second], ...said });
    if (suggested.size === MOST) break;
  }
  return [...suggested.values()];
};
