// How far two labelings of the same rows agree: V-measure, normalised mutual information, adjusted Rand index.

export interface Agreement {
  /** 0 … 1: each cluster holds rows of one class only. */
  readonly homogeneity: number;
  /** 0 … 1: all rows of a class lie in one cluster. */
  readonly completeness: number;
  /** Harmonic mean of the two (Rosenberg and Hirschberg, 2007). */
  readonly vMeasure: number;
  /** Mutual information over the geometric mean of the entropies, 0 … 1 (Strehl and Ghosh, 2002). */
  readonly nmi: number;
  /** Share of pairs that both labelings treat alike, scaled to 0 for chance and 1 for the same partition (Hubert and Arabie, 1985). */
  readonly adjustedRand: number;
}

/** How many rows have each label, and each pair of labels. */
interface Counts {
  readonly rows: number;
  readonly ofOne: ReadonlyMap<number, number>;
  readonly ofOther: ReadonlyMap<number, number>;
  readonly ofBoth: readonly number[];
}

/**
 * Compares `clusters` with `classes`, which are taken as true: a whole number for each row; −1 is a label like any other.
 * Two labelings that each give all rows one label agree fully.
 * @throws RangeError where they are not of the same length.
 */
export function agreementOf(clusters: Int32Array, classes: Int32Array): Agreement {
  const counts = countPairs(clusters, classes);
  const ofClusters = entropy([...counts.ofOne.values()], counts.rows);
  const ofClasses = entropy([...counts.ofOther.values()], counts.rows);
  const joint = entropy(counts.ofBoth, counts.rows);
  const mutual = Math.max(0, ofClusters + ofClasses - joint);
  const homogeneity = ofClasses === 0 ? 1 : Math.min(1, mutual / ofClasses);
  const completeness = ofClusters === 0 ? 1 : Math.min(1, mutual / ofClusters);
  const sum = homogeneity + completeness;
  return {
    homogeneity,
    completeness,
    vMeasure: sum === 0 ? 0 : (2 * homogeneity * completeness) / sum,
    nmi: Math.sqrt(homogeneity * completeness),
    adjustedRand: adjustedRand(counts),
  };
}

function countPairs(one: Int32Array, other: Int32Array): Counts {
  if (one.length !== other.length)
    throw new RangeError(`${one.length} and ${other.length} labels are not of the same rows.`);
  const ofOne = new Map<number, number>();
  const ofOther = new Map<number, number>();
  const pairs = new Map<number, Map<number, number>>();
  for (const [row, label] of one.entries()) {
    const second = other[row] ?? -1;
    ofOne.set(label, (ofOne.get(label) ?? 0) + 1);
    ofOther.set(second, (ofOther.get(second) ?? 0) + 1);
    const line = pairs.get(label) ?? new Map<number, number>();
    if (line.size === 0) pairs.set(label, line);
    line.set(second, (line.get(second) ?? 0) + 1);
  }
  const ofBoth = [...pairs.values()].flatMap((line) => [...line.values()]);
  return { rows: one.length, ofOne, ofOther, ofBoth };
}

/** In nats. */
const entropy = (counts: readonly number[], rows: number): number =>
  counts.reduce((sum, count) => sum - (count / rows) * Math.log(count / rows), 0);

const pairsIn = (counts: Iterable<number>): number => {
  let pairs = 0;
  for (const count of counts) pairs += (count * (count - 1)) / 2;
  return pairs;
};

function adjustedRand({ rows, ofOne, ofOther, ofBoth }: Counts): number {
  const all = pairsIn([rows]);
  const one = pairsIn(ofOne.values());
  const other = pairsIn(ofOther.values());
  const expected = all === 0 ? 0 : (one * other) / all;
  const most = (one + other) / 2;
  // Both labelings put all rows together, or each row on its own.
  return most === expected ? 1 : (pairsIn(ofBoth) - expected) / (most - expected);
}
