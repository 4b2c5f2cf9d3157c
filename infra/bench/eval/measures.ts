// Measures of a ranking (nDCG, recall, reciprocal rank), and the uncertainty of a difference between two.
import { mean } from "../measure.ts";

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

/** Standard error of the mean of paired differences; twice this value counts as noise. */
export const noise = (a: readonly number[], b: readonly number[]): number => {
  const differences = a.map((value, at) => value - (b[at] ?? 0));
  const centre = mean(differences);
  const variance =
    differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) /
    Math.max(1, differences.length - 1);
  return Math.sqrt(variance / Math.max(1, differences.length));
};
