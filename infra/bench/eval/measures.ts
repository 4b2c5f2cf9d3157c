// Measures of a ranking (nDCG, recall, reciprocal rank), and the uncertainty of a difference between two.
import { seededRandom } from "#index-store/kmeans/random.ts";

/** Relevance by document; missing documents have 0. */
export type Grades = ReadonlyMap<string, number>;

const gain = (grade: number): number => 2 ** grade - 1;
const discount = (place: number): number => 1 / Math.log2(place + 2);

/** nDCG@k with gain 2^grade − 1 (Burges et al., ICML 2005). */
export const ndcg = (ranked: readonly string[], grades: Grades, k = 10): number => {
  const ideal = [...grades.values()]
    .toSorted((a, b) => b - a)
    .slice(0, k)
    .reduce((sum, grade, place) => sum + gain(grade) * discount(place), 0);
  const found = ranked
    .slice(0, k)
    .reduce((sum, id, place) => sum + gain(grades.get(id) ?? 0) * discount(place), 0);
  return ideal > 0 ? found / ideal : 0;
};

const relevant = (grades: Grades): string[] =>
  [...grades].filter(([, grade]) => grade > 0).map(([id]) => id);

/** Share of the relevant documents among the first k, of as many as k places can hold. */
export const recall = (ranked: readonly string[], grades: Grades, k = 10): number => {
  const wanted = relevant(grades);
  const first = new Set(ranked.slice(0, k));
  return wanted.filter((id) => first.has(id)).length / Math.min(k, wanted.length);
};

export const reciprocalRank = (ranked: readonly string[], grades: Grades): number => {
  const place = ranked.findIndex((id) => (grades.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
};

const RESAMPLES = 2000;

/**
 * The middle 95 % of the mean of paired differences a − b, by the paired bootstrap (Efron and Tibshirani 1993) with a fixed seed:
 * a is better where all of it is above 0.
 */
export const bootstrap = (
  a: readonly number[],
  b: readonly number[],
): { readonly low: number; readonly high: number } => {
  const differences = a.map((value, at) => value - (b[at] ?? 0));
  const random = seededRandom(1);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < differences.length; drawn++)
      sum += differences[Math.floor(random() * differences.length)] ?? 0;
    return sum / Math.max(1, differences.length);
  }).sort((one, other) => one - other);
  return {
    low: means[Math.floor(RESAMPLES * 0.025)] ?? 0,
    high: means[Math.floor(RESAMPLES * 0.975)] ?? 0,
  };
};
