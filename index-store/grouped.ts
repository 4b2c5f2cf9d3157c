// Rows with the same value of a keyword column taken as one text: how well do such texts match the words of a question?
import { hasBit, setBit } from "./bitmap.ts";
import { Contribution, idf } from "./lexical/bm25.ts";
import type { GroupCounts, WeightedTerm } from "./lexical/lexical.ts";
import type { RowBitmap } from "./ann/ann.ts";
import type { Snapshot } from "./snapshot.ts";

/** The rows of a set by their value in a column. Groups are numbered over all segments. */
export interface Groups {
  readonly values: readonly string[];
  /** Per segment: row → group; -1 where the row has none, or its group is too long. */
  readonly ofPlace: readonly Int32Array[];
  /** Words by group; 0 for a group that is too long. */
  readonly lengths: Float64Array;
  /** Number of groups that are short enough and have words, and how many words those have on average. */
  readonly count: number;
  readonly meanLength: number;
  /** Ordinals of group g are [offsets[g], offsets[g + 1]). */
  readonly ordinals: Uint32Array;
  readonly offsets: Uint32Array;
}

/** @param mostWords groups with more are left out: a channel is no text */
export const groupRows = (
  snapshot: Snapshot,
  { column, rows, mostWords }: { column: string; rows: RowBitmap; mostWords: number },
): Groups => {
  const numbers = new Map<string, number>();
  const ofPlace = snapshot.places.map((place) => {
    const groups = new Int32Array(place.entry.rows).fill(-1);
    const values = place.columns.get(column);
    if (values?.kind !== "keyword" || place.words === undefined) return groups;
    const common = Int32Array.from(values.dictionary, (value) => {
      const known = numbers.get(value) ?? numbers.size;
      numbers.set(value, known);
      return known;
    });
    const own = snapshot.slice(rows, place);
    for (let row = 0; row < groups.length; row++)
      if (hasBit(own, row)) groups[row] = common[values.codes[row] ?? -1] ?? -1;
    return groups;
  });
  const lengths = new Float64Array(numbers.size);
  for (const [at, { words }] of snapshot.places.entries())
    words?.addLengths(ofPlace[at] ?? new Int32Array(), lengths);
  let count = 0;
  let total = 0;
  for (let group = 0; group < lengths.length; group++) {
    const length = lengths[group] ?? 0;
    if (length > mostWords) lengths[group] = 0;
    else if (length > 0) {
      count += 1;
      total += length;
    }
  }
  return {
    values: [...numbers.keys()],
    ofPlace: ofPlace.map((groups) => groups.map((group) => ((lengths[group] ?? 0) > 0 ? group : -1))),
    lengths,
    count,
    meanLength: count > 0 ? total / count : 0,
    ...ordinalsOf(snapshot, ofPlace, lengths),
  };
};

/** The ordinals of each group, one after another. */
const ordinalsOf = (
  snapshot: Snapshot,
  ofPlace: readonly Int32Array[],
  lengths: Float64Array,
): { readonly ordinals: Uint32Array; readonly offsets: Uint32Array } => {
  const offsets = new Uint32Array(lengths.length + 1);
  for (const groups of ofPlace)
    for (const group of groups)
      if ((lengths[group] ?? 0) > 0) offsets[group + 1] = (offsets[group + 1] ?? 0) + 1;
  for (let group = 0; group < lengths.length; group++)
    offsets[group + 1] = (offsets[group + 1] ?? 0) + (offsets[group] ?? 0);
  const next = offsets.slice();
  const ordinals = new Uint32Array(offsets[lengths.length] ?? 0);
  for (const [at, groups] of ofPlace.entries()) {
    const base = snapshot.places[at]?.base ?? 0;
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] ?? -1;
      if ((lengths[group] ?? 0) === 0) continue;
      const place = next[group] ?? 0;
      ordinals[place] = base + row;
      next[group] = place + 1;
    }
  }
  return { ordinals, offsets };
};

/** Postings read for one question at most: those of the rarest words, which say most. */
const MOST_POSTINGS = 400_000;

/** A word of a question: the terms that count as it, each by its weight. */
export interface GroupWord {
  readonly terms: readonly WeightedTerm[];
  readonly weight: number;
}

/** BM25 of the groups for any of these words, the best `k` first. Words and lengths are counted over groups. */
export const rankGroups = (
  snapshot: Snapshot,
  groups: Groups,
  { words, k }: { words: readonly GroupWord[]; k: number },
): { top: { readonly group: number; readonly score: number }[]; masses: number[] } => {
  const scores = new Float64Array(groups.values.length);
  const into: GroupCounts = {
    counts: new Float32Array(scores.length),
    met: new Uint32Array(scores.length),
    size: 0,
  };
  const statistics = snapshot.statistics();
  const ordered = words
    .map((word, at) => ({
      ...word,
      at,
      rows: word.terms.reduce((sum, { term }) => sum + statistics.documentFrequency(term), 0),
    }))
    .sort((a, b) => a.rows - b.rows);
  const masses = words.map(() => 0);
  let left = MOST_POSTINGS;
  for (const { at: place, terms, weight, rows } of ordered) {
    left -= rows;
    if (left < 0) break;
    if (rows === 0) continue;
    for (const { term, weight: share } of terms)
      for (const [at, { words: index }] of snapshot.places.entries())
        index?.countTerm({ term, weight: share }, groups.ofPlace[at] ?? new Int32Array(), into);
    const scale = weight * idf(groups.count, into.size);
    masses[place] = scale;
    const contribution = new Contribution(scale, groups.meanLength);
    for (let at = 0; at < into.size; at++) {
      const group = into.met[at] ?? 0;
      scores[group] =
        (scores[group] ?? 0) +
        contribution.of(into.counts[group] ?? 0, groups.lengths[group] ?? 0);
      into.counts[group] = 0;
    }
    into.size = 0;
  }
  return { top: best(scores, k), masses };
};

/** The `k` largest numbers above 0, largest first; of equal ones the earlier group. */
const best = (scores: Float64Array, k: number) => {
  const top: { group: number; score: number }[] = [];
  let least = 0;
  for (let group = 0; group < scores.length; group++) {
    const score = scores[group] ?? 0;
    if (score <= least) continue;
    top.push({ group, score });
    if (top.length < k * 4) continue;
    top.sort((a, b) => b.score - a.score || a.group - b.group);
    top.length = k;
    least = top[k - 1]?.score ?? 0;
  }
  return top.sort((a, b) => b.score - a.score || a.group - b.group).slice(0, k);
};

export const KK = { c: 0 };
export const STATS = { c: 0, r: 0, n: 0 };
/** How much more of the words' masses the groups hold than the best row of each does, as a share of all. */
export const spreadOf = (
  snapshot: Snapshot,
  groups: Groups,
  { words, masses, tops }: { words: readonly GroupWord[]; masses: readonly number[]; tops: readonly number[] },
): number => {
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (total === 0 || tops.length === 0) return 0;
  let C = 0;
  let R = 0;
  for (const group of tops) {
    const met = new Uint8Array(words.length);
    let best = 0;
    for (let at = groups.offsets[group] ?? 0; at < (groups.offsets[group + 1] ?? 0); at++) {
      const ordinal = groups.ordinals[at] ?? 0;
      const place = snapshot.placeOf(ordinal);
      let own = 0;
      for (const [word, { terms }] of words.entries()) {
        if (!terms.some(({ term }) => place?.words?.has(term, ordinal - place.base))) continue;
        own += masses[word] ?? 0;
        met[word] = 1;
      }
      best = Math.max(best, own);
    }
    for (const [word, mass] of masses.entries()) if (met[word]) C += mass;
    R += best;
  }
  STATS.n++;
  STATS.c += C / total / tops.length;
  STATS.r += R / total / tops.length;
  KK.c = C / total / tops.length;
  return (C - R) / total / tops.length;
};

/** The rows of these groups as a bitmap. */
export const rowsOfGroups = (
  { ordinals, offsets }: Groups,
  wanted: readonly number[],
  words: number,
): RowBitmap => {
  const bits = new Uint32Array(words);
  for (const group of wanted)
    for (let at = offsets[group] ?? 0; at < (offsets[group + 1] ?? 0); at++)
      setBit(bits, ordinals[at] ?? 0);
  return bits;
};
