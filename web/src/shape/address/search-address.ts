// The search page's state as it stands in the address, and the question that it asks.
import { z } from "zod";
import { kindName, roleName, sourceName } from "#services/contract/common.ts";
import {
  type SearchFilters,
  type SearchRequestInput,
  searchMode,
} from "#services/contract/search.ts";

const list = <S extends z.ZodType>(item: S) => z.array(item).min(1).optional().catch(undefined);

export const searchAddress = z.object({
  q: z.coerce.string().max(4000).optional().catch(undefined),
  mode: searchMode.optional().catch(undefined),
  sort: z.enum(["relevance", "newest", "oldest"]).optional().catch(undefined),
  group: z.boolean().optional().catch(undefined),
  after: z.int().optional().catch(undefined),
  before: z.int().optional().catch(undefined),
  author: list(z.string()),
  role: list(roleName),
  kind: list(kindName),
  source: list(sourceName),
  channel: list(z.string()),
  lang: list(z.string().nullable()),
  /** Ids of topics; "none" for what belongs to no topic. */
  topic: list(z.string().max(60)),
  in: list(z.string()),
  v: z
    .union([z.int(), z.string().max(100)])
    .optional()
    .catch(undefined),
  like: z.string().max(60).optional().catch(undefined),
  /** The hit that is chosen, so that going back finds it again. */
  at: z.int().min(0).optional().catch(undefined),
});
export type SearchAddress = z.infer<typeof searchAddress>;

/** The filters that are lists of values: address name → contract name. */
export const listFilters = {
  author: "authors",
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
  ...(address.role ? { roles: address.role } : {}),
  ...(address.kind ? { kinds: address.kind } : {}),
  ...(address.source ? { sources: address.source } : {}),
  ...(address.channel ? { channels: address.channel } : {}),
  ...(address.lang ? { languages: address.lang } : {}),
  ...(address.topic ? { topics: address.topic } : {}),
});

/** The question to ask, or undefined where there is nothing to ask yet. */
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
    ...(filtered ? { filters } : {}),
    ...(address.sort ? { sort: address.sort } : {}),
    ...(address.group ? { groupByConversation: true } : {}),
    ...(address.v === undefined ? {} : { version: address.v }),
    ...(address.like === undefined ? {} : { like: address.like }),
    ...(address.in ? { collections: address.in } : {}),
  };
};

const folded = (text: string): string => text.normalize("NFKC").toLocaleLowerCase("en");

/** Of the names that `topic:` asked for, those that no topic bears: neither as its title, nor as a word of it. */
export const unknownTopics = (
  names: readonly string[],
  topics: readonly { readonly id: string; readonly title: string }[],
): readonly string[] =>
  names.filter((name) => {
    const wanted = folded(name);
    return (
      wanted !== "none" &&
      !topics.some(
        ({ id, title }) =>
          id === name ||
          folded(title) === wanted ||
          folded(title)
            .split(/[^\p{L}\p{N}]+/u)
            .includes(wanted),
      )
    );
  });

/** Turns one value of a list filter on or off; an empty list leaves the address. */
export const toggled = <T>(values: readonly T[] | undefined, value: T): T[] | undefined => {
  const now = values ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  return next.length === 0 ? undefined : next;
};

/** The address with no filters; question, mode, order and version stay. */
export const withoutFilters = (address: SearchAddress): SearchAddress => ({
  q: address.q,
  mode: address.mode,
  sort: address.sort,
  group: address.group,
  v: address.v,
});
