// Which filters exclude every message, and the questions that would find some. Looked at only where nothing was found.
import type { RowSet } from "#index-store/index-store.ts";
import type { ChunkUnit } from "#services/domain/chunk.ts";
import type { Asked } from "./asked.ts";
import type { AskedFilter, Base, Excluder, NoMatch } from "./excluder.ts";
import type { FilterName } from "./filters.ts";
import { nearestValue } from "./nearest-value.ts";
import { printQuestion, type Question } from "./query.ts";
import { sayExcluded, sayTogether, sayUnasked } from "./say-exclusion.ts";

const isAsked = (one: Excluder): one is AskedFilter => one.name !== "unasked";

const countOf = (rows: readonly RowSet[]): number =>
  rows.reduce((sum, { count }) => sum + count, 0);

const basesOf = (asked: readonly Asked[], units: readonly ChunkUnit[]): Base[] =>
  asked.map((one) =>
    units.includes("message") || one.exchanges === undefined
      ? { asked: one, searcher: one.searcher, rows: undefined }
      : { asked: one, searcher: one.exchanges.searcher, rows: one.exchanges.rows },
  );

const within = ({ searcher, rows }: Base, set: RowSet): RowSet =>
  rows === undefined ? set : searcher.intersect([set, rows]);

const everything = ({ searcher, rows }: Base): RowSet => rows ?? searcher.select(undefined);

/** The rows that pass all of the filters, in each collection. */
const passing = (bases: readonly Base[], filters: readonly Excluder[]): RowSet[] =>
  bases.map((base, at) =>
    base.searcher.intersect([
      everything(base),
      ...filters.map(({ rows }) => rows[at] ?? base.searcher.rowsOf([])),
    ]),
  );

/** The filters of all collections: the same ones in each, except that kinds are left out only where there are such messages. */
const excludersOf = (bases: readonly Base[]): Excluder[] => {
  const found = new Map<string, Excluder>();
  for (const [at, base] of bases.entries())
    for (const one of [...base.asked.filters, ...base.asked.grouped]) {
      const key = `${one.name} ${one.isTyped}`;
      const rows = found.get(key)?.rows ?? bases.map(everything);
      const own = within(base, "filter" in one ? base.searcher.select(one.filter) : one.rows);
      found.set(key, { ...one, rows: rows.with(at, own) });
    }
  return [...found.values()];
};

const without = (question: Question, names: readonly FilterName[]): Question => ({
  ...question,
  operators: {
    ...question.operators,
    ...Object.fromEntries(
      names.map((name) => [name, name === "after" || name === "before" ? undefined : []]),
    ),
  },
});

/** As they can be searched, without those that say nothing any more. */
const printed = (questions: readonly Question[]): string[] => [
  ...new Set(questions.map(printQuestion).filter((text) => text !== "")),
];

interface Excluded {
  readonly question: Question;
  readonly bases: readonly Base[];
  /** Filters that no message passes, and the others. */
  readonly alone: readonly Excluder[];
  readonly others: readonly Excluder[];
}

/** The question with the nearest names that there are, else without these filters; only where something passes then. */
const respelled = ({ question, bases, alone, others }: Excluded): string[] => {
  if (alone.some(({ isTyped }) => !isTyped)) return [];
  const near = alone.map((one) => ({ name: one.name, to: nearestValue(one, bases) }));
  const replacing = near.flatMap(({ name, to }) => {
    if (to === undefined) return [];
    const rows = bases.map((base, at) => within(base, to.rows[at] ?? base.searcher.rowsOf([])));
    return [{ name, values: [to.value], isTyped: true, rows }];
  });
  const dropped = without(
    question,
    alone.map(({ name }) => name),
  );
  const corrected: Question = {
    ...dropped,
    operators: {
      ...dropped.operators,
      ...Object.fromEntries(replacing.map(({ name, values }) => [name, values])),
    },
  };
  if (countOf(passing(bases, [...others, ...replacing])) > 0) return printed([corrected]);
  return countOf(passing(bases, others)) > 0 ? printed([dropped]) : [];
};

const MOST_SUGGESTIONS = 3;

/** Each filter passes something, but no message passes all: which one is in the way of how much. */
const together = (
  question: Question,
  bases: readonly Base[],
  filters: readonly AskedFilter[],
): NoMatch => {
  const left = filters
    .map((one) => ({
      one,
      count: countOf(
        passing(
          bases,
          filters.filter((other) => other !== one),
        ),
      ),
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return {
    reason: "filters",
    excluding: [sayTogether(left.length > 0 ? left.map(({ one }) => one) : filters)],
    suggestions: printed(
      left.flatMap(({ one }) => (one.isTyped ? [without(question, [one.name])] : [])),
    ).slice(0, MOST_SUGGESTIONS),
  };
};

/** null where some message passes the filters, or there is no message at all. */
export const exclusionOf = (
  question: Question,
  units: readonly ChunkUnit[],
  asked: readonly Asked[],
): NoMatch | null => {
  const passes = ({ within: rows, searcher, exchanges }: Asked) =>
    (rows?.count ?? searcher.rows) + (exchanges?.within.count ?? 0);
  if (asked.some((one) => passes(one) > 0)) return null;
  const bases = basesOf(asked, units);
  if (countOf(bases.map(everything)) === 0) return null;
  const all = excludersOf(bases);
  if (!units.includes("message") && asked.every(({ exchanges }) => exchanges === undefined))
    all.push({
      name: "unit",
      values: ["exchange"],
      isTyped: question.operators.unit.length > 0,
      rows: bases.map(({ searcher }) => searcher.rowsOf([])),
    });
  const filters = all.filter(isAsked);
  const alone = filters.filter(({ rows }) => countOf(rows) === 0);
  if (alone.length > 0) {
    const names = new Set<Excluder>(alone);
    const others = all.filter((one) => !names.has(one));
    return {
      reason: "filters",
      excluding: alone.map((one) => sayExcluded(one, bases)),
      suggestions: respelled({ question, bases, alone, others }),
    };
  }
  const kept = passing(bases, filters);
  if (countOf(kept) === 0) return together(question, bases, filters);
  const kinds = all.find(({ name }) => name === "unasked")?.values ?? [];
  const { excluding, kind } = sayUnasked(kinds, bases, kept);
  return {
    reason: "filters",
    excluding: [excluding],
    suggestions: printed([{ ...question, operators: { ...question.operators, kind } }]),
  };
};
