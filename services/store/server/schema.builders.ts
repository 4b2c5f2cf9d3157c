// Builders for tests: how a server writes the tables that it has.
import { createConnection } from "mysql2/promise";
import pg from "pg";

export interface WrittenTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isNullable: boolean }[];
  /** Its columns in one line, then a line for each key and index. */
  readonly written: string;
}

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly is_nullable: string;
  readonly written: string;
}

const tablesOf = (columns: readonly ColumnRow[], more: ReadonlyMap<string, string[]>) => {
  const names = [...new Set(columns.map(({ table_name }) => table_name))]
    .filter((name) => !name.startsWith("kysely"))
    .toSorted();
  return names.map((name): WrittenTable => {
    const own = columns.filter(({ table_name }) => table_name === name);
    return {
      name,
      columns: own.map((row) => ({ name: row.column_name, isNullable: row.is_nullable === "YES" })),
      written: [
        `${name} (${own.map(({ written }) => written).join(", ")})`,
        ...(more.get(name) ?? []).toSorted(),
        "",
      ].join("\n"),
    };
  });
};

const collected = (rows: readonly { readonly name: string; readonly line: string }[]) => {
  const made = new Map<string, string[]>();
  for (const { name, line } of rows) made.set(name, [...(made.get(name) ?? []), `  ${line}`]);
  return made;
};

const ofMariaDb = async (url: string): Promise<WrittenTable[]> => {
  const connection = await createConnection(url);
  try {
    const [columns] = await connection.query(
      `select table_name, column_name, is_nullable,
         concat_ws(' ', column_name, column_type, collation_name, if(is_nullable = 'NO', 'not null', null),
           if(column_default is null or column_default = 'NULL', null, concat('default ', column_default))) as written
       from information_schema.columns where table_schema = database() order by table_name, ordinal_position`,
    );
    const [indexes] = await connection.query(
      `select table_name as name, concat(if(non_unique = 0, 'unique ', 'index '), index_name, ' (',
         group_concat(column_name order by seq_in_index separator ', '), ')') as line
       from information_schema.statistics where table_schema = database() group by table_name, index_name, non_unique`,
    );
    const [keys] = await connection.query(
      `select table_name as name, concat('foreign key ', constraint_name, ' → ', referenced_table_name, ' (',
         group_concat(referenced_column_name order by ordinal_position separator ', '), ')') as line
       from information_schema.key_column_usage
       where table_schema = database() and referenced_table_name is not null
       group by table_name, constraint_name, referenced_table_name`,
    );
    type Line = { name: string; line: string };
    return tablesOf(
      columns as unknown as ColumnRow[],
      collected([...(indexes as unknown as Line[]), ...(keys as unknown as Line[])]),
    );
  } finally {
    await connection.end();
  }
};

const ofPostgres = async (url: string): Promise<WrittenTable[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = await client.query(
      `select table_name, column_name, is_nullable,
         concat_ws(' ', column_name, data_type || coalesce('(' || character_maximum_length || ')', ''),
           'collate ' || collation_name, case when is_nullable = 'NO' then 'not null' end, 'default ' || column_default) as written
       from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
    );
    const indexes = await client.query(
      `select tablename as name, indexdef as line from pg_indexes where schemaname = 'public'`,
    );
    const keys = await client.query(
      `select conrelid::regclass::text as name, conname || ' ' || pg_get_constraintdef(oid) as line
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    return tablesOf(columns.rows, collected([...indexes.rows, ...keys.rows]));
  } finally {
    await client.end();
  }
};

/** All tables but the migrator's own, by name. */
export const schemaOf = (url: string): Promise<WrittenTable[]> =>
  url.startsWith("postgres") ? ofPostgres(url) : ofMariaDb(url);
