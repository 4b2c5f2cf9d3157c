// Counts of people and of bots among the rows that match: a person once, whatever names they write under.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { People } from "#services/domain/people.ts";
import { columns } from "./columns.ts";
import { type PeopleHere, writtenByBots } from "./people-filter.ts";

interface Counted {
  readonly searcher: Searcher;
  /** undefined = all. */
  readonly rows: RowSet | undefined;
  readonly here: PeopleHere;
}

/** More names than an archive has. */
const MOST_NAMES = 200_000;

const overlap = ({ searcher, rows }: Counted, set: RowSet): number =>
  rows === undefined ? set.count : (searcher.overlaps([set], rows)[0] ?? 0);

/** By what they are shown as. */
export const countPeople = (counted: Counted): Map<string | null, number> => {
  const { searcher, rows, here } = counted;
  const { people } = here;
  const counts = new Map<string | null, number>();
  const add = (shown: string | null, count: number) =>
    counts.set(shown, (counts.get(shown) ?? 0) + count);
  for (const { value, count } of searcher.facet(columns.author, rows, MOST_NAMES))
    if (count > 0) add(value === null ? null : people.shownAs("", value), count);
  // Names that are somebody else's in one source.
  for (const shown of people.given)
    for (const { source, name } of people.namesOf(shown).only) {
      const own = searcher.select({
        kind: "all",
        of: [
          { kind: "in", column: columns.author, values: [name] },
          { kind: "in", column: columns.source, values: [source] },
        ],
      });
      const count = overlap(counted, own);
      add(people.shownAs("", name), -count);
      add(shown, count);
    }
  return counts;
};

/** Rows that bots wrote, by searcher and people, of which neither changes. */
const remembered = new WeakMap<Searcher, WeakMap<People, RowSet>>();

const rowsOfBots = ({ searcher, here }: Counted): RowSet => {
  const ofSearcher = remembered.get(searcher) ?? new WeakMap<People, RowSet>();
  remembered.set(searcher, ofSearcher);
  const rows = ofSearcher.get(here.people) ?? searcher.select(writtenByBots(here));
  ofSearcher.set(here.people, rows);
  return rows;
};

/** "yes" and "no"; nothing where there are no bots. */
export const countBots = (sources: readonly Counted[]): Map<string | null, number> => {
  let [bots, all] = [0, 0];
  for (const one of sources) {
    bots += overlap(one, rowsOfBots(one));
    all += one.rows?.count ?? one.searcher.rows;
  }
  return new Map(bots === 0 ? [] : [["yes", bots] as const, ["no", all - bots] as const]);
};
