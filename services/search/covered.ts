// Lowers hits of channels that lack words of the question: lines there are short, and one that shares only a few of its words with the question is about another task.
import { talkSources } from "#services/domain/conversation.ts";
import { isExchangeId } from "#services/domain/ids.ts";
import type { Asked, Place } from "./asked.ts";
import { columns } from "./columns.ts";
import { massesOf } from "./mass.ts";
import { byId } from "./rank.ts";
import type { United } from "./unite.ts";

/** The share of its score that a hit keeps without any word of the question. */
const KEPT = 0.3;

/** A hit's place among those given, and the rows that it stands for. */
interface Hit {
  readonly at: number;
  /** The row that shows it, then the others. */
  readonly places: readonly Place[];
}

/**
 * The share of the question that hits hold: half of it counted in all of their lines, half in the best single message, because in a
 * long exchange the words may stand in lines about different things.
 */
const sharesOf = ({ searcher, known }: Asked, hits: readonly Hit[]): readonly number[] => {
  const words = massesOf(known, searcher);
  const whole = words.reduce((sum, { mass }) => sum + mass, 0);
  if (whole === 0) return hits.map(() => 1);
  const masses = searcher.massOf(
    words,
    hits.flatMap(({ places }) => places.map(({ found }) => found)),
  );
  let from = 0;
  return hits.map(({ places }) => {
    const all = masses[from] ?? 0;
    let single = 0;
    for (const [at, { found }] of places.entries())
      if (!isExchangeId(found.id)) single = Math.max(single, masses[from + at] ?? 0);
    from += places.length;
    return (all + single) / (2 * whole);
  });
};

const factorsOf = (asked: Asked, hits: readonly Hit[]): readonly number[] => {
  const rows = asked.searcher.read(
    hits.flatMap(({ places: [first] }) => first?.found ?? []),
    [columns.source],
  );
  const inChannel = hits.filter((_, at) => talkSources.has(String(rows[at]?.[columns.source])));
  if (inChannel.length === 0) return hits.map(() => 1);
  const shares = new Map(
    sharesOf(asked, inChannel).map((share, at) => [inChannel[at], KEPT + (1 - KEPT) * share]),
  );
  return hits.map((hit) => shares.get(hit) ?? 1);
};

/** The hits in their new order. */
export const covered = (
  asked: readonly Asked[],
  hits: readonly United[],
  placeOf: (key: number) => Place | undefined,
): readonly United[] => {
  const factors = new Float64Array(hits.length).fill(1);
  for (const one of asked) {
    const own = hits.flatMap(({ fused, keys }, at): Hit[] => {
      const first = placeOf(fused.key);
      if (first?.asked !== one) return [];
      const others = keys.flatMap((key) => (key === fused.key ? [] : (placeOf(key) ?? [])));
      return [{ at, places: [first, ...others] }];
    });
    for (const [at, factor] of factorsOf(one, own).entries()) {
      const hit = own[at];
      if (hit !== undefined) factors[hit.at] = factor;
    }
  }
  return hits
    .map((hit, at) => ({
      ...hit,
      fused: { ...hit.fused, score: hit.fused.score * (factors[at] ?? 1) },
    }))
    .sort((a, b) => b.fused.score - a.fused.score || byId(a.fused, b.fused));
};
