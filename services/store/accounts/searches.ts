// Searches of an organization, counted by day and mode; their texts only where it wants to know them.
import { sql } from "kysely";
import type { SearchCountRow, SearchTextRow } from "../account-tables.ts";
import type { Rows } from "../rows.ts";

/** Milliseconds: a search is counted under the first that it does not exceed. */
export const searchTimes = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] as const;

/** Hits behind the tenth are one place. */
const PLACES = 11;

export interface CountedSearches {
  readonly day: number;
  readonly mode: string;
  readonly searches: number;
  readonly empty: number;
  /** One more than `searchTimes`: the last is of longer ones. */
  readonly times: readonly number[];
  /** Of the first hit, the second …, and all behind the tenth. */
  readonly opened: readonly number[];
}

const read = (text: string, length: number): number[] => {
  const numbers = JSON.parse(text) as number[];
  return Array.from({ length }, (_, at) => numbers[at] ?? 0);
};

const shown = (row: SearchCountRow): CountedSearches => ({
  day: row.day,
  mode: row.mode,
  searches: row.searches,
  empty: row.empty,
  times: read(row.times, searchTimes.length + 1),
  opened: read(row.opened, PLACES),
});

const sum = (one: readonly number[], other: readonly number[]): string =>
  JSON.stringify(one.map((value, at) => value + (other[at] ?? 0)));

/** Inside a transaction: adds what was counted since. */
export const addSearches = async (
  rows: Rows,
  counts: readonly CountedSearches[],
  texts: readonly SearchTextRow[],
): Promise<void> => {
  for (const one of counts) {
    const { day, mode } = one;
    const found = await rows
      .selectFrom("search_counts")
      .select(["day", "mode", "searches", "empty", "times", "opened"])
      .where("day", "=", day)
      .where("mode", "=", mode)
      .executeTakeFirst();
    if (found === undefined) {
      const { times, opened } = one;
      const row = { ...one, times: JSON.stringify(times), opened: JSON.stringify(opened) };
      await rows.insertInto("search_counts").values(row).execute();
      continue;
    }
    const known = shown(found);
    await rows
      .updateTable("search_counts")
      .set({
        searches: known.searches + one.searches,
        empty: known.empty + one.empty,
        times: sum(known.times, one.times),
        opened: sum(known.opened, one.opened),
      })
      .where("day", "=", day)
      .where("mode", "=", mode)
      .execute();
  }
  for (const { day, text, searches, empty } of texts) {
    const { numUpdatedRows } = await rows
      .updateTable("search_texts")
      .set((make) => ({
        searches: make("searches", "+", searches),
        empty: make("empty", "+", empty),
      }))
      .where("day", "=", day)
      .where("text", "=", text)
      .executeTakeFirst();
    if (numUpdatedRows === 0n)
      await rows.insertInto("search_texts").values({ day, text, searches, empty }).execute();
  }
};

/** Of these days, both included, in order. */
export const readSearchCounts = async (
  rows: Rows,
  from: number,
  to: number,
): Promise<CountedSearches[]> =>
  (
    await rows
      .selectFrom("search_counts")
      .select(["day", "mode", "searches", "empty", "times", "opened"])
      .where("day", ">=", from)
      .where("day", "<=", to)
      .orderBy("day")
      .orderBy("mode")
      .execute()
  ).map(shown);

export interface SearchedText {
  readonly text: string;
  readonly searches: number;
  readonly empty: number;
}

/** The most frequent ones of these days; or, with `empty`, of those that found nothing. */
export const readSearchTexts = async (
  rows: Rows,
  days: { readonly from: number; readonly to: number },
  order: "searches" | "empty",
  limit: number,
): Promise<SearchedText[]> => {
  const found = await rows
    .selectFrom("search_texts")
    .select((make) => [
      "text",
      make.fn.sum<number>("searches").as("searches"),
      make.fn.sum<number>("empty").as("empty"),
    ])
    .where("day", ">=", days.from)
    .where("day", "<=", days.to)
    .groupBy("text")
    .orderBy((make) => make.fn.sum<number>(order), "desc")
    .orderBy("text")
    .limit(limit)
    .execute();
  return found
    .map(({ text, searches, empty }) => ({
      text,
      searches: Number(searches),
      empty: Number(empty),
    }))
    .filter((one) => one[order] > 0);
};

export interface ChangedText {
  readonly text: string;
  readonly searches: number;
  /** In as many days before. */
  readonly before: number;
}

/** So many are looked at, in order of the difference; small ones among them may be chance, which the caller decides. */
const MOST_CHANGES = 200;

/** The texts that were searched for most more often than in the days before, or most less often: the greatest difference first. */
export const readTextChanges = async (
  rows: Rows,
  days: { readonly before: number; readonly from: number; readonly to: number },
  change: "more" | "less",
): Promise<ChangedText[]> => {
  const now = sql<number>`sum(case when day >= ${days.from} then searches else 0 end)`;
  const before = sql<number>`sum(case when day < ${days.from} then searches else 0 end)`;
  const found = await rows
    .selectFrom("search_texts")
    .select(["text", now.as("searches"), before.as("before")])
    .where("day", ">=", days.before)
    .where("day", "<=", days.to)
    .groupBy("text")
    .orderBy(sql`${now} - ${before}`, change === "more" ? "desc" : "asc")
    .orderBy("text")
    .limit(MOST_CHANGES)
    .execute();
  return found.map((one) => ({
    text: one.text,
    searches: Number(one.searches),
    before: Number(one.before),
  }));
};

export const forgetSearchTexts = async (rows: Rows): Promise<void> => {
  await rows.deleteFrom("search_texts").execute();
};
