// Copies all rows of one database into another, empty one, of whatever kinds they are: for moving house, and for backups.
import type { Insertable, Kysely } from "kysely";
import { corrupt, rejected } from "#services/domain/errors.ts";
import type { Database } from "./opened-database.ts";
import { plainRaw } from "./raw-record.ts";
import type { SystemRows } from "./rows.ts";
import { sharedTableNames, tenantTableNames } from "./table-owners.ts";
import type { RowsOf, Tables } from "./tables.ts";

type TableName = keyof RowsOf;
type Row = Record<string, unknown>;

/** Rows that others name come first. */
const first = [
  "home",
  "models",
  "collections",
  "conversations",
  "teams",
] as const satisfies readonly TableName[];
const tables: readonly TableName[] = [
  ...first,
  ...sharedTableNames,
  ...tenantTableNames.filter((name) => !(first as readonly string[]).includes(name)),
];

/** Rows, and characters, of one statement and of one transaction. */
const A_STATEMENT = { rows: 200, characters: 1_000_000 };
const A_TRANSACTION = { rows: 5000, characters: 16_000_000 };

const lengthOf = (row: Row): number => {
  let length = 0;
  for (const value of Object.values(row))
    if (typeof value === "string" || value instanceof Uint8Array) length += value.length;
  return length;
};

/** A row as every kind of database takes it. */
const asStored = (table: TableName, row: Row): Row => {
  if (table === "messages" || table === "message_states")
    return typeof row["raw"] === "string" ? { ...row, raw: plainRaw(row["raw"]) } : row;
  // Whoever had a job in hand is not there any more.
  if (table === "jobs" && row["state"] === "active")
    return { ...row, state: "waiting", lease_until: null, owner: null, host: null };
  return row;
};

const countOf = async (rows: SystemRows, table: TableName): Promise<number> => {
  const found = await rows
    .selectFrom(table)
    .select((make) => make.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(found.count);
};

const insert = async (rows: SystemRows, table: TableName, held: readonly Row[]) => {
  let some: Row[] = [];
  let characters = 0;
  const write = async () => {
    if (some.length > 0)
      await rows
        .insertInto(table)
        .values(some as Insertable<Tables[TableName]>[])
        .execute();
    some = [];
    characters = 0;
  };
  for (const row of held) {
    const length = lengthOf(row);
    if (some.length >= A_STATEMENT.rows || characters + length > A_STATEMENT.characters)
      await write();
    some.push(row);
    characters += length;
  }
  await write();
};

const copyTable = async (from: SystemRows, to: Database, table: TableName): Promise<number> => {
  let held: Row[] = [];
  let characters = 0;
  let copied = 0;
  const write = async () => {
    const rows = held;
    if (rows.length > 0) await to.system.transaction((inside) => insert(inside, table, rows));
    copied += rows.length;
    held = [];
    characters = 0;
  };
  for await (const row of from.selectFrom(table).selectAll().stream()) {
    const stored = asStored(table, row as Row);
    held.push(stored);
    characters += lengthOf(stored);
    if (held.length >= A_TRANSACTION.rows || characters >= A_TRANSACTION.characters) await write();
  }
  await write();
  return copied;
};

/** @throws ParlanceError rejected `database-not-empty` */
const requireEmpty = async (to: Database): Promise<void> => {
  for (const table of tables)
    if ((await countOf(to.system.rows, table)) > 0)
      throw rejected(`${to.where} is not empty: its table ${table} has rows.`, {
        code: "database-not-empty",
        hint: "Name a new, empty database.",
      });
};

export interface CopiedDatabase {
  /** Rows of each table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly rows: number;
}

/**
 * Copies everything, as it is at one moment, and counts it again afterwards. SQLite as a source must be a file that nobody writes to.
 * @param onTable called before each table
 * @throws ParlanceError rejected `database-not-empty`; corrupt `copy-incomplete`; whatever either database throws
 */
export const copyDatabase = async (
  from: Database,
  to: Database,
  onTable: (table: string) => void = () => undefined,
): Promise<CopiedDatabase> => {
  await requireEmpty(to);
  const copied: Record<string, number> = {};
  const copyAll = async (rows: SystemRows) => {
    for (const table of tables) {
      onTable(table);
      copied[table] = await copyTable(rows, to, table);
    }
  };
  const source: Kysely<Tables> = from.system.rows;
  await (from.kind === "sqlite"
    ? copyAll(source)
    : source.transaction().setIsolationLevel("repeatable read").execute(copyAll));
  for (const table of tables) {
    const there = await countOf(to.system.rows, table);
    if (there !== copied[table])
      throw corrupt(`${to.where} has ${there} rows of ${table}, not ${copied[table]}.`, {
        code: "copy-incomplete",
        hint: "Does another program write to it? Name a new, empty database and copy again.",
      });
  }
  return { tables: copied, rows: Object.values(copied).reduce((sum, one) => sum + one, 0) };
};
