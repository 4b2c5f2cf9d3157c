// Rebuilds a SQLite table: with a column before all others, other keys, other references. SQLite itself adds columns at the end only.
import { type Kysely, sql } from "kysely";

interface Written {
  readonly name: string;
  readonly sql: string;
}

const writtenAs = async (db: Kysely<unknown>, type: "table" | "index", table: string) =>
  (
    await sql<Written>`
      select name, sql from sqlite_master
      where type = ${type} and tbl_name = ${table} and sql is not null order by name`.execute(db)
  ).rows;

export interface FirstColumn {
  readonly name: string;
  /** Its type and constraints. */
  readonly definition: string;
  /**
   * Where its values come from: a table to join, and how it knows the row it is for, which is called `old`. A row that it has no
   * value for is left out.
   */
  readonly from: { readonly table: string; readonly on: string; readonly value: string };
}

export interface Rebuilding {
  /**
   * A column that is asked for in every question must not stand behind long texts: SQLite would walk through all of a row's pages
   * to read it.
   */
  readonly first?: FirstColumn;
  /** Changes how the table is written: its keys and references. */
  readonly rewrite: (definition: string) => string;
  /** The same for its indexes. */
  readonly rewriteIndex?: (definition: string) => string;
}

const columnsOf = async (db: Kysely<unknown>, table: string): Promise<string[]> =>
  (
    await sql<{ name: string }>`
      select name from pragma_table_info(${table}) order by cid`.execute(db)
  ).rows.map(({ name }) => `"${name}"`);

/** Rows keep their order. Foreign keys must be switched off meanwhile. */
export const rebuildTable = async (
  db: Kysely<unknown>,
  table: string,
  { first, rewrite, rewriteIndex }: Rebuilding,
): Promise<void> => {
  const run = (text: string) => sql.raw(text).execute(db);
  const [before] = await writtenAs(db, "table", table);
  const start = `CREATE TABLE "${table}" (`;
  if (!before?.sql.startsWith(start))
    throw new Error(`The table ${table} is not there, or not written as Parlance writes tables.`);
  const indexes = await writtenAs(db, "index", table);
  const columns = await columnsOf(db, table);
  const rebuilt = `rebuilt_${table}`;
  const rest = before.sql.slice(start.length);
  const added = first === undefined ? "" : `"${first.name}" ${first.definition}, `;
  await run(rewrite(`create table "${rebuilt}" (${added}${rest}`));
  const into = first === undefined ? columns : [`"${first.name}"`, ...columns];
  const old = columns.map((name) => `old.${name}`);
  const values =
    first === undefined ? old : [`"${first.from.table}"."${first.from.value}"`, ...old];
  const joined = first === undefined ? "" : `cross join "${first.from.table}" on ${first.from.on}`;
  await run(
    `insert into "${rebuilt}" (${into.join(", ")}) select ${values.join(", ")} from "${table}" as old ${joined} order by old.rowid`,
  );
  await run(`drop table "${table}"`);
  await run(`alter table "${rebuilt}" rename to "${table}"`);
  for (const index of indexes) await run(rewriteIndex?.(index.sql) ?? index.sql);
};
