// Shares and means of messages in clusters: the messages of one conversation are not independent of each other.
import { twoSidedT } from "./distributions.ts";

/** A share (or mean) with its uncertainty. */
export interface Estimate {
  readonly value: number;
  /** Variance of the value, from the differences between clusters; never less than for independent messages. With one cluster, that least value. */
  readonly variance: number;
  /** Number of clusters of equal size that would carry as much information (Kish 1965): (Σ n)² / Σ n². */
  readonly clusters: number;
}

/** Shares of many places (topics, authors …) over the same messages, added cluster by cluster. */
export interface ShareSums {
  /** Adds messages of the current cluster to a place; −1 counts towards the total only. */
  add(place: number, messages: number): void;
  /** Ends the current cluster. */
  close(): void;
  /** Messages at a place so far. */
  at(place: number): number;
  readonly total: number;
  estimate(place: number): Estimate;
  /** Clusters that have messages at the place. */
  holders(place: number): number;
}

/**
 * Sums for the ratio estimator of a cluster sample (Cochran 1977, 11.8): with x of n messages in cluster c,
 * p = Σ x / Σ n and var p = m/(m−1) · Σ (x − p n)² / (Σ n)², m the effective number of clusters.
 */
export const openShares = (places: number): ShareSums => {
  const open = new Float64Array(places);
  const touched: number[] = [];
  let size = 0;
  const sum = new Float64Array(places);
  const squares = new Float64Array(places);
  const crossed = new Float64Array(places);
  const held = new Uint32Array(places);
  let total = 0;
  let sizes = 0;
  return {
    add: (place, messages) => {
      size += messages;
      if (place < 0 || messages === 0) return;
      if (open[place] === 0) touched.push(place);
      open[place] = (open[place] ?? 0) + messages;
    },
    close: () => {
      for (const place of touched) {
        const x = open[place] ?? 0;
        sum[place] = (sum[place] ?? 0) + x;
        squares[place] = (squares[place] ?? 0) + x * x;
        crossed[place] = (crossed[place] ?? 0) + x * size;
        held[place] = (held[place] ?? 0) + 1;
        open[place] = 0;
      }
      touched.length = 0;
      total += size;
      sizes += size * size;
      size = 0;
    },
    at: (place) => sum[place] ?? 0,
    get total() {
      return total;
    },
    holders: (place) => held[place] ?? 0,
    estimate: (place) => {
      const share = (sum[place] ?? 0) / total;
      const between =
        (squares[place] ?? 0) - 2 * share * (crossed[place] ?? 0) + share * share * sizes;
      const clusters = total === 0 ? 0 : (total * total) / sizes;
      const correction = clusters > 1 ? clusters / (clusters - 1) : 1;
      const robust = (correction * Math.max(0, between)) / (total * total);
      return { value: share, variance: Math.max(robust, (share * (1 - share)) / total), clusters };
    },
  };
};

/** Mean of a value over messages in clusters, added cluster by cluster; the same estimator with x the sum of values. */
export interface MeanSums {
  add(value: number): void;
  close(): void;
  readonly count: number;
  estimate(): Estimate;
  /** Standard deviation of the single values. */
  deviation(): number;
}

export const openMean = (): MeanSums => {
  let [size, x, count, clusters] = [0, 0, 0, 0];
  let [sum, valueSquares, squares, crossed, sizes] = [0, 0, 0, 0, 0];
  const deviation = () => {
    const mean = sum / count;
    return Math.sqrt(Math.max(0, (valueSquares - count * mean * mean) / (count - 1)));
  };
  return {
    add: (value) => {
      size++;
      x += value;
      valueSquares += value * value;
    },
    close: () => {
      if (size === 0) return;
      count += size;
      clusters++;
      sum += x;
      squares += x * x;
      crossed += x * size;
      sizes += size * size;
      size = 0;
      x = 0;
    },
    get count() {
      return count;
    },
    estimate: () => {
      const mean = sum / count;
      const between = squares - 2 * mean * crossed + mean * mean * sizes;
      const effective = clusters === 0 ? 0 : (count * count) / sizes;
      const correction = effective > 1 ? effective / (effective - 1) : 1;
      const robust = (correction * Math.max(0, between)) / (count * count);
      const plain = count > 1 ? deviation() ** 2 / count : Number.POSITIVE_INFINITY;
      return { value: mean, variance: Math.max(robust, plain), clusters: effective };
    },
    deviation,
  };
};

/**
 * Probability of a difference at least this large where there is none: Welch's t, its degrees of freedom from the clusters of each
 * side (Satterthwaite). `least` is a lower limit for the variance of the difference.
 */
export const differenceP = (a: Estimate, b: Estimate, least = 0): number => {
  const variance = Math.max(a.variance + b.variance, least);
  if (!(variance > 0) || !Number.isFinite(variance)) return 1;
  const part = ({ variance: own, clusters }: Estimate) => (own * own) / Math.max(1, clusters - 1);
  const degrees = (a.variance + b.variance) ** 2 / (part(a) + part(b));
  return twoSidedT(
    (a.value - b.value) / Math.sqrt(variance),
    Number.isFinite(degrees) ? Math.max(1, degrees) : 1000,
  );
};
