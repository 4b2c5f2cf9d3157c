// Maximal marginal relevance: orders hits so that the first ones differ from each other. Pure.
import { dot } from "#services/domain/vectors.ts";

/**
 * Orders candidates so that each next one is relevant and unlike those chosen before:
 * argmax (1 − diversity) · relevance − diversity · max similarity to the chosen (Carbonell & Goldstein, SIGIR 1998).
 * Relevance is the score scaled to 0 … 1. Rows without a vector count as unlike all others.
 * @returns places in `scores`, all of them, in the new order.
 */
export const spread = (
  scores: readonly number[],
  vectorOf: (place: number) => Float32Array | undefined,
  diversity: number,
): number[] => {
  const best = Math.max(...scores);
  const worst = Math.min(...scores);
  const relevance = scores.map((score) => (best > worst ? (score - worst) / (best - worst) : 1));
  const vectors = scores.map((_, place) => vectorOf(place));
  // The largest similarity to any chosen candidate, updated as they are chosen: n² products in all instead of n³.
  const nearest = new Float64Array(scores.length);
  const left = new Set(scores.keys());
  const order: number[] = [];
  while (left.size > 0) {
    let chosen = -1;
    let value = -Infinity;
    for (const place of left) {
      const gain = (1 - diversity) * (relevance[place] ?? 0) - diversity * (nearest[place] ?? 0);
      if (gain > value) {
        value = gain;
        chosen = place;
      }
    }
    left.delete(chosen);
    order.push(chosen);
    const vector = vectors[chosen];
    if (vector === undefined) continue;
    for (const place of left) {
      const other = vectors[place];
      if (other !== undefined) nearest[place] = Math.max(nearest[place] ?? 0, dot(vector, other));
    }
  }
  return order;
};
