// Turns filters and operators into filters of the index. Names of authors and channels are looked up in the searcher.
import type { Filter, Searcher } from "#index-store/index-store.ts";
import type { SearchFilters } from "#services/contract/search.ts";
import { hiddenKinds } from "#services/domain/conversation.ts";
import { printTime } from "#services/domain/typed-time.ts";
import { chosenNames, columnNames, type Meant, meantNames } from "./column-names.ts";
import { columns } from "./columns.ts";
import {
  meantPeople,
  namedPeople,
  type PeopleHere,
  writtenBy,
  writtenByBots,
} from "./people-filter.ts";
import type { Operators } from "./query.ts";

/** What the values of operators mean beside the names in the index. */
export interface OperatorNames {
  /** By the value of an `in:` operator, ids of the conversations whose title contains it. */
  readonly titled: ReadonlyMap<string, readonly string[]>;
  /** By the value of a `from:` operator, authors who are called so otherwise than they are shown. */
  readonly called: ReadonlyMap<string, Meant>;
  readonly here: PeopleHere;
}

/** The operators, further filters of a request, and `unasked`: the kinds that are left out where none is asked for. */
export type FilterName =
  | Exclude<keyof Operators, "unit">
  | "unit"
  | "conversation"
  | "label"
  | "unasked";

/** One of the filters of a question. A row passes where it passes all of them. */
export interface NamedFilter {
  readonly name: FilterName;
  /** As they were given; a row passes with one of them. */
  readonly values: readonly (string | null)[];
  /** True for an operator in the question, false for a filter of the request. */
  readonly isTyped: boolean;
  readonly filter: Filter;
}

const isIn = (column: string, values: readonly (string | null)[]): Filter => ({
  kind: "in",
  column,
  values,
});

const within = (
  { after, before }: { readonly after?: number | undefined; readonly before?: number | undefined },
  isTyped: boolean,
): NamedFilter[] => {
  const range = { kind: "range", column: columns.at } as const;
  const edge = (name: "after" | "before", moment: number | undefined, filter: Filter) =>
    moment === undefined ? [] : [{ name, values: [printTime(moment)], isTyped, filter }];
  return [
    ...edge("after", after, { ...range, ...(after === undefined ? {} : { from: after }) }),
    ...edge("before", before, { ...range, ...(before === undefined ? {} : { before }) }),
  ];
};

type Listed = readonly [
  name: FilterName,
  column: string,
  values: readonly (string | null)[] | undefined,
];

const lists = (isTyped: boolean, listed: readonly Listed[]): NamedFilter[] =>
  listed.flatMap(([name, column, values]) =>
    values === undefined || values.length === 0
      ? []
      : [{ name, values, isTyped, filter: isIn(column, values) }],
  );

const named = (
  name: FilterName,
  values: readonly string[] | undefined,
  { isTyped, of }: { readonly isTyped: boolean; of(values: readonly string[]): Filter },
): NamedFilter[] =>
  values === undefined || values.length === 0
    ? []
    : [{ name, values, isTyped, filter: of(values) }];

/** Bots, others, or (both) everybody. */
const botFilter =
  (here: PeopleHere) =>
  (values: readonly string[]): Filter => {
    const bots = writtenByBots(here);
    const of: Filter[] = values.map((value) =>
      value === "yes" ? bots : { kind: "not", of: bots },
    );
    return { kind: "any", of };
  };

export const filtersOfRequest = (filters: SearchFilters, here: PeopleHere): NamedFilter[] => [
  ...within(filters, false),
  ...named("from", filters.authors, {
    isTyped: false,
    of: (names) => writtenBy(here.people, namedPeople(here, names)),
  }),
  ...named("bot", filters.bots, { isTyped: false, of: botFilter(here) }),
  ...lists(false, [
    ["role", columns.role, filters.roles],
    ["kind", columns.kind, filters.kinds],
    ["conversation", columns.conversation, filters.conversations],
    ["in", columns.channel, filters.channels],
    ["source", columns.source, filters.sources],
    ["lang", columns.language, filters.languages],
  ]),
];

const nobody: Meant = { exact: [], byWord: [] };

/** Operators narrow each other; several values of one operator add up. A name that the searcher does not have matches nothing. */
export const filtersOfOperators = (
  operators: Operators,
  searcher: Searcher,
  { titled, called, here }: OperatorNames,
): NamedFilter[] => {
  const any = (name: "from" | "in", of: (value: string) => readonly Filter[]): NamedFilter[] => {
    const values = operators[name];
    if (values.length === 0) return [];
    return [{ name, values, isTyped: true, filter: { kind: "any", of: values.flatMap(of) } }];
  };
  return [
    ...within(operators, true),
    ...lists(true, [
      ["role", columns.role, operators.role],
      ["kind", columns.kind, operators.kind],
      ["source", columns.source, operators.source],
      ["lang", columns.language, operators.lang],
    ]),
    ...any("from", (name) => [
      writtenBy(
        here.people,
        meantPeople(here, searcher, { name, called: called.get(name) ?? nobody }),
      ),
    ]),
    ...named("bot", operators.bot, { isTyped: true, of: botFilter(here) }),
    ...any("in", (name) => [
      isIn(columns.channel, chosenNames(meantNames(searcher, columns.channel, name))),
      isIn(columns.conversation, [name, ...(titled.get(name) ?? [])]),
    ]),
  ];
};

/** Thinking and tool messages are found only where they are asked for: they repeat what the answer says, at great length. */
export const filterOfKinds = (
  filters: SearchFilters,
  operators: Operators,
  searcher: Searcher,
): NamedFilter[] => {
  if (operators.kind.length > 0 || (filters.kinds?.length ?? 0) > 0) return [];
  const { exact } = columnNames(searcher, columns.kind);
  const values = hiddenKinds.filter((kind) => exact.has(kind));
  if (values.length === 0) return [];
  const filter: Filter = { kind: "not", of: isIn(columns.kind, values) };
  return [{ name: "unasked", values, isTyped: false, filter }];
};

/** undefined = everything. */
export const allOf = (filters: readonly NamedFilter[]): Filter | undefined =>
  filters.length <= 1
    ? filters[0]?.filter
    : { kind: "all", of: filters.map(({ filter }) => filter) };

/** The operators as filters, so that the answer can show how they were understood. */
export const understoodFilters = (operators: Operators, filters: SearchFilters): SearchFilters => {
  const both = <T>(a: readonly T[], b: readonly T[] | undefined): T[] => [
    ...new Set([...a, ...(b ?? [])]),
  ];
  const lists = {
    authors: both(operators.from, filters.authors),
    bots: both(operators.bot, filters.bots),
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
