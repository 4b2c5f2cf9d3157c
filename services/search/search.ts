// The door of search: a question → ranked hits of one collection, several or all, with facets and a cursor.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
import { IndexError, type RowSet, type Searcher } from "#index-store/index-store.ts";
import type { SearchAnswer, SearchMode, SearchRequest } from "#services/contract/search.ts";
import { rejected } from "#services/domain/errors.ts";
import type { Embedder } from "#services/embed/embed.ts";
import { type Cursor, hashQuestion, printCursor, readCursor } from "./cursor.ts";
import { damageNotice } from "./damage-notice.ts";
import { countFacets } from "./facets.ts";
import { allOf, filterOfOperators, filterOfRequest, understoodFilters } from "./filters.ts";
import { type Groups, type GroupsWanted, groupRows, wantedGroups } from "./groups.ts";
import { languagesOf } from "./languages.ts";
import { type Ordered, orderPage } from "./order.ts";
import { isListing, parseQuestion, type Question } from "./query.ts";
import { type Asked, openRanking } from "./ranking.ts";
import type { Remembered } from "./remembered.ts";
import { type HitRows, openShow } from "./show.ts";
import { corrected, type Expansion, planTerms } from "./terms.ts";
import { openVectors } from "./vectors.ts";
import { semanticShare } from "./weights.ts";

export type { Groups, GroupsWanted, GroupTopic } from "./groups.ts";
export { openLru } from "./lru.ts";
export { openRemembered, type Remembered } from "./remembered.ts";
export type { HitRow, HitRows } from "./show.ts";

/** A collection that may be asked. */
export interface TargetCollection {
  readonly id: string;
  readonly name: string;
  /** Fingerprint of the model of its vectors; null before the first batch. */
  readonly modelFingerprint: string | null;
  /** Lexical where the model was not made for the collection's language. */
  readonly defaultMode: SearchMode;
}

/** The collections that a question is put to. */
export interface Target {
  readonly collections: readonly TargetCollection[];
  /** True for a question to one collection by its URL: the answer then has its `version`. */
  readonly one: boolean;
}

export interface SearchDeps {
  /** Where it fails, questions are answered by words only, with a notice. */
  readonly embedder: () => Promise<Embedder>;
  /** A searcher of a collection's index; null before its first version. */
  readonly searcher: (collection: string, address?: string | number) => Promise<Searcher | null>;
  readonly rows: HitRows;
  /** Ids of the conversations whose title contains these words. */
  readonly titled: (collection: string, title: string) => Promise<readonly string[]>;
  /** Topics and labels of a collection for this searcher; null where it has no analysis. */
  readonly groups: (
    collection: string,
    searcher: Searcher,
    wanted: GroupsWanted,
  ) => Promise<Groups | null>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Search {
  /**
   * Answers a question. Never fails for anything typed: what is not understood is reported in `notices`.
   * @throws ParlanceError rejected `bad-cursor` | `unknown-version` | `version-of-several` | `unknown-chunk`.
   */
  search(request: SearchRequest, target: Target): Promise<SearchAnswer>;
  /** Only the ids and scores of the chunks that `search` would show, best first, as many as `request.limit` says. */
  ranked(request: SearchRequest, target: Target): Promise<{ chunk: string; score: number }[]>;
}

interface Prepared {
  readonly asked: readonly Asked[];
  readonly question: Question;
  readonly mode: SearchMode;
  readonly listing: boolean;
  readonly vector: Float32Array | undefined;
  readonly expansions: readonly Expansion[];
  readonly notices: readonly string[];
}

export const openSearch = (deps: SearchDeps, remembered: Remembered): Search => {
  const vectors = openVectors(remembered.questions);
  const show = openShow(deps.rows, remembered.sentences);

  const searcherOf = async (id: string, address: string | number | undefined) => {
    try {
      return await (address === undefined ? deps.searcher(id) : deps.searcher(id, address));
    } catch (error) {
      if (!(error instanceof IndexError) || error.code !== "unknown-version") throw error;
      throw rejected(`There is no version ${address} of this collection (any more).`, {
        code: "unknown-version",
        status: 404,
        hint: "Ask without a version for the newest one; GET /collections/{id}/versions lists them.",
        cause: error,
      });
    }
  };

  const addressOf = (id: string, request: SearchRequest, cursor: Cursor | undefined) =>
    cursor?.versions.find(([collection]) => collection === id)?.[1] ?? request.version;

  const prepareOne = async (
    collection: TargetCollection,
    place: number,
    { request, question, cursor, embedder }: Asking,
  ): Promise<Asked | null> => {
    const searcher = await searcherOf(collection.id, addressOf(collection.id, request, cursor));
    if (searcher === null) return null;
    const titled = new Map<string, readonly string[]>();
    for (const title of question.operators.in)
      titled.set(title, await deps.titled(collection.id, title));
    const filter = allOf([
      ...filterOfRequest(request.filters ?? {}),
      ...filterOfOperators(question.operators, searcher, titled),
    ]);
    const wanted = wantedGroups(request.filters ?? {}, question.operators);
    const groups = await deps.groups(collection.id, searcher, wanted);
    const grouped = groupRows({
      filters: request.filters ?? {},
      operators: question.operators,
      searcher,
      groups,
    });
    const selected = filter === undefined ? undefined : searcher.select(filter);
    return {
      place,
      collection: { id: collection.id, name: collection.name },
      searcher,
      groups,
      within:
        grouped === undefined || selected === undefined
          ? (grouped ?? selected)
          : searcher.intersect([selected, grouped]),
      plan: planTerms(question, searcher, languagesOf(searcher)),
      semantic:
        embedder !== undefined &&
        searcher.dim === embedder.model.dim &&
        (collection.modelFingerprint ?? embedder.model.fingerprint) === embedder.model.fingerprint,
    };
  };

  const prepare = async (target: Target, asking: Asking): Promise<Prepared> => {
    const { request, question, embedder } = asking;
    const pinned = asking.cursor && new Set(asking.cursor.versions.map(([id]) => id));
    const wanted = target.collections.filter(({ id }) => pinned?.has(id) ?? true);
    const found = await Promise.all(wanted.map((one, place) => prepareOne(one, place, asking)));
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
    const listing = isListing(question) && request.like === undefined;
    const wish = wishedMode(asking, target, asked);
    notices.push(...wish.notices);
    const expansions = listing ? [] : commonExpansions(asked);
    const text = corrected(question.text, expansions);
    const vector =
      wish.mode === "lexical" || listing || embedder === undefined
        ? undefined
        : await vectors.of({ text, like: request.like, asked, embedder });
    // A text without a token that the model knows has no meaning to search for.
    const mode = vector === undefined && !listing ? "lexical" : wish.mode;
    if (mode !== wish.mode && embedder !== undefined)
      notices.push("The embedding model knows none of these words: searched by words only.");
    return { asked, question, mode, listing, vector, expansions, notices };
  };

  /** Rows that match, by collection, for facets and totals. */
  const matchingRows = async (prepared: Prepared, ranking: ReturnType<typeof openRanking>) => {
    const { asked, mode, listing } = prepared;
    if (listing) return asked.map((one) => wordRows(one));
    const nearest = mode === "lexical" ? [] : await ranking.counted();
    const ids = asked.map((): string[] => []);
    for (const { key } of nearest) {
      const place = ranking.placeOf(key);
      if (place !== undefined) ids[asked.indexOf(place.asked)]?.push(place.found.id);
    }
    return asked.map((one, at): RowSet => {
      const byMeaning = one.searcher.rowsOf(ids[at] ?? []);
      if (mode === "semantic") return byMeaning;
      const byWords = one.searcher.matching(one.plan.query, one.within);
      return mode === "lexical" ? byWords : one.searcher.union([byWords, byMeaning]);
    });
  };

  const rankedBy = (request: SearchRequest, { asked, mode, vector, question }: Prepared) =>
    openRanking({
      asked,
      mode,
      vector,
      fusion: {
        method: request.fusion,
        semanticWeight: request.semanticWeight ?? semanticShare(question),
      },
      except: new Set(request.like === undefined ? [] : [request.like]),
    });

  return {
    async ranked(request, target) {
      const question = parseQuestion(request.query, deps.now());
      const embedder = await deps.embedder().catch((): undefined => undefined);
      const prepared = await prepare(target, { request, question, cursor: undefined, embedder });
      const ranking = rankedBy(request, prepared);
      const { asked, mode, listing } = prepared;
      const rows = listing ? await matchingRows(prepared, ranking) : undefined;
      const { picked } = await orderPage(
        { asked, ranking, rows, listing },
        { request, offset: 0, mode },
      );
      return picked.map(({ chunk, fused }) => ({ chunk, score: fused.score }));
    },
    async search(request, target) {
      const began = performance.now();
      checkVersion(request, target);
      const { limit, cursor: typedCursor, ...rest } = request;
      const hash = hashQuestion({ ...rest, target: target.collections.map(({ id }) => id) });
      const cursor = typedCursor === undefined ? undefined : readCursor(typedCursor, hash);
      const question = parseQuestion(request.query, deps.now());
      const embedder = await deps.embedder().catch((): undefined => undefined);
      const prepared = await prepare(target, { request, question, cursor, embedder });
      const { asked, mode, listing, vector } = prepared;
      const ranking = rankedBy(request, prepared);
      const byTime = listing || request.sort !== "relevance";
      const counted = request.facets || byTime;
      const rows = counted ? await matchingRows(prepared, ranking) : undefined;
      const offset = cursor?.offset ?? 0;
      const page: Ordered = await orderPage(
        { asked, ranking, rows, listing },
        { request, offset, mode },
      );
      const hits = await show.hits(page.picked, {
        context: request.context,
        meaning: vector && embedder && { vector, embedder },
      });
      const versions = asked.map(
        ({ collection, searcher }) => [collection.id, searcher.version.number] as const,
      );
      return {
        versions: versions.map(([collection, version]) => ({ collection, version })),
        version: target.one ? (versions[0]?.[1] ?? null) : null,
        mode,
        total: rows?.reduce((sum, { count }) => sum + count, 0) ?? page.atLeast,
        totalIsExact: rows !== undefined && (mode === "lexical" || listing),
        hits,
        facets:
          request.facets && rows !== undefined
            ? countFacets(asked.map((one, at) => ({ ...one, rows: rows[at], within: one.within })))
            : null,
        nextCursor: page.more ? printCursor({ versions, offset: offset + limit }, hash) : null,
        understood: {
          words: [
            ...question.words,
            ...question.required,
            ...question.prefixes.map((p) => `${p}*`),
          ],
          phrases: [...question.phrases],
          excluded: [...question.excluded],
          filters: understoodFilters(question.operators, request.filters ?? {}),
          expansions: prepared.expansions.map(({ word, to }) => ({ word, to: [...to] })),
        },
        notices: [...prepared.notices],
        tookMs: Math.round((performance.now() - began) * 1000) / 1000,
      };
    },
  };
};

interface Asking {
  readonly request: SearchRequest;
  readonly question: Question;
  readonly cursor: Cursor | undefined;
  /** undefined where the model is not available. */
  readonly embedder: Embedder | undefined;
}

const checkVersion = (request: SearchRequest, target: Target): void => {
  if (request.version !== undefined && target.collections.length !== 1)
    throw rejected("A version belongs to one collection, but several collections were asked.", {
      code: "version-of-several",
      hint: "Name one collection, or leave the version out.",
    });
};

/** Rows that pass the filters and contain no excluded word. */
const wordRows = ({ searcher, plan, within }: Asked): RowSet =>
  plan.query.not.length > 0
    ? searcher.matching(plan.query, within)
    : (within ?? searcher.select(undefined));

/** Words that are in none of the collections asked, with the most likely known ones. */
const commonExpansions = (asked: readonly Asked[]): Expansion[] => {
  const [first, ...others] = asked
    .toSorted((a, b) => b.searcher.rows - a.searcher.rows)
    .map(({ plan }) => plan.expansions);
  return (first ?? []).filter(({ word }) =>
    others.every((known) => known.some((one) => one.word === word)),
  );
};

const wishedMode = (
  { request, embedder }: Asking,
  target: Target,
  asked: readonly Asked[],
): { mode: SearchMode; notices: string[] } => {
  if (request.like !== undefined) return { mode: "semantic", notices: [] };
  const lexical =
    target.collections.length > 0 && target.collections.every((c) => c.defaultMode === "lexical");
  const mode = request.mode ?? (lexical ? "lexical" : "hybrid");
  const notices: string[] = [];
  if (request.mode === undefined && lexical)
    notices.push(
      "Searched by words: the embedding model was not made for the language of most of these messages.",
    );
  if (mode !== "lexical" && embedder === undefined)
    return {
      mode: "lexical",
      notices: ["The embedding model is not available right now: searched by words only."],
    };
  const foreign = mode === "lexical" ? [] : asked.filter(({ semantic }) => !semantic);
  for (const { collection } of foreign)
    notices.push(
      `“${collection.name}” was embedded with another model than the current one: searched by words only.`,
    );
  // No collection has vectors of the current model: search by words instead of finding nothing.
  return {
    mode: foreign.length > 0 && foreign.length === asked.length ? "lexical" : mode,
    notices,
  };
};
