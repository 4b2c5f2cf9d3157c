// A filter of a question with the rows that pass it, looked at where all filters together exclude everything.
import type { RowSet, Searcher } from "#index-store/index-store.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Asked } from "./asked.ts";
import type { FilterName } from "./filters.ts";

/** A filter of a question, with its rows in each collection asked, in their order. */
export interface Excluder {
  readonly name: FilterName;
  readonly values: readonly (string | null)[];
  readonly isTyped: boolean;
  readonly rows: readonly RowSet[];
}

/** One that was asked for. */
export type AskedFilter = Excluder & { readonly name: Exclude<FilterName, "unasked"> };

/** What filters are looked up in: the rows of the unit that is searched for. */
export interface Base {
  readonly asked: Asked;
  readonly searcher: Searcher;
  /** undefined = all rows of the searcher. */
  readonly rows: RowSet | undefined;
}

export type NoMatch = NonNullable<SearchAnswer["noMatch"]>;
