// Columns with sealed values, whichever they are: those that were sealed with another secret than now, and their replacement.
import type { Kysely } from "kysely";
import type { SystemRows } from "../rows.ts";

/** A column with sealed values. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The column that tells its rows apart. */
  readonly key: string;
  /** Further columns that say what the value is bound to. */
  readonly more?: readonly string[];
}

type Texts = Record<string, Record<string, string | null>>;

/** Tables by a name that is told at run time: each column that is asked for holds text. */
const byName = (rows: SystemRows) => rows as unknown as Kysely<Texts>;

/**
 * Rows whose value is sealed otherwise than now, by key.
 * @param now `mark`: with this every value begins that is sealed as now; `after`: keys behind this one
 */
export const sealedOtherwise = (
  rows: SystemRows,
  { table, column, key, more = [] }: SealedPlace,
  now: { readonly mark: string; readonly after: string; readonly limit: number },
): Promise<Readonly<Record<string, string | null>>[]> =>
  byName(rows)
    .selectFrom(table)
    .select([key, column, ...more])
    .where(column, "like", "s1.%")
    .where(column, "not like", `${now.mark}%`)
    .where(key, ">", now.after)
    .orderBy(key)
    .limit(now.limit)
    .execute();

/** Unless it was changed or removed meanwhile. */
export const replaceSealed = async (
  rows: SystemRows,
  { table, column, key }: SealedPlace,
  row: { readonly key: string; readonly before: string; readonly sealed: string },
): Promise<void> => {
  await byName(rows)
    .updateTable(table)
    .set({ [column]: row.sealed })
    .where(key, "=", row.key)
    .where(column, "=", row.before)
    .execute();
};
