// People of a collection: which names of authors are one person, who is a bot, and who is "me". Pure.
import { talkSources } from "./conversation.ts";
import { foldedName } from "./folded-name.ts";

/** A name that messages are written under, in one source, or in all that say nothing else: "". */
export interface NameIn {
  readonly source: string;
  readonly name: string;
}

/** What was said by hand about a name. */
export interface SaidOfName extends NameIn {
  /** The name of the person whose name this is; null where it is its own. */
  readonly shown: string | null;
  /** Whether its author is a bot; null where nobody said so. */
  readonly bot: boolean | null;
}

/** All names of a person. */
export interface NamesOfPerson {
  /** In every source but those of `but`. */
  readonly any: readonly string[];
  /** Sources in which one of `any` is another person's. */
  readonly but: readonly NameIn[];
  /** In one source each. */
  readonly only: readonly NameIn[];
}

/** What is known of the names in a collection. A person is named by what they are shown as, which is unique in the collection. */
export interface People {
  /** True where each name is a person of its own. */
  readonly isPlain: boolean;
  /** The person who writes under this name in this source. */
  shownAs(source: string, name: string): string;
  /** Whether a person is, or would be, shown as this. */
  isShown(name: string): boolean;
  /** Those whom a name means: shown as it, or writing under it in some source. */
  named(name: string): readonly string[];
  namesOf(shown: string): NamesOfPerson;
  /** Names that were given by hand to people of several names or of another one. */
  readonly given: readonly string[];
  /** Said by hand, or guessed; undefined where nothing is known: the source may say so of messages. */
  botOf(shown: string): { readonly bot: boolean; readonly isGuess: boolean } | undefined;
  /** People who are bots, and who are none although a source or a guess says so. */
  readonly bots: readonly string[];
  readonly notBots: readonly string[];
}

/** Longer names are in no table of names, and nobody is shown under one. */
export const LONGEST_NAME = 300;

/** One text for a name and its source, for maps. */
export const keyOf = ({ source, name }: NameIn): string => `${source}\u0000${name}`;

/** Each name of a person, with "" where it is theirs in all sources. */
export const keysOf = ({ any, only }: Pick<NamesOfPerson, "any" | "only">): NameIn[] => [
  ...any.map((name) => ({ source: "", name })),
  ...only,
];

/** By key, as they are stored. */
export const byName = <T extends NameIn>(all: readonly T[]): Map<string, T> =>
  new Map(all.map((one) => [keyOf(one), one]));

const push = (lists: Map<string, NameIn[]>, key: string, value: NameIn): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

/** @param guessed names of authors who seem to be bots */
export const openPeople = (said: readonly SaidOfName[], guessed: readonly string[]): People => {
  const known = byName(said);
  const ofAll = (name: string) => known.get(keyOf({ source: "", name }))?.shown ?? name;
  const shownAs = (source: string, name: string) =>
    known.get(keyOf({ source, name }))?.shown ?? ofAll(name);
  const moved = said.filter(({ shown }) => shown !== null);
  /** The names of people that are written down; their own name is one of theirs unless it was given away. */
  const names = new Map<string, NameIn[]>();
  /** Where a name is somebody else's than in other sources. */
  const apart = new Map<string, NameIn[]>();
  for (const { source, name, shown } of moved) {
    if (shown === null || (source !== "" && shown === ofAll(name))) continue;
    push(names, shown, { source, name });
    if (source !== "") push(apart, name, { source, name });
  }
  const isShown = (name: string) => names.has(name) || ofAll(name) === name;
  const namesOf = (shown: string): NamesOfPerson => {
    const own = names.get(shown) ?? [];
    const any = new Set(own.filter(({ source }) => source === "").map(({ name }) => name));
    if (ofAll(shown) === shown) any.add(shown);
    return {
      any: [...any],
      but: [...any].flatMap((name) => apart.get(name) ?? []),
      only: own.filter(({ source }) => source !== ""),
    };
  };
  const guesses = new Set(guessed);
  const botOf = (shown: string) => {
    const keys = keysOf(namesOf(shown));
    const marks = keys.flatMap((key) => known.get(keyOf(key))?.bot ?? []);
    if (marks.length > 0) return { bot: marks.includes(true), isGuess: false };
    return keys.some(({ name }) => guesses.has(name)) ? { bot: true, isGuess: true } : undefined;
  };
  const marked = new Set([
    ...said.filter(({ bot }) => bot !== null).map(({ source, name }) => shownAs(source, name)),
    ...guessed.flatMap((name) => [
      ofAll(name),
      ...(apart.get(name) ?? []).map(({ source }) => shownAs(source, name)),
    ]),
  ]);
  return {
    isPlain: names.size === 0,
    shownAs,
    isShown,
    named: (name) => [
      ...new Set([
        ...(isShown(name) ? [name] : []),
        ofAll(name),
        ...(apart.get(name) ?? []).map(({ source }) => shownAs(source, name)),
      ]),
    ],
    namesOf,
    given: [...names.keys()],
    botOf,
    bots: [...marked].filter((shown) => botOf(shown)?.bot === true),
    notBots: [...marked].filter((shown) => botOf(shown)?.bot === false),
  };
};

/** Each name is a person of its own, and none is known to be a bot. */
export const noPeople: People = openPeople([], []);

/** What somebody said of a name: that it is theirs, or is not although an export of theirs says so. */
export interface OwnName extends NameIn {
  readonly mine: boolean;
}

/** The people who are "me". @param told names of whoever made the exports that were brought */
export const ownPeople = (
  people: People,
  own: readonly OwnName[],
  told: readonly NameIn[],
): readonly string[] => {
  const said = byName(own);
  const saidOf = ({ source, name }: NameIn) => {
    // What was said of a name in all sources is said of whoever has it there, not of somebody else in one of them.
    const isSame = people.shownAs(source, name) === people.shownAs("", name);
    return (
      said.get(keyOf({ source, name })) ??
      (isSame ? said.get(keyOf({ source: "", name })) : undefined)
    );
  };
  return [
    ...new Set(
      [...own.filter(({ mine }) => mine), ...told.filter((one) => saidOf(one)?.mine !== false)].map(
        ({ source, name }) => people.shownAs(source, name),
      ),
    ),
  ];
};

interface Written {
  readonly source: string;
  readonly author: string;
  readonly role: string;
}

/** Who wrote a message: the person, where they are shown under another name than it is written under; and whether it is a bot. */
export const writerOf = (
  people: People,
  { source, author, role }: Written,
): { readonly person?: string; readonly bot?: true } => {
  const shown = people.shownAs(source, author);
  // A source gives its bots the role of a tool.
  const isBot = people.botOf(shown)?.bot ?? (role === "tool" && talkSources.has(source));
  return { ...(shown === author ? {} : { person: shown }), ...(isBot ? { bot: true } : {}) };
};

/** What people type for themselves. */
export const isMe = (name: string): boolean => foldedName(name) === "me";
