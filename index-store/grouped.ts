// Rows with the same value of a keyword column taken as one text: how well such texts match the words of a question.
import type { RowBitmap } from "./ann/ann.ts";
import { hasBit } from "./bitmap.ts";
import { Contribution, idf } from "./lexical/bm25.ts";
import type { GroupCounts, WeightedTerm } from "./lexical/lexical.ts";
import type { Snapshot } from "./snapshot.ts";

/** A word of a question: the terms that count as it, each by its weight. */
export interface GroupWord {
  readonly terms: readonly WeightedTerm[];
  readonly weight: number;
}

/** The rows of a set by their value in a column. Groups are numbered over all segments. */
export interface Groups {
  readonly values: readonly string[];
  /** Per segment: row → group; -1 where the row has none, or its group is too long. */
  readonly ofPlace: readonly Int32Array[];
  /** Words by group; 0 for a group that is too long. */
  readonly lengths: Float64Array;
  /** Number of the other groups, and how many words those have on average. */
  readonly count: number;
  readonly meanLength: number;
  /** Ordinals of group g are [offsets[g], offsets[g + 1]), in ascending order. */
  readonly ordinals: Uint32Array;
  readonly offsets: Uint32Array;
}

const noGroups: Groups = {
  values: [],
  ofPlace: [],
  lengths: new Float64Array(),
  count: 0,
  meanLength: 0,
  ordinals: new Uint32Array(),
  offsets: new Uint32Array(1),
};

/** Takes rows of groups that are too long out, and sets the lengths of those to 0. */
const leaveOutLong = (
  ofPlace: readonly Int32Array[],
  lengths: Float64Array,
  mostWords: number,
): void => {
  for (let group = 0; group < lengths.length; group++)
    if ((lengths[group] ?? 0) > mostWords) lengths[group] = 0;
  for (const groups of ofPlace)
    for (let row = 0; row < groups.length; row++)
      if ((lengths[groups[row] ?? -1] ?? 0) === 0) groups[row] = -1;
};

const ordinalsOf = (
  snapshot: Snapshot,
  ofPlace: readonly Int32Array[],
  groups: number,
): Pick<Groups, "ordinals" | "offsets"> => {
  const offsets = new Uint32Array(groups + 1);
  for (const own of ofPlace)
    for (const group of own) if (group >= 0) offsets[group + 1] = (offsets[group + 1] ?? 0) + 1;
  for (let group = 0; group < groups; group++)
    offsets[group + 1] = (offsets[group + 1] ?? 0) + (offsets[group] ?? 0);
  const next = offsets.slice();
  const ordinals = new Uint32Array(offsets[groups] ?? 0);
  for (const [at, own] of ofPlace.entries()) {
    const base = snapshot.places[at]?.base ?? 0;
    for (let row = 0; row < own.length; row++) {
      const group = own[row] ?? -1;
      if (group < 0) continue;
      const place = next[group] ?? 0;
      ordinals[place] = base + row;
      next[group] = place + 1;
    }
  }
  return { ordinals, offsets };
};

/** @param of.mostWords groups of more words are left out */
export const groupRows = (
  snapshot: Snapshot,
  of: { readonly column: string; readonly rows: RowBitmap; readonly mostWords: number },
): Groups => {
  const numbers = new Map<string, number>();
  const ofPlace = snapshot.places.map((place) => {
    const groups = new Int32Array(place.entry.rows).fill(-1);
    const column = place.columns.get(of.column);
    if (column?.kind !== "keyword" || place.words === undefined) return groups;
    const common = Int32Array.from(column.dictionary, (value) => {
      const known = numbers.get(value) ?? numbers.size;
      numbers.set(value, known);
      return known;
    });
    const own = snapshot.slice(of.rows, place);
    for (let row = 0; row < groups.length; row++)
      if (hasBit(own, row)) groups[row] = common[column.codes[row] ?? -1] ?? -1;
    return groups;
  });
  const lengths = new Float64Array(numbers.size);
  for (const [at, { words }] of snapshot.places.entries())
    words?.addLengths(ofPlace[at] ?? new Int32Array(), lengths);
  leaveOutLong(ofPlace, lengths, of.mostWords);
  const kept = lengths.filter((length) => length > 0);
  if (kept.length === 0) return noGroups;
  return {
    values: [...numbers.keys()],
    ofPlace,
    lengths,
    count: kept.length,
    meanLength: kept.reduce((sum, length) => sum + length, 0) / kept.length,
    ...ordinalsOf(snapshot, ofPlace, numbers.size),
  };
};

/** Postings read for one question at most, a millisecond's work: those of the rarest words, which say most. */
const MOST_POSTINGS = 400_000;

export interface Ranked {
  readonly group: number;
  readonly score: number;
}

/** The `k` largest scores above 0, largest first; of equal ones the earlier group. */
const best = (scores: Float64Array, k: number): Ranked[] => {
  const top: Ranked[] = [];
  const order = () => top.sort((a, b) => b.score - a.score || a.group - b.group);
  let least = 0;
  for (let group = 0; group < scores.length; group++) {
    const score = scores[group] ?? 0;
    if (score <= least) continue;
    top.push({ group, score });
    if (top.length < k * 4) continue;
    order().length = k;
    least = top[k - 1]?.score ?? 0;
  }
  return order().slice(0, k);
};

/** A word with what it is worth: its weight times its rarity among groups. */
export interface GroupMass extends GroupWord {
  readonly mass: number;
}

/**
 * BM25 of the groups for any of these words, the best `k` first; how many groups have a word, and how long they are, is counted over
 * groups.
 */
export const rankGroups = (
  snapshot: Snapshot,
  groups: Groups,
  { words, k }: { readonly words: readonly GroupWord[]; readonly k: number },
): { readonly top: Ranked[]; readonly masses: GroupMass[] } => {
  const scores = new Float64Array(groups.lengths.length);
  const into: GroupCounts = {
    counts: new Float32Array(scores.length),
    met: new Uint32Array(scores.length),
    size: 0,
  };
  const { documentFrequency } = snapshot.statistics();
  const rarestFirst = words
    .map((word) => ({
      word,
      rows: word.terms.reduce((sum, { term }) => sum + documentFrequency(term), 0),
    }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => a.rows - b.rows);
  const masses: GroupMass[] = [];
  let left = MOST_POSTINGS;
  for (const { word, rows } of rarestFirst) {
    left -= rows;
    if (left < 0) break;
    for (const term of word.terms)
      for (const [at, place] of snapshot.places.entries())
        place.words?.countTerm(term, groups.ofPlace[at] ?? new Int32Array(), into);
    const mass = word.weight * idf(groups.count, into.size);
    masses.push({ ...word, mass });
    const contribution = new Contribution(mass, groups.meanLength);
    for (let at = 0; at < into.size; at++) {
      const group = into.met[at] ?? 0;
      scores[group] =
        (scores[group] ?? 0) + contribution.of(into.counts[group] ?? 0, groups.lengths[group] ?? 0);
      into.counts[group] = 0;
    }
    into.size = 0;
  }
  return { top: best(scores, k), masses };
};

/** Words that are looked for in single rows: the ones worth most. */
const MOST_COMPARED = 16;

/** The rows of a group in one segment. */
const rowsIn = ({ ordinals, offsets }: Groups, group: number, base: number, rows: number) =>
  ordinals
    .subarray(offsets[group] ?? 0, offsets[group + 1] ?? 0)
    .filter((ordinal) => ordinal >= base && ordinal < base + rows)
    .map((ordinal) => ordinal - base);

/** What the words that a group holds are worth together, and those of the row that holds most. */
const heldBy = (
  snapshot: Snapshot,
  groups: Groups,
  { group, words }: { readonly group: number; readonly words: readonly GroupMass[] },
): { readonly all: number; readonly inOneRow: number } => {
  const met = new Set<GroupMass>();
  let inOneRow = 0;
  for (const place of snapshot.places) {
    const rows = rowsIn(groups, group, place.base, place.entry.rows);
    const sums = new Float64Array(rows.length);
    for (const word of words) {
      const has = new Uint8Array(rows.length);
      for (const { term } of word.terms) place.words?.markRows(term, rows, has);
      for (const [at, isHeld] of has.entries())
        if (isHeld === 1) {
          met.add(word);
          sums[at] = (sums[at] ?? 0) + word.mass;
        }
    }
    inOneRow = Math.max(inOneRow, ...sums);
  }
  return { all: [...met].reduce((sum, { mass }) => sum + mass, 0), inOneRow };
};

/**
 * How far a question is spread over the rows of these groups: what they hold of it beyond the row of each that holds most, as a share
 * of the question, on average. 0 where single rows say all.
 */
export const spreadOver = (
  snapshot: Snapshot,
  groups: Groups,
  { top, masses }: { readonly top: readonly Ranked[]; readonly masses: readonly GroupMass[] },
): number => {
  const words = masses.toSorted((a, b) => b.mass - a.mass).slice(0, MOST_COMPARED);
  const whole = words.reduce((sum, { mass }) => sum + mass, 0) * top.length;
  if (whole === 0) return 0;
  const beyond = top.map(({ group }) => {
    const { all, inOneRow } = heldBy(snapshot, groups, { group, words });
    return all - inOneRow;
  });
  return beyond.reduce((sum, mass) => sum + mass, 0) / whole;
};
