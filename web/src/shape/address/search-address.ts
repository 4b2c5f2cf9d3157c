// The search page's URL parameters, and the search request made of them.
import { z } from "zod";
import type { AnswerQuestion } from "#services/contract/answers.ts";
import { kindName, roleName, sourceName } from "#services/contract/common.ts";
import {
  type SearchFilters,
  type SearchRequestInput,
  searchMode,
  unitName,
} from "#services/contract/search.ts";
import type { ShareTarget } from "#services/contract/shares.ts";

type SharedSearch = Extract<ShareTarget, { kind: "search" }>;

const list = <S extends z.ZodType>(item: S) => z.array(item).min(1).optional().catch(undefined);

export const searchAddress = z.object({
  q: z.string().max(4000).optional().catch(undefined),
  mode: searchMode.optional().catch(undefined),
  /** Both, exchanges or messages alone; undefined = as the server does it: both where the best come first. */
  unit: z
    .enum(["all", ...unitName.options])
    .optional()
    .catch(undefined),
  sort: z.enum(["relevance", "newest", "oldest"]).optional().catch(undefined),
  group: z.boolean().optional().catch(undefined),
  after: z.int().optional().catch(undefined),
  before: z.int().optional().catch(undefined),
  author: list(z.string()),
  bot: list(z.enum(["yes", "no"])),
  role: list(roleName),
  kind: list(kindName),
  source: list(sourceName),
  channel: list(z.string()),
  lang: list(z.string().nullable()),
  /** Ids of topics; "none" for chunks in no topic. */
  topic: list(z.string().max(60)),
  in: list(z.string()),
  v: z
    .union([z.int(), z.string().max(100)])
    .optional()
    .catch(undefined),
  like: z.string().max(60).optional().catch(undefined),
  /** Number of the focused hit, so that the back button returns to it. */
  at: z.int().min(0).optional().catch(undefined),
});
export type SearchAddress = z.infer<typeof searchAddress>;

/** The filters that are lists of values: URL parameter → field of the contract. */
export const listFilters = {
  author: "authors",
  bot: "bots",
  role: "roles",
  kind: "kinds",
  source: "sources",
  channel: "channels",
  lang: "languages",
  topic: "topics",
} as const satisfies Partial<Record<keyof SearchAddress, keyof SearchFilters>>;
export type ListFilter = keyof typeof listFilters;

const filtersOf = (address: SearchAddress): SearchFilters => ({
  ...(address.after === undefined ? {} : { after: address.after }),
  ...(address.before === undefined ? {} : { before: address.before }),
  ...(address.author ? { authors: address.author } : {}),
  ...(address.bot ? { bots: address.bot } : {}),
  ...(address.role ? { roles: address.role } : {}),
  ...(address.kind ? { kinds: address.kind } : {}),
  ...(address.source ? { sources: address.source } : {}),
  ...(address.channel ? { channels: address.channel } : {}),
  ...(address.lang ? { languages: address.lang } : {}),
  ...(address.topic ? { topics: address.topic } : {}),
});

/** The search request; undefined where there is nothing to search for yet. */
export const questionOf = (address: SearchAddress): SearchRequestInput | undefined => {
  const filters = filtersOf(address);
  const query = address.q?.trim() ?? "";
  const filtered = Object.keys(filters).length > 0;
  if (query === "" && address.like === undefined && !filtered) return undefined;
  return {
    query,
    limit: 20,
    context: 1,
    ...(address.mode ? { mode: address.mode } : {}),
    ...(address.unit
      ? { units: address.unit === "all" ? [...unitName.options] : [address.unit] }
      : {}),
    ...(filtered ? { filters } : {}),
    ...(address.sort ? { sort: address.sort } : {}),
    ...(address.group ? { groupByConversation: true } : {}),
    ...(address.v === undefined ? {} : { version: address.v }),
    ...(address.like === undefined ? {} : { like: address.like }),
    ...(address.in ? { collections: address.in } : {}),
  };
};

/**
 * The question as an answer is asked for; undefined where none is: for one word or an example, a list by time, or a single kind of
 * search that a person chose.
 */
export const answerableOf = (address: SearchAddress): AnswerQuestion | undefined => {
  const filters = filtersOf(address);
  const query = address.q?.trim() ?? "";
  const isAsked = /\S\s+\S/u.test(query) && address.like === undefined;
  if (!isAsked || address.sort !== undefined || address.mode !== undefined) return undefined;
  return {
    query,
    ...(Object.keys(filters).length > 0 ? { filters } : {}),
    ...(address.v === undefined ? {} : { version: address.v }),
    ...(address.in ? { collections: address.in } : {}),
  };
};

/**
 * The question as it is shared by a link; undefined where it cannot be: for an example, and where nothing is searched for. A link opens
 * the newest version.
 */
export const sharedQuestionOf = (address: SearchAddress): SharedSearch | undefined => {
  const question = questionOf(address);
  if (question === undefined || address.like !== undefined) return undefined;
  const { query = "", mode, filters, units, sort } = question;
  return {
    kind: "search",
    query,
    ...(mode ? { mode } : {}),
    ...(filters ? { filters } : {}),
    ...(units ? { units } : {}),
    ...(sort ? { sort } : {}),
  };
};

/** Adds a value to a list filter, or removes it; undefined instead of an empty list. */
export const toggled = <T>(values: readonly T[] | undefined, value: T): T[] | undefined => {
  const now = values ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  return next.length === 0 ? undefined : next;
};

/** The parameters without filters; query, mode, order, grouping and version stay. */
export const withoutFilters = (address: SearchAddress): SearchAddress => ({
  q: address.q,
  mode: address.mode,
  unit: address.unit,
  sort: address.sort,
  group: address.group,
  v: address.v,
});
