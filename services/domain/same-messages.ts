// Which messages of two chats are the same one, though the clocks, the names of people and the words for files differ between them.
import { FreePlaces } from "./free-places.ts";

/** A message of one of several conversations that are one chat. */
export interface ChatMessage {
  readonly id: string;
  /** Milliseconds; null where it has none. */
  readonly at: number | null;
  readonly author: string;
  readonly kind: string;
  /** Whether it is counted as a message: others are kept, compared and shown in their place, and not counted. */
  readonly counted: boolean;
  /** The source and the source's own id; null where it has none. */
  readonly sourceKey: string | null;
  /** As `wordsKey` makes it; "" for a message without words. */
  readonly words: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const QUARTER = 15 * MINUTE;
/** Between two zones at most: from UTC-12 to UTC+14. */
const MOST_SHIFT = 26 * 60 * MINUTE;
/** Of two clocks that show the same time: one may have no seconds, and a message reaches phones at different times. */
const TOLERANCE = 2 * MINUTE;
/** Words that nobody is likely to write twice by chance. */
const TELLING = 20;

const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Words as they are compared: without marks that nobody typed, and with one kind of blank. */
export const wordsKey = (text: string): string =>
  text.normalize("NFC").replaceAll(invisible, "").replaceAll(/\s+/gu, " ").trim();

/** What two chats have in common. */
export interface SameMessages {
  /** By place in the other chat: the place of the same message in the first. */
  readonly pairs: ReadonlyMap<number, number>;
  /** By place in the other chat: what is to be added to its clock, in milliseconds. */
  readonly shifts: readonly number[];
  /** Names of the other chat → what the same person is called in the first, where that differs. */
  readonly names: ReadonlyMap<string, string>;
}

interface Pair {
  readonly first: number;
  readonly other: number;
}

const byWords = (messages: readonly ChatMessage[]): Map<string, number[]> => {
  const places = new Map<string, number[]>();
  for (const [place, { words }] of messages.entries()) {
    if (words === "") continue;
    const known = places.get(words);
    if (known) known.push(place);
    else places.set(words, [place]);
  }
  return places;
};

/** Messages with words that each chat has once. */
const onceInBoth = (
  first: ReadonlyMap<string, readonly number[]>,
  other: ReadonlyMap<string, readonly number[]>,
): Pair[] => {
  const pairs: Pair[] = [];
  for (const [words, places] of other) {
    const there = first.get(words);
    const [one] = there ?? [];
    const [two] = places;
    if (one !== undefined && two !== undefined && there?.length === 1 && places.length === 1)
      pairs.push({ first: one, other: two });
  }
  return pairs;
};

/** The nearest whole number of quarter-hours; undefined where the difference is no difference of two clocks. */
const shiftOf = (difference: number): number | undefined => {
  const shift = Math.round(difference / QUARTER) * QUARTER;
  return Math.abs(difference - shift) <= TOLERANCE && Math.abs(shift) <= MOST_SHIFT
    ? shift
    : undefined;
};

type Chats = readonly [first: readonly ChatMessage[], other: readonly ChatMessage[]];

/** Differences of the clocks that several messages tell, those first that most tell. */
const clocksOf = ([first, other]: Chats, once: readonly Pair[]): number[] => {
  const counts = new Map<number, number>();
  let telling: number | undefined;
  for (const pair of once) {
    const one = first[pair.first];
    const two = other[pair.other];
    if (one?.at == null || two?.at == null) continue;
    const shift = shiftOf(one.at - two.at);
    if (shift === undefined) continue;
    counts.set(shift, (counts.get(shift) ?? 0) + 1);
    if (one.words.length >= TELLING) telling = shift;
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  // The same words may be said twice, once known to each side: a few such pairs in a long chat are no other clock.
  const least = Math.max(2, all / 100);
  const told = [...counts].filter(([, count]) => count >= least);
  if (told.length > 0) return told.sort((a, b) => b[1] - a[1]).map(([shift]) => shift);
  return [telling ?? 0];
};

/** Short words may be anybody's: a pair counts by the length of its words. */
const weightOf = ({ words, sourceKey }: ChatMessage): number =>
  sourceKey === null ? Math.min(Math.max(words.length, 1), 2 * TELLING) : 2 * TELLING;

/** A name of the other chat → the name of the first under which most of the same messages stand. */
const namesOf = ([first, other]: Chats, pairs: readonly Pair[]): Map<string, string> => {
  const votes = new Map<string, Map<string, number>>();
  for (const pair of pairs) {
    const one = first[pair.first];
    const two = other[pair.other];
    if (one === undefined || two === undefined) continue;
    const of = votes.get(two.author) ?? new Map<string, number>();
    votes.set(two.author, of.set(one.author, (of.get(one.author) ?? 0) + weightOf(two)));
  }
  const names = new Map<string, string>();
  for (const [two, of] of votes) {
    const [most] = [...of].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (most) names.set(two, most[0]);
  }
  return names;
};

const isFile = ({ kind, words }: ChatMessage): boolean => kind === "attachment" || words === "";

/** Places in the first chat by who may have written there. */
interface ByPerson {
  readonly authors: ReadonlyMap<string, FreePlaces>;
  /** Of all that nobody of the other chat is known as. */
  readonly unknown: FreePlaces;
}

/** Pairs messages of two chats, each at most once. */
class Pairing {
  readonly pairs = new Map<number, number>();
  readonly #taken = new Set<number>();
  readonly #first: readonly ChatMessage[];
  readonly #other: readonly ChatMessage[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #known: ReadonlySet<string>;
  readonly #times: readonly number[];

  constructor([first, other]: Chats, names: ReadonlyMap<string, string>) {
    this.#first = first;
    this.#other = other;
    this.#names = names;
    this.#known = new Set(names.values());
    this.#times = first.map(({ at }) => at ?? Number.NEGATIVE_INFINITY);
  }

  take(other: number, first: number): void {
    this.pairs.set(other, first);
    this.#taken.add(first);
  }

  isTaken(first: number): boolean {
    return this.#taken.has(first);
  }

  /** For `nearest`. */
  byPerson(places: readonly number[]): ByPerson {
    const authors = new Map<string, number[]>();
    const unknown: number[] = [];
    for (const place of places) {
      const message = this.#first[place];
      if (message?.at == null) continue;
      const known = authors.get(message.author);
      if (known) known.push(place);
      else authors.set(message.author, [place]);
      if (!this.#known.has(message.author)) unknown.push(place);
    }
    return {
      authors: new Map([...authors].map(([name, of]) => [name, new FreePlaces(of, this.#times)])),
      unknown: new FreePlaces(unknown, this.#times),
    };
  }

  /** The first of these that is free, by the same person and at the same time as a message, by this difference of the clocks. */
  nearest({ authors, unknown }: ByPerson, other: number, shift: number): number | undefined {
    const message = this.#other[other];
    if (message?.at == null) return undefined;
    const time = message.at + shift;
    const first = (places: FreePlaces | undefined) =>
      places?.first(time - TOLERANCE, time + TOLERANCE, this.#taken);
    const named = this.#names.get(message.author);
    const own = first(authors.get(named ?? message.author));
    // Words that are somebody's own may be his under a name that is not known yet.
    if (named !== undefined || message.words.length < TELLING) return own;
    const any = first(unknown);
    if (own === undefined || any === undefined) return own ?? any;
    return this.#isBefore(own, any) ? own : any;
  }

  #isBefore(one: number, other: number): boolean {
    const [at, then] = [this.#times[one] ?? 0, this.#times[other] ?? 0];
    return at < then || (at === then && one < other);
  }
}

/** Of each message of the other chat: the difference of the clocks of the last pair before it, or of the first pair. */
const shiftsOf = (
  [first, other]: Chats,
  pairs: ReadonlyMap<number, number>,
  usual: number,
): number[] => {
  let now: number | undefined;
  const shifts = other.map(({ at }, place) => {
    const one = first[pairs.get(place) ?? -1];
    if (one?.at != null && at !== null) now = shiftOf(one.at - at) ?? now;
    return now;
  });
  const begin = shifts.find((shift) => shift !== undefined) ?? usual;
  return shifts.map((shift) => shift ?? begin);
};

/** Messages with the same id in their source and the same time are the same one, whatever it says of them: ids alone may be mere numbers. */
const pairIds = ([first, other]: Chats, pairing: Pairing): void => {
  const places = new Map<string, number>();
  for (const [place, { sourceKey }] of first.entries())
    if (sourceKey !== null && !places.has(sourceKey)) places.set(sourceKey, place);
  for (const [place, { sourceKey, at }] of other.entries()) {
    const there = sourceKey === null ? undefined : places.get(sourceKey);
    const time = there === undefined ? undefined : first[there]?.at;
    if (there === undefined || time == null || at === null || pairing.isTaken(there)) continue;
    if (Math.abs(time - at) < SECOND) pairing.take(place, there);
  }
};

const pairWords = (
  [first, other]: Chats,
  pairing: Pairing,
  {
    places,
    once,
    clocks,
  }: {
    readonly places: ReadonlyMap<string, readonly number[]>;
    readonly once: ReadonlyMap<number, number>;
    readonly clocks: readonly number[];
  },
): void => {
  const ordered = new Map<string, ByPerson>();
  let clock = clocks[0] ?? 0;
  const found = (place: number, words: string): number | undefined => {
    const known = ordered.get(words) ?? pairing.byPerson(places.get(words) ?? []);
    ordered.set(words, known);
    const now = pairing.nearest(known, place, clock);
    if (now !== undefined || !once.has(place)) return now;
    // Only what both sides have once tells that the clocks differ otherwise from here on.
    for (const other of clocks) {
      const there = other === clock ? undefined : pairing.nearest(known, place, other);
      if (there === undefined) continue;
      clock = other;
      return there;
    }
    return undefined;
  };
  for (const [place, message] of other.entries()) {
    if (pairing.pairs.has(place) || message.words === "") continue;
    const only = once.get(place);
    const undated = only !== undefined && (message.at === null || first[only]?.at === null);
    const there = undated && !pairing.isTaken(only) ? only : found(place, message.words);
    if (there !== undefined) pairing.take(place, there);
  }
};

/** Files, whose names and words differ: by the same person at the same time, in their order. */
const pairFiles = ([first, other]: Chats, pairing: Pairing, usual: number): void => {
  const files = pairing.byPerson(
    [...first.keys()].filter((place) => {
      const message = first[place];
      return message !== undefined && isFile(message) && !pairing.isTaken(place);
    }),
  );
  const shifts = shiftsOf([first, other], pairing.pairs, usual);
  for (const [place, message] of other.entries()) {
    if (pairing.pairs.has(place) || !isFile(message)) continue;
    const there = pairing.nearest(files, place, shifts[place] ?? 0);
    if (there !== undefined) pairing.take(place, there);
  }
};

/**
 * Which messages are the same: those with the same id and time in their source, then those with the same words by the same person at the same
 * time. Names of people, and differences of the clocks in whole quarter-hours, are told by the words that both chats have once.
 */
export const sameMessages = (
  first: readonly ChatMessage[],
  other: readonly ChatMessage[],
): SameMessages => {
  const chats: Chats = [first, other];
  const places = byWords(first);
  const once = onceInBoth(places, byWords(other));
  const clocks = clocksOf(chats, once);
  const byId = new Pairing(chats, new Map());
  pairIds(chats, byId);
  const told = once.filter((pair) => {
    const [one, two] = [first[pair.first], other[pair.other]];
    if (one?.at == null || two?.at == null) return true;
    const shift = shiftOf(one.at - two.at);
    return shift !== undefined && clocks.includes(shift);
  });
  const ids = [...byId.pairs].map(([two, one]) => ({ first: one, other: two }));
  const names = namesOf(chats, [...ids, ...told]);
  const pairing = new Pairing(chats, names);
  for (const pair of ids) pairing.take(pair.other, pair.first);
  pairWords(chats, pairing, {
    places,
    once: new Map(once.map((pair) => [pair.other, pair.first])),
    clocks,
  });
  pairFiles(chats, pairing, clocks[0] ?? 0);
  return {
    pairs: pairing.pairs,
    shifts: shiftsOf(chats, pairing.pairs, clocks[0] ?? 0),
    names: new Map([...names].filter(([name, shown]) => name !== shown)),
  };
};
