// Turns filters and operators into one filter of the index. Names of authors and channels are looked up in the searcher.
import type { Filter, Searcher } from "#index-store/index-store.ts";
import type { SearchFilters } from "#services/contract/search.ts";
import { hiddenKinds } from "#services/domain/conversation.ts";
import { columns } from "./columns.ts";
import type { Operators } from "./query.ts";

/** Ids of the conversations whose title contains the value of an `in:` operator, by that value. */
export type TitledConversations = ReadonlyMap<string, readonly string[]>;

const isIn = (column: string, values: readonly (string | null)[]): Filter => ({
  kind: "in",
  column,
  values,
});

const within = (after: number | undefined, before: number | undefined): Filter[] =>
  after === undefined && before === undefined
    ? []
    : [
        {
          kind: "range",
          column: columns.at,
          ...(after === undefined ? {} : { from: after }),
          ...(before === undefined ? {} : { before }),
        },
      ];

const list = (column: string, values: readonly (string | null)[] | undefined): Filter[] =>
  values === undefined || values.length === 0 ? [] : [isIn(column, values)];

export const filterOfRequest = (filters: SearchFilters): Filter[] => [
  ...within(filters.after, filters.before),
  ...list(columns.author, filters.authors),
  ...list(columns.role, filters.roles),
  ...list(columns.kind, filters.kinds),
  ...list(columns.conversation, filters.conversations),
  ...list(columns.channel, filters.channels),
  ...list(columns.source, filters.sources),
  ...list(columns.language, filters.languages),
];

const folded = (text: string): string => text.normalize("NFKC").toLocaleLowerCase("en");
const withoutMark = (channel: string): string => channel.replace(/^[#@]/u, "");

/** The names in a column of a searcher. */
interface Names {
  /** Values by their folded names. */
  readonly exact: ReadonlyMap<string, readonly string[]>;
  /** The same, with the words of each name separated by single spaces. */
  readonly spaced: readonly (readonly [words: string, values: readonly string[]])[];
}

// A searcher never changes, and an archive has tens of thousands of names: they are folded once per searcher and dropped with it.
const known = new WeakMap<Searcher, Map<string, Names>>();
const MOST_NAMES = 200_000;

const namesOf = (searcher: Searcher, column: string): Names => {
  const ofSearcher = known.get(searcher) ?? new Map<string, Names>();
  known.set(searcher, ofSearcher);
  const cached = ofSearcher.get(column);
  if (cached !== undefined) return cached;
  const exact = new Map<string, string[]>();
  for (const { value } of searcher.facet(column, undefined, MOST_NAMES)) {
    if (value === null) continue;
    const key = folded(withoutMark(value));
    const same = exact.get(key);
    if (same === undefined) exact.set(key, [value]);
    else same.push(value);
  }
  const spaced = [...exact].map(
    ([name, values]) => [` ${name.replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `, values] as const,
  );
  const names = { exact, spaced };
  ofSearcher.set(column, names);
  return names;
};

/** Values that equal the name, ignoring case; if none, those that contain it as a whole word (“anna” finds “Anna Berg”). */
const matching = (searcher: Searcher, column: string, wanted: string): readonly string[] => {
  const names = namesOf(searcher, column);
  const key = folded(withoutMark(wanted));
  return (
    names.exact.get(key) ??
    names.spaced.filter(([words]) => words.includes(` ${key} `)).flatMap(([, values]) => values)
  );
};

/** Operators narrow each other; several values of one operator add up. A name that the searcher does not have matches nothing. */
export const filterOfOperators = (
  operators: Operators,
  searcher: Searcher,
  titled: TitledConversations,
): Filter[] => {
  const any = (of: readonly Filter[]): Filter[] => (of.length === 0 ? [] : [{ kind: "any", of }]);
  return [
    ...within(operators.after, operators.before),
    ...list(columns.role, operators.role),
    ...list(columns.kind, operators.kind),
    ...list(columns.source, operators.source),
    ...list(columns.language, operators.lang),
    ...any(
      operators.from.map((name) => isIn(columns.author, matching(searcher, columns.author, name))),
    ),
    ...any(
      operators.in.flatMap((name) => [
        isIn(columns.channel, matching(searcher, columns.channel, name)),
        isIn(columns.conversation, [name, ...(titled.get(name) ?? [])]),
      ]),
    ),
  ];
};

/** Thinking and tool messages are found only where they are asked for: they repeat what the answer says, at great length. */
export const filterOfKinds = (
  filters: SearchFilters,
  operators: Operators,
  searcher: Searcher,
): Filter[] => {
  if (operators.kind.length > 0 || (filters.kinds?.length ?? 0) > 0) return [];
  const { exact } = namesOf(searcher, columns.kind);
  const hidden = hiddenKinds.filter((kind) => exact.has(kind));
  return hidden.length === 0 ? [] : [{ kind: "not", of: isIn(columns.kind, hidden) }];
};

/** undefined = everything. */
export const allOf = (filters: readonly Filter[]): Filter | undefined =>
  filters.length === 0
    ? undefined
    : filters.length === 1
      ? filters[0]
      : { kind: "all", of: filters };

/** The operators as filters, so that the answer can show how they were understood. */
export const understoodFilters = (operators: Operators, filters: SearchFilters): SearchFilters => {
  const both = <T>(a: readonly T[], b: readonly T[] | undefined): T[] => [
    ...new Set([...a, ...(b ?? [])]),
  ];
  const lists = {
    authors: both(operators.from, filters.authors),
    roles: both(operators.role, filters.roles),
    kinds: both(operators.kind, filters.kinds),
    conversations: both<string>([], filters.conversations),
    channels: both(operators.in, filters.channels),
    sources: both(operators.source, filters.sources),
    languages: both(operators.lang, filters.languages),
    topics: both(operators.topic, filters.topics),
    labels: both<string>([], filters.labels),
  };
  const after = Math.max(operators.after ?? -Infinity, filters.after ?? -Infinity);
  const before = Math.min(operators.before ?? Infinity, filters.before ?? Infinity);
  return {
    ...(Number.isFinite(after) ? { after } : {}),
    ...(Number.isFinite(before) ? { before } : {}),
    ...Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0)),
  };
};
