import { KK } from "#index-store/grouped.ts";
// Conversations as whole texts: a hit is lifted by how well all of its conversation's words match the question.
import type { RowSet } from "#index-store/index-store.ts";
import { columns } from "./columns.ts";
import { byId, standardised } from "./rank.ts";
import type { Asked, Place, Ranking } from "./ranking.ts";
import type { United } from "./unite.ts";

const knob = (name: string, value: number) => Number(process.env[name] ?? value);
export const KNOBS = {
  weight: knob("K_WEIGHT", 0.8),
  depth: knob("K_DEPTH", 100),
  reps: knob("K_REPS", 30),
  power: 1,
  max: 20, cp: 0,  sp: 1, 
  bySpread: 0,
  most: knob("K_MOST", 4000),
};

interface Whole {
  readonly rows: RowSet | undefined;
  readonly gains: ReadonlyMap<string, number>;
}

export const openConversations = (ranking: Ranking) => {
  let known: ReadonlyMap<Asked, Whole> | undefined;
  const find = (): ReadonlyMap<Asked, Whole> => {
    if (ranking.mode === "semantic") return new Map();
    const each = ranking.asked.map((asked) => ({
      asked,
      ...asked.searcher.lexicalGroups(asked.plan.words, {
        column: columns.conversation,
        of: asked.searcher.select(undefined),
        mostWords: KNOBS.most,
        k: KNOBS.depth,
      }),
    }));
    const all = each
      .flatMap(({ asked, found }) => found.map((one) => ({ asked, ...one })))
      .sort((a, b) => b.score - a.score)
      .slice(0, KNOBS.depth);
    const spread = Math.max(0, ...each.map((one) => one.spread));
    const factor = KNOBS.bySpread > 0 ? (Math.min(KNOBS.max, KNOBS.bySpread * spread ** KNOBS.sp * KK.c ** KNOBS.cp)) : 1;
    const gains = standardised(all).map((gain) => factor * 3 * (gain / 3) ** KNOBS.power);
    const wholes = new Map<Asked, { rows: RowSet | undefined; gains: Map<string, number> }>();
    for (const { asked, found, rows } of each)
      wholes.set(asked, { rows: found.length > 0 ? rows : undefined, gains: new Map() });
    for (const [at, { asked, value }] of all.entries())
      wholes.get(asked)?.gains.set(value, gains[at] ?? 0);
    return wholes;
  };
  const wholes = () => (known ??= find());
  return {
    rowsOf: (asked: Asked): RowSet | undefined => wholes().get(asked)?.rows,
    lifted: (hits: readonly United[], placeOf: (key: number) => Place | undefined) => {
      if (KNOBS.weight === 0) return hits;
      return hits
        .map((hit) => {
          const place = placeOf(hit.fused.key);
          const gains = place && wholes().get(place.asked)?.gains;
          if (!place || !gains || gains.size === 0) return hit;
          const [row] = place.asked.searcher.read([place.found], [columns.conversation]);
          const gain = gains.get(String(row?.[columns.conversation])) ?? 0;
          return { ...hit, fused: { ...hit.fused, score: hit.fused.score + KNOBS.weight * gain } };
        })
        .sort((a, b) => b.fused.score - a.fused.score || byId(a.fused, b.fused));
    },
  };
};
