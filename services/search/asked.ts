// What is asked of one collection: its searcher, the rows that pass, the words and floors that apply; and a row found there.
import type { Found, RowSet, Searcher } from "#index-store/index-store.ts";
import type { NamedFilter } from "./filters.ts";
import type { GroupedRows, Groups } from "./groups.ts";
import type { Judged } from "./judge.ts";
import type { PeopleHere } from "./people-filter.ts";

/** The exchanges of a version: rows of another unit, in the same segments as its messages. */
export interface AskedExchanges {
  /** Sees rows of both units. */
  readonly searcher: Searcher;
  /** All rows of exchanges. */
  readonly rows: RowSet;
  /** Those that pass the filters and contain no excluded word. */
  readonly within: RowSet;
}

export interface Asked extends Judged {
  /** Its place among those asked; part of every key. */
  readonly place: number;
  readonly collection: { readonly id: string; readonly name: string };
  readonly searcher: Searcher;
  /** Who its people are. */
  readonly here: PeopleHere;
  /** Rows of messages that pass the filters and contain no excluded word; undefined = all. */
  readonly within: RowSet | undefined;
  /** Its exchanges; undefined where there are none, or none is wanted. */
  readonly exchanges: AskedExchanges | undefined;
  /** What its rows must pass, apart from topics and labels; and the rows of each filter by those. */
  readonly filters: readonly NamedFilter[];
  readonly grouped: readonly GroupedRows[];
  /** Its topics and labels; null where it has no analysis. */
  readonly groups: Groups | null;
  /** False where its vectors come from another model. */
  readonly semantic: boolean;
}

export interface Place {
  readonly asked: Asked;
  readonly found: Found;
}
