// Lowers hits of channels that lack words of the question: lines there are short, and one that shares only a few of its words with the question is about another task.
import { columns } from "./columns.ts";
import { channels } from "./conversations.ts";
import { massesOf } from "./mass.ts";
import { byId } from "./rank.ts";
import type { Asked, Place } from "./ranking.ts";
import type { United } from "./unite.ts";

/** The share of its score that a hit keeps without any word of the question. */
const KEPT = 0.5;

interface Hit {
  readonly place: Place;
  readonly at: number;
}

/** Factors of the hits of one collection. */
const factorsOf = (asked: Asked, hits: readonly Hit[]): readonly number[] => {
  const { searcher, known } = asked;
  const words = massesOf(known, searcher);
  const whole = words.reduce((sum, { mass }) => sum + mass, 0);
  const found = hits.map(({ place }) => place.found);
  if (whole === 0) return found.map(() => 1);
  const masses = searcher.massOf(words, found);
  return searcher
    .read(found, [columns.source])
    .map((row, at) =>
      channels.has(String(row[columns.source]))
        ? KEPT + (1 - KEPT) * ((masses[at] ?? 0) / whole)
        : 1,
    );
};

/** The hits in their new order. */
export const covered = (
  asked: readonly Asked[],
  hits: readonly United[],
  placeOf: (key: number) => Place | undefined,
): readonly United[] => {
  const factors = new Float64Array(hits.length).fill(1);
  for (const one of asked) {
    const own = hits.flatMap(({ fused }, at): Hit[] => {
      const place = placeOf(fused.key);
      return place?.asked === one ? [{ place, at }] : [];
    });
    for (const [at, factor] of factorsOf(one, own).entries()) {
      const hit = own[at];
      if (hit !== undefined) factors[hit.at] = factor;
    }
  }
  return hits
    .map(({ fused, keys }, at) => ({
      keys,
      fused: { ...fused, score: fused.score * (factors[at] ?? 1) },
    }))
    .sort((a, b) => b.fused.score - a.fused.score || byId(a.fused, b.fused));
};
