// One page of the rows found: by relevance (grouped, diversified) or by time.
import type { RowSet } from "#index-store/index-store.ts";
import type { SearchMode, SearchRequest } from "#services/contract/search.ts";
import type { Asked } from "./asked.ts";
import { compare, firstByTime, type TimedRow } from "./by-time.ts";
import { columns } from "./columns.ts";
import { groupBy } from "./group.ts";
import { spread } from "./mmr.ts";
import type { Fused } from "./rank.ts";
import { type OpenRanking, SEMANTIC_DEPTH } from "./ranking.ts";
import type { Picked } from "./show.ts";

export interface Found {
  readonly asked: readonly Asked[];
  readonly ranking: OpenRanking;
  /** Rows that match, by collection; needed for sorting by time. */
  readonly rows: readonly RowSet[] | undefined;
  readonly listing: boolean;
}

export interface Wanted {
  readonly request: SearchRequest;
  readonly offset: number;
  readonly mode: SearchMode;
}

export interface Ordered {
  readonly picked: readonly Picked[];
  readonly more: boolean;
  /** A lower bound of the number of matching rows. */
  readonly atLeast: number;
}

/** Number of rows that diversity reorders; the rows after them follow by relevance. */
const SPREAD_DEPTH = 100;
/**
 * Rows that are looked at for the conversations of a first page, and further ones for each hit before a later page. Without a bound, a
 * frequent word in a collection of fewer conversations than a page has room for would be ranked to its last row: 0.65 s of processor
 * time for 20,000 messages of one conversation, instead of 0.08, and more with each message.
 */
const GROUPED_DEPTH = 1000;
const GROUPED_PER_HIT = 20;

export const orderPage = (found: Found, wanted: Wanted): Promise<Ordered> =>
  found.listing || wanted.request.sort !== "relevance"
    ? pageByTime(found, wanted)
    : pageByRelevance(found, wanted);

const pickedOf = (ranking: OpenRanking, fused: Fused): Picked[] => {
  const place = ranking.placeOf(fused.key);
  return place === undefined ? [] : [{ asked: place.asked, chunk: place.found.id, fused, more: 0 }];
};

/** The key of each row's conversation, unique over all collections. */
const conversationOf = (ranking: OpenRanking, ranked: readonly Fused[]) => {
  const names = new Map<number, string>();
  const byAsked = new Map<Asked, Fused[]>();
  for (const fused of ranked) {
    const asked = ranking.placeOf(fused.key)?.asked;
    if (asked !== undefined) byAsked.set(asked, [...(byAsked.get(asked) ?? []), fused]);
  }
  for (const [asked, of] of byAsked) {
    const hits = of.flatMap(({ key }) => ranking.placeOf(key)?.found ?? []);
    const read = asked.searcher.read(hits, [columns.conversation]);
    for (const [at, { key }] of of.entries())
      names.set(key, `${asked.place}:${read[at]?.[columns.conversation] ?? key}`);
  }
  return (fused: Fused): string => names.get(fused.key) ?? String(fused.key);
};

const spreadFirst = (picked: readonly Picked[], diversity: number): Picked[] => {
  const head = picked.slice(0, SPREAD_DEPTH);
  const order = spread(
    head.map(({ fused }) => fused.score),
    (place) => {
      const one = head[place];
      if (one === undefined) return undefined;
      const { searcher, exchanges } = one.asked;
      return (exchanges?.searcher ?? searcher).vector(one.chunk);
    },
    diversity,
  );
  return [...order.flatMap((place) => head[place] ?? []), ...picked.slice(SPREAD_DEPTH)];
};

const pageByRelevance = async (
  { ranking }: Found,
  { request, offset }: Wanted,
): Promise<Ordered> => {
  const end = offset + request.limit;
  // Grouping and diversity are computed over at least 100 rows, so that the first pages are consistent with each other.
  const least =
    request.groupByConversation || request.diversity > 0
      ? Math.max(SPREAD_DEPTH, end + 1)
      : end + 1;
  const most = Math.max(least, GROUPED_DEPTH + offset * GROUPED_PER_HIT);
  let ranked: readonly Fused[] = [];
  let picked: Picked[] = [];
  for (let depth = least; ; depth = Math.min(most, depth * 2)) {
    const first = await ranking.first(depth);
    ranked = first.ranked;
    picked = request.groupByConversation
      ? groupBy(ranked, conversationOf(ranking, ranked)).flatMap(({ best, more }) =>
          pickedOf(ranking, best).map((one) => ({ ...one, more })),
        )
      : ranked.flatMap((fused) => pickedOf(ranking, fused));
    if (first.exhausted || picked.length > end || depth >= most) break;
  }
  const ordered = request.diversity > 0 ? spreadFirst(picked, request.diversity) : picked;
  return {
    picked: ordered.slice(offset, end),
    more: ordered.length > end,
    atLeast: ranked.length,
  };
};

/** The rows to sort by time: all that match the words; or, since every row matches a meaning more or less, the nearest ones. */
const timedRows = async (
  { asked, ranking, rows, listing }: Found,
  mode: SearchMode,
): Promise<{ sets: readonly (RowSet | undefined)[]; fused: ReadonlyMap<string, Fused> }> => {
  const fused = new Map<string, Fused>();
  if (listing || mode === "lexical") return { sets: rows ?? [], fused };
  const { ranked } = await ranking.first(SEMANTIC_DEPTH);
  const ids = asked.map((): string[] => []);
  for (const one of ranked.slice(0, SEMANTIC_DEPTH)) {
    const place = ranking.placeOf(one.key);
    if (place === undefined) continue;
    fused.set(`${place.asked.place}:${place.found.id}`, one);
    ids[asked.indexOf(place.asked)]?.push(place.found.id);
  }
  return { sets: asked.map((one, at) => one.searcher.rowsOf(ids[at] ?? [])), fused };
};

const pageByTime = async (found: Found, { request, offset, mode }: Wanted): Promise<Ordered> => {
  const newest = request.sort !== "oldest";
  const end = offset + request.limit;
  const { sets, fused } = await timedRows(found, mode);
  const timed = await Promise.all(
    found.asked.map(async (asked, at) => {
      const set = sets[at];
      if (set === undefined) return [];
      const rows = await firstByTime(asked.searcher, set, { count: end + 1, newest });
      return rows.map((row) => ({ asked, row }));
    }),
  );
  const ordered = timed.flat().sort((a, b) => compare(a.row, b.row, newest));
  const picked = ordered.slice(offset, end).map(
    ({ asked, row }): Picked => ({
      asked,
      chunk: row.found.id,
      fused: fused.get(`${asked.place}:${row.found.id}`) ?? unranked(row.found),
      more: 0,
    }),
  );
  return {
    picked,
    more: ordered.length > end,
    atLeast: sets.reduce((sum, set) => sum + (set?.count ?? 0), 0),
  };
};

const unranked = ({ ordinal, id }: TimedRow["found"]): Fused => ({
  key: ordinal,
  id,
  score: 0,
  semanticRank: null,
  lexicalRank: null,
  similarity: null,
  bm25: null,
});
