// Makes tables, each column with the type of its kind of database.
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";

/** id: of ours, ASCII · tag: a short word of ours, ASCII · word: a name of at most 300 characters · long: any text. */
type Content = "id" | "tag" | "word" | "long" | "bytes" | "whole" | "real";

interface Columns {
  readonly content: Content;
  /** Names with a space between; "?" at the end: may be null; "=x": is x where nothing is said. */
  readonly names: string;
}

export interface Table {
  readonly columns: readonly Columns[];
  readonly primary: string;
  /** The column that names a row of another table, of the same organization. */
  readonly of?: readonly [column: string, table: string];
  readonly unique?: Readonly<Record<string, string>>;
  readonly indexes?: Readonly<Record<string, string>>;
}

const columns =
  (content: Content) =>
  (names: string): Columns => ({ content, names });
export const id = columns("id");
export const tag = columns("tag");
export const word = columns("word");
export const long = columns("long");
export const bytes = columns("bytes");
export const whole = columns("whole");
export const real = columns("real");

/**
 * Everything compares and sorts by its code points, spaces at the end included, as in SQLite: never by the rules of a language, by
 * which two names, or two ids, could be the same. MariaDB's text holds 64 KB, its longtext 4 GB.
 */
const types = {
  sqlite: {
    id: "varchar(80)",
    tag: "varchar(300)",
    word: "varchar(300)",
    long: "text",
    bytes: "blob",
    whole: "bigint",
    real: "double precision",
  },
  mariadb: {
    id: "varchar(80) character set ascii collate ascii_nopad_bin",
    tag: "varchar(300) character set ascii collate ascii_nopad_bin",
    word: "varchar(300)",
    long: "longtext",
    bytes: "longblob",
    whole: "bigint",
    real: "double",
  },
  postgres: {
    id: 'varchar(80) collate "C"',
    tag: 'varchar(300) collate "C"',
    word: 'varchar(300) collate "C"',
    long: 'text collate "C"',
    bytes: "bytea",
    whole: "bigint",
    real: "double precision",
  },
} as const satisfies Record<DatabaseKind, Record<Content, string>>;

/** How a kind of database writes the type of a column, for one that is added to a table. */
export const columnType = (kind: DatabaseKind, content: Content): string => types[kind][content];

type Builder = CreateTableBuilder<string, string>;

const withColumns = (kind: DatabaseKind, table: Builder, { content, names }: Columns): Builder =>
  names.split(" ").reduce<Builder>((grown, text) => {
    const [, name = "", optional, value] = /^(\w+)(\?)?(?:=(\w+))?$/.exec(text) ?? [];
    return grown.addColumn(name, sql.raw(types[kind][content]), (column) => {
      const valued =
        value === undefined
          ? column
          : column.defaultTo(content === "whole" ? Number(value) : value);
      return optional === undefined ? valued.notNull() : valued;
    });
  }, table);

/** Each step may have been done before: MariaDB keeps the tables of a migration that was killed. */
export const makeTable = async (
  db: Kysely<unknown>,
  kind: DatabaseKind,
  name: string,
  table: Table,
) => {
  const { primary, of, unique = {}, indexes = {} } = table;
  let builder: Builder = db.schema.createTable(name).ifNotExists();
  for (const some of table.columns) builder = withColumns(kind, builder, some);
  builder = builder.addPrimaryKeyConstraint(`${name}_key`, primary.split(" "));
  if (of)
    builder = builder.addForeignKeyConstraint(`${name}_of_${of[1]}`, ["org_id", of[0]], of[1], [
      "org_id",
      "id",
    ]);
  for (const [called, names] of Object.entries(unique))
    builder = builder.addUniqueConstraint(`${name}_${called}`, names.split(" "));
  await (kind === "mariadb"
    ? builder.modifyEnd(
        sql.raw("engine = InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin"),
      )
    : builder
  ).execute();
  for (const [called, names] of Object.entries(indexes))
    await db.schema
      .createIndex(`${name}_${called}`)
      .ifNotExists()
      .on(name)
      .columns(names.split(" "))
      .execute();
};

/** A column to add, and what follows its type: ` default 0 not null`. */
export type AddedColumn = readonly [table: string, column: string, content: Content, more?: string];

/** Adds those that are not there yet: a migration that was killed is done again. */
export const addColumns = async (
  db: Kysely<unknown>,
  kind: DatabaseKind,
  added: readonly AddedColumn[],
): Promise<void> => {
  const known = await db.introspection.getTables();
  for (const [name, column, content, more = ""] of added) {
    const table = known.find((one) => one.name === name);
    if (table?.columns.some((one) => one.name === column)) continue;
    await db.schema
      .alterTable(name)
      .addColumn(column, sql.raw(`${columnType(kind, content)}${more}`))
      .execute();
  }
};
