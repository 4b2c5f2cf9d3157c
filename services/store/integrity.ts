// Checks a database file for damage, on a connection of its own, without changing anything. Synchronous: run it in a child process
// where the file is large.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** quick: structure of all pages, about 0.3 GB/s. full: also indexes against tables and references between rows, about 0.03 GB/s. */
export type CheckDepth = "quick" | "full";

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\u0000";
/** The most problems that are reported; further ones would not help. */
const MOST_PROBLEMS = 20;
/** Tables that every database has from its first migration on. */
const coreTables = ["kysely_migration", "collections", "uploads", "messages", "jobs"];

/** Problems of the file's header and length; none where the file is absent or empty. */
export const headerProblems = (path: string): string[] => {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return [];
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    if (header.toString("latin1", 0, 16) !== MAGIC)
      return ["The file does not start with the header of a SQLite database."];
    // Page size, file change counter, size in pages, and the counter that this size is valid for.
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0)
      return [`The file's header names pages of ${pageSize} bytes.`];
    const pages = header.readUInt32BE(28);
    const counted = header.readUInt32BE(24) === header.readUInt32BE(92);
    if (counted && pages > Math.ceil(size / pageSize))
      return [`The file has ${Math.floor(size / pageSize)} of its ${pages} pages.`];
    return [];
  } finally {
    closeSync(file);
  }
};

const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Yields problems one by one, as they are found. */
const openProblems = function* (
  database: DatabaseSync,
  depth: CheckDepth,
): Generator<string, void, undefined> {
  const column = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]));
  const tables = column("select name from sqlite_schema where type = 'table'");
  // Created but not yet migrated: it has no content.
  if (tables.length === 0) return;
  for (const name of coreTables) if (!tables.includes(name)) yield `The table ${name} is missing.`;
  yield* column(`pragma quick_check(${MOST_PROBLEMS})`).filter((line) => line !== "ok");
  if (depth === "quick") return;
  // One table at a time: a read transaction of minutes would keep the log from being emptied.
  for (const name of tables) {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    yield* column(`pragma integrity_check(${quoted})`).filter((line) => line !== "ok");
    const lost = database.prepare(`pragma foreign_key_check(${quoted})`).all();
    if (lost.length > 0)
      yield `${lost.length} rows of ${name} belong to rows of ${String(lost[0]?.["parent"])} that are missing.`;
  }
};

/** @param tell is called with each problem as it is found, at most 20 times */
export const readIntegrity = (
  path: string,
  depth: CheckDepth,
  tell: (problem: string) => void,
): void => {
  const told = new Set<string>();
  const add = (problem: string) => {
    if (told.size >= MOST_PROBLEMS || told.has(problem)) return;
    told.add(problem);
    tell(problem);
  };
  const header = headerProblems(path);
  for (const problem of header) add(problem);
  if (header.length > 0) return;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    for (const problem of openProblems(database, depth)) add(problem);
  } catch (error) {
    // A badly damaged page ends the check itself.
    add(say(error));
  } finally {
    database?.close();
  }
};
