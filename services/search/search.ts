// The door of search: a question → ranked hits of one collection, several or all, with facets and a cursor.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
import { setImmediate } from "node:timers/promises";
import { IndexError, type RowSet } from "#index-store/index-store.ts";
import type { Answer, AnswerRequest } from "#services/contract/answers.ts";
import {
  type Hit,
  type SearchAnswer,
  type SearchMode,
  type SearchRequest,
  searchRequest,
} from "#services/contract/search.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { substanceOf } from "#services/text/text.ts";
import {
  type AskDeps,
  type Asking,
  asksForMe,
  openAskOne,
  type TargetCollection,
} from "./ask-one.ts";
import type { Asked } from "./asked.ts";
import { openByWords } from "./by-words.ts";
import { hashQuestion, MOST_HITS, printCursor, readCursor } from "./cursor.ts";
import { damageNotice } from "./damage-notice.ts";
import { countFacets } from "./facets.ts";
import { understoodFilters } from "./filters.ts";
import { countedByWords, coverageOf } from "./mass.ts";
import { noticesOfMe, peopleOf } from "./me.ts";
import { modeOf, wishedMode } from "./mode.ts";
import { noMatchOf, unknownWords } from "./no-match.ts";
import { type Ordered, orderPage } from "./order.ts";
import { passagesOf, quotesOf } from "./passages.ts";
import { isListing, parseQuestion, type Question } from "./query.ts";
import { FIRST_DEPTH, type OpenRanking, openRanking } from "./ranking.ts";
import type { Remembered } from "./remembered.ts";
import { searchedUnits } from "./searched-units.ts";
import { type HitRows, openShow } from "./show.ts";
import { openPlaces, sidesOf } from "./sides.ts";
import { corrected, type Expansion } from "./terms.ts";
import type { Exchange } from "./unite.ts";
import { nearnessTo, openVectors } from "./vectors.ts";
import { semanticShare } from "./weights.ts";

export { isForMe, type TargetCollection } from "./ask-one.ts";
export type { Groups, GroupsWanted, GroupTopic } from "./groups.ts";
export { openLru } from "./lru.ts";
export { eachByName, namedPeople } from "./people-filter.ts";
export { openRemembered, type Remembered } from "./remembered.ts";
export type { HitRow, HitRows } from "./show.ts";
export type { Exchange } from "./unite.ts";

/** The collections that a question is put to. */
export interface Target {
  readonly collections: readonly TargetCollection[];
  /** True for a question to one collection by its URL: the answer then has its `version`. */
  readonly one: boolean;
}

export interface SearchDeps extends AskDeps {
  /**
   * Where it fails, questions are answered by words only, with a notice.
   * @param model its name; undefined for the default one
   */
  readonly embedder: (model: string | undefined) => Promise<Embedder>;
  readonly rows: HitRows;
  /** The exchanges that these chunks are of, by chunk; the ids of others are left out. */
  readonly exchangesOf: (chunks: readonly string[]) => Promise<ReadonlyMap<string, KeptExchange>>;
}

export interface Search {
  /**
   * Answers a question. Never fails for anything typed: what is not understood is reported in `notices`.
   * @throws ParlanceError rejected `bad-cursor` | `unknown-version` | `version-of-several` | `unknown-chunk`.
   */
  search(request: SearchRequest, target: Target): Promise<SearchAnswer>;
  /** Passages that answer a question; none where no hit is certain enough. Throws as `search` does. */
  answer(request: AnswerRequest, target: Target): Promise<Omit<Answer, "canWrite">>;
  /** Only the ids and scores of the chunks that `search` would show, best first, as many as `request.limit` says. */
  ranked(request: SearchRequest, target: Target): Promise<{ chunk: string; score: number }[]>;
}

/** An exchange as the rows have it. */
export interface KeptExchange {
  readonly members: readonly string[];
  readonly isAnswered: boolean;
  /** The beginning of the best answer, where a person gave it: what an assistant answers is not looked into. */
  readonly best: string | null;
}

const asExchange = ({ members, isAnswered, best }: KeptExchange): Exchange => ({
  members,
  answer: !isAnswered ? "none" : best === null ? "given" : substanceOf(best),
});

const NO_MODEL = "The embedding model is not available right now: searched by words only.";
const NO_VECTORS =
  "The server that searches by meaning is not available right now: searched by words only.";

/** The model that most of these collections have: one question is compared with the vectors of one model. */
const modelOf = (collections: readonly TargetCollection[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const { model } of collections)
    if (model !== null) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
};

/** Hits that passages are taken of. */
const PASSAGES_FROM = 10;

interface Prepared {
  readonly asked: readonly Asked[];
  readonly question: Question;
  readonly mode: SearchMode;
  readonly units: readonly ChunkUnit[];
  readonly ranking: OpenRanking;
  readonly listing: boolean;
  readonly vector: Float32Array | undefined;
  readonly expansions: readonly Expansion[];
  readonly notices: readonly string[];
}

export const openSearch = (deps: SearchDeps, remembered: Remembered): Search => {
  const vectors = openVectors(remembered.questions);
  const show = openShow(deps.rows, remembered.sentences);

  const askOne = openAskOne(deps, remembered.floors);

  const exchangesOf = async (chunks: readonly string[]) => {
    const { exchanges } = remembered;
    const known = new Map<string, Exchange>();
    const unknown: string[] = [];
    for (const chunk of chunks) {
      const exchange = exchanges.get(chunk);
      if (exchange === undefined) unknown.push(chunk);
      else known.set(chunk, exchange);
    }
    if (unknown.length > 0)
      for (const [chunk, exchange] of await deps.exchangesOf(unknown)) {
        const made = asExchange(exchange);
        exchanges.set(chunk, made);
        known.set(chunk, made);
      }
    return known;
  };

  const prepare = async (target: Target, typed: Omit<Asking, "mode">): Promise<Prepared> => {
    const asking: Asking = { ...typed, mode: modeOf(typed.request, target.collections) };
    const { request, question, embedder } = asking;
    const pinned = asking.cursor && new Set(asking.cursor.versions.map(([id]) => id));
    const wanted = target.collections.filter(({ id }) => pinned?.has(id) ?? true);
    const isForMe = asksForMe(request, question);
    const people = await peopleOf(deps, wanted, isForMe);
    const found = await Promise.all(people.map((one, place) => askOne({ ...one, place }, asking)));
    const asked = found.filter((one) => one !== null);
    const notices = [
      ...question.notices,
      ...target.collections
        .filter(({ id }) => !asked.some(({ collection }) => collection.id === id) && !pinned)
        .map(({ name }) => `“${name}” has nothing indexed yet.`),
      ...asked.flatMap(({ searcher: { degraded }, collection }) =>
        degraded === null ? [] : [`“${collection.name}”: ${damageNotice(degraded)}`],
      ),
    ];
    if (isForMe) notices.push(...noticesOfMe(asked));
    const listing = isListing(question) && request.like === undefined;
    const wish = wishedMode(asking, asked);
    notices.push(...wish.notices);
    const expansions = listing ? [] : commonExpansions(asked);
    const text = corrected(question.text, expansions, embedder);
    const meant =
      wish.mode === "lexical" || listing || embedder === undefined
        ? undefined
        : vectors.of({ text, like: request.like, asked, embedder });
    const units = searchedUnits(request, question);
    const sides = sidesOf(asked);
    const places = openPlaces(new Set(request.like === undefined ? [] : [request.like]));
    const words = openByWords(sides, places);
    // It is awaited below; if searching by words fails first, that is the failure to tell.
    meant?.catch(() => undefined);
    // Another thread embeds the question; meanwhile this one searches by words.
    if (wish.mode === "hybrid" && !listing)
      for (const unit of units) words.best(unit, FIRST_DEPTH[unit]);
    const vector = await meant;
    // A text without a token that the model knows has no meaning to search for.
    const mode = vector === undefined && !listing ? "lexical" : wish.mode;
    if (mode !== wish.mode && embedder !== undefined)
      notices.push("The embedding model knows none of these words: searched by words only.");
    const ranking = openRanking({
      asked,
      mode,
      vector,
      fusion: {
        method: request.fusion,
        semanticWeight: request.semanticWeight ?? semanticShare(question),
      },
      units,
      sides,
      places,
      words,
      exchangesOf,
    });
    return { asked, question, mode, units, ranking, listing, vector, expansions, notices };
  };

  /** Rows that match, by collection, for facets and totals. */
  const matchingRows = async ({ asked, mode, listing, ranking }: Prepared) => {
    if (listing)
      return {
        rows: asked.map(({ searcher, within }) => within ?? searcher.select(undefined)),
        isExact: true,
      };
    const nearest = mode === "lexical" ? [] : await ranking.counted();
    const ids = asked.map((): string[] => []);
    let sure = 0;
    for (const { key, score } of nearest) {
      const place = ranking.placeOf(key);
      if (place === undefined || score < place.asked.sure) continue;
      sure += 1;
      ids[asked.indexOf(place.asked)]?.push(place.found.id);
    }
    const rows = asked.map((one, at): RowSet => {
      const byMeaning = one.searcher.rowsOf(ids[at] ?? []);
      if (mode === "semantic") return byMeaning;
      const byWords = countedByWords(one);
      return mode === "lexical" ? byWords : one.searcher.union([byWords, byMeaning]);
    });
    // Where all of the nearest are near enough, more may be that were not looked at.
    return { rows, isExact: sure === 0 || sure < nearest.length };
  };

  /** Where the vectors cannot be searched right now, words answer, unless only meaning was asked for. */
  const orByWords = async <T>(
    { mode, like }: SearchRequest,
    { collections }: Target,
    answer: (means: Pick<Asking, "embedder" | "wordsOnly">) => Promise<T>,
  ): Promise<T> => {
    const embedder = await deps.embedder(modelOf(collections)).catch((): undefined => undefined);
    try {
      return await answer({ embedder, wordsOnly: NO_MODEL });
    } catch (error) {
      const isLost = error instanceof IndexError && error.code === "unavailable";
      if (!isLost || embedder === undefined || mode === "semantic" || like !== undefined)
        throw error;
      return answer({ embedder: undefined, wordsOnly: NO_VECTORS });
    }
  };

  /** A page of hits, and what they were found with. */
  const found = (request: SearchRequest, target: Target) =>
    orByWords(request, target, (means) => foundBy(means, request, target));

  const foundBy = async (
    means: Pick<Asking, "embedder" | "wordsOnly">,
    request: SearchRequest,
    target: Target,
  ) => {
    const began = performance.now();
    checkVersion(request, target);
    const { limit, cursor: typedCursor, ...rest } = request;
    // To all collections it stays the same question where one is made, renamed or deleted between two pages.
    const only = target.one ? target.collections.map(({ id }) => id) : null;
    const hash = hashQuestion({ ...rest, target: only });
    const cursor = typedCursor === undefined ? undefined : readCursor(typedCursor, hash);
    const question = parseQuestion(request.query, deps.now());
    const { embedder } = means;
    const prepared = await prepare(target, { request, question, cursor, ...means });
    const { asked, mode, listing, vector, ranking } = prepared;
    const meaning = vector && embedder && { vector, embedder };
    const byTime = listing || request.sort !== "relevance";
    const counted = request.facets || byTime;
    const matching = counted ? await matchingRows(prepared) : undefined;
    const rows = matching?.rows;
    const offset = cursor?.offset ?? 0;
    const page: Ordered = await orderPage(
      { asked, ranking, rows, listing },
      { request, offset, mode },
    );
    const facets = async () => {
      if (!request.facets || rows === undefined) return null;
      // By the next turn of the event loop the hits are read and their sentences are with the embedder, which is another thread.
      await setImmediate();
      return countFacets(asked.map((one, at) => ({ ...one, rows: rows[at], within: one.within })));
    };
    const [hits, counts] = await Promise.all([
      show.hits(page.picked, { context: request.context, meaning }),
      facets(),
    ]);
    const versions = asked.map(
      ({ collection, searcher }) => [collection.id, searcher.version.number] as const,
    );
    const answer: SearchAnswer = {
      versions: versions.map(([collection, version]) => ({ collection, version })),
      version: target.one ? (versions[0]?.[1] ?? null) : null,
      mode,
      total: rows?.reduce((sum, { count }) => sum + count, 0) ?? page.atLeast,
      totalIsExact: matching?.isExact ?? false,
      hits,
      facets: counts,
      nextCursor:
        page.more && offset + limit <= MOST_HITS
          ? printCursor({ versions, offset: offset + limit }, hash)
          : null,
      understood: {
        words: [...question.words, ...question.required, ...question.prefixes.map((p) => `${p}*`)],
        phrases: [...question.phrases],
        excluded: [...question.excluded],
        filters: understoodFilters(question.operators, request.filters ?? {}),
        units: [...prepared.units],
        expansions: prepared.expansions.map(({ word, to, isKnown }) => ({
          word,
          to: [...to],
          isKnown,
        })),
        unknown: listing ? [] : unknownWords(asked, hits),
      },
      noMatch: noMatchOf(question, asked, {
        hits: offset + hits.length,
        tooFar: !byTime && ranking.isAllTooFar(),
        units: prepared.units,
      }),
      notices: [...prepared.notices],
      tookMs: Math.round((performance.now() - began) * 1000) / 1000,
    };
    return { answer, asked, meaning };
  };

  return {
    ranked: (request, target) =>
      orByWords(request, target, async (means) => {
        const question = parseQuestion(request.query, deps.now());
        const prepared = await prepare(target, { request, question, cursor: undefined, ...means });
        const { asked, mode, listing, ranking } = prepared;
        const rows = listing ? (await matchingRows(prepared)).rows : undefined;
        const { picked } = await orderPage(
          { asked, ranking, rows, listing },
          { request, offset: 0, mode },
        );
        return picked.map(({ chunk, fused }) => ({ chunk, score: fused.score }));
      }),
    search: async (request, target) => (await found(request, target)).answer,
    async answer({ limit: most, ...request }, target) {
      const {
        answer: page,
        asked,
        meaning,
      } = await found(
        searchRequest.parse({ ...request, facets: false, context: 0, limit: PASSAGES_FROM }),
        target,
      );
      const known = new Map(
        asked.map((one) => [one.collection.id, { sure: one.sure, coverage: coverageOf(one) }]),
      );
      const coverage = (text: string, { collection }: Hit) =>
        known.get(collection)?.coverage(text) ?? 0;
      const quotes = quotesOf(page.hits, {
        coverage,
        sure: ({ collection }) => known.get(collection)?.sure ?? -1,
      });
      const nearness = await nearnessTo(
        meaning,
        quotes.flatMap(({ asked: question, passage }) => [question, passage.text]),
      );
      const passages = passagesOf(quotes, most, { coverage, nearness });
      const { noMatch, notices, tookMs } = page;
      return { passages, noMatch, notices, tookMs };
    },
  };
};

const checkVersion = (request: SearchRequest, target: Target): void => {
  if (request.version !== undefined && target.collections.length !== 1)
    throw rejected("A version belongs to one collection, but several collections were asked.", {
      code: "version-of-several",
      hint: "Name one collection, or leave the version out.",
    });
};

/** Words that are in none of the collections asked, with the most likely known ones. */
const commonExpansions = (asked: readonly Asked[]): Expansion[] => {
  const [first, ...others] = asked
    .toSorted((a, b) => b.searcher.rows - a.searcher.rows)
    .map(({ plan }) => plan.expansions);
  return (first ?? []).filter(({ word }) =>
    others.every((known) => known.some((one) => one.word === word)),
  );
};
