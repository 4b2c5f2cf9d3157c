// The dialect of SQLite: Kysely over node:sqlite, with one writer and readers that never wait for it.
import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import type { SelectModifierNode } from "kysely";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { explained, isBusy, isDamaged } from "./sqlite-error.ts";

/** Column types by content. MySQL and MariaDB need other types for long texts. */
export const columnTypes = { id: "varchar(80)", word: "varchar(300)", long: "text" } as const;

/** How long to wait for another process's transaction. */
const WAIT_MS = 10_000;
const OPEN_WAIT_MS = 5000;

/** Repeats the work until the other process's transaction has ended. Other work of this process continues in between. */
const whenFree = async <T>(work: () => T): Promise<T> => {
  const until = performance.now() + WAIT_MS;
  for (let wait = 1; ; wait = Math.min(wait * 2, 20))
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      // Random, so that two waiting processes do not collide again and again.
      await pause(wait * (0.5 + Math.random()));
    }
};

export interface SqliteFileOptions {
  readonly path: string;
  /** Called with the error of every statement that found the file damaged. */
  readonly onDamage?: ((error: unknown) => void) | undefined;
}

/** One open connection with its prepared statements; beyond 300, the least recently used are closed. */
class Handle {
  readonly database: DatabaseSync;
  /** Preparing a statement takes 20-50 µs, longer than most of them run. */
  readonly #statements = new Map<string, { statement: StatementSync; reads: boolean }>();
  readonly #options: SqliteFileOptions;

  constructor(options: SqliteFileOptions, pragmas: readonly string[]) {
    const { path } = options;
    this.#options = options;
    // Waiting inside SQLite would block the whole process; the few statements that must wait do so in `whenFree`.
    this.database = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
    try {
      this.database.exec("pragma foreign_keys = on");
      for (const pragma of pragmas) this.database.exec(`pragma ${pragma}`);
      this.database.exec("pragma busy_timeout = 0");
    } catch (error) {
      this.database.close();
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    const made = explained(error, this.#options.path);
    if (isDamaged(made)) this.#options.onDamage?.(made);
    return made;
  }

  #prepared(sql: string) {
    const known = this.#statements.get(sql);
    if (known) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    const statement = this.database.prepare(sql);
    const entry = { statement, reads: statement.columns().length > 0 };
    this.#statements.set(sql, entry);
    if (this.#statements.size > 300) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    return entry;
  }

  run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    try {
      const { statement, reads } = this.#prepared(sql);
      const values = parameters as readonly SQLInputValue[];
      if (reads) return { rows: statement.all(...values) as R[] };
      const { changes } = statement.run(...values);
      return { numAffectedRows: BigInt(changes), rows: [] };
    } catch (error) {
      throw this.#explained(error);
    }
  }

  *iterate<R>(sql: string, parameters: readonly unknown[]): IterableIterator<R> {
    try {
      // A statement of its own, because a cached one may be run again while this one is only partly read.
      yield* this.database
        .prepare(sql)
        .iterate(...(parameters as readonly SQLInputValue[])) as IterableIterator<R>;
    } catch (error) {
      throw this.#explained(error);
    }
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }
}

/** The write lock: one transaction at a time in this process, first come first served. */
class WriteLock {
  #last: Promise<void> = Promise.resolve();

  async take(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return resolve;
  }
}

const bothPragmas = ["trusted_schema = off", "temp_store = memory", "mmap_size = 268435456"];
const readerPragmas = ["query_only = on", "cache_size = -16384", ...bothPragmas];
// WAL with synchronous=NORMAL loses acknowledged commits at a power cut; FULL loses none.
const writerPragmas = [
  "journal_mode = wal",
  "synchronous = full",
  "secure_delete = on",
  "cache_size = -32768",
  // Hashed ids change pages all over the file; with seldom checkpoints, a page is written once for many changes. 250,000
  // messages took 13.7 s with 8,000 pages and 18.3 s with SQLite's own 1,000.
  "wal_autocheckpoint = 8000",
  "journal_size_limit = 67108864",
  ...bothPragmas,
];

/** A database file: one writer, used by one transaction at a time, and a reader that never waits for a transaction (WAL). */
export class SqliteFile {
  readonly #options: SqliteFileOptions;
  /** Undefined after a transaction that could not be ended; the next use opens a new connection. */
  #writer: Handle | undefined;
  readonly #reader: Handle;
  readonly #writeLock = new WriteLock();
  #open = true;

  constructor(options: SqliteFileOptions) {
    const { path } = options;
    this.#options = options;
    // Created here with its mode, so that it is never readable by others; -wal and -shm inherit the mode.
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
    const writer = new Handle(options, writerPragmas);
    try {
      this.#reader = new Handle(options, readerPragmas);
    } catch (error) {
      writer.close();
      throw error;
    }
    this.#writer = writer;
  }

  #writing(): Handle {
    this.#writer ??= new Handle(this.#options, writerPragmas);
    return this.#writer;
  }

  read<R>(query: CompiledQuery): QueryResult<R> {
    return this.#reader.run(query.sql, query.parameters);
  }

  /** On a connection of its own: until it ends, other reads of a shared one would see the database as it was when it began. */
  *iterate<R>(query: CompiledQuery): IterableIterator<R> {
    const reader = new Handle(this.#options, readerPragmas);
    try {
      yield* reader.iterate<R>(query.sql, query.parameters);
    } finally {
      reader.close();
    }
  }

  write<R>(query: CompiledQuery): QueryResult<R> {
    return this.#writing().run(query.sql, query.parameters);
  }

  command(sql: string): void {
    this.#writing().run(sql, []);
  }

  /**
   * Ends a transaction and discards it. Never throws, because it runs after an error, which is the one to report: a
   * connection that cannot roll back is closed, which rolls back too.
   */
  rollback(): void {
    const writer = this.#writer;
    // Where the disk was full, SQLite has rolled back already.
    if (!writer?.database.isTransaction) return;
    try {
      writer.run("rollback", []);
    } catch {
      this.#writer = undefined;
      writer.close();
    }
  }

  /** @throws where the file cannot be read */
  ping(): void {
    this.#reader.run("select count(*) from sqlite_master", []);
  }

  takeWriteLock(): Promise<() => void> {
    return this.#writeLock.take();
  }

  /** Writes a consistent copy of the whole database to a new file. */
  copyTo(path: string): void {
    this.#writing().run("vacuum into ?", [path]);
    chmodSync(path, 0o600);
  }

  /**
   * Moves the content of the log into the file and truncates the log. With secure_delete, deleted text is then in neither.
   * @returns false where a reader in another process still used the log.
   */
  async truncateLog(): Promise<boolean> {
    const release = await this.#writeLock.take();
    try {
      const { rows } = this.#writing().run<{ busy: number }>("pragma wal_checkpoint(truncate)", []);
      return rows[0]?.busy === 0;
    } finally {
      release();
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#reader.close();
    this.#writer?.close();
  }
}

/** Outside a transaction, reads go to the reader and single writes take the write lock; inside, everything goes to the writer. */
class RoutedConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  #release: (() => void) | undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async begin(): Promise<void> {
    this.#release = await this.#file.takeWriteLock();
    try {
      // Immediate, because a deferred transaction that reads first and writes later fails at once where another one wrote in between.
      await whenFree(() => this.#file.command("begin immediate"));
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** After an error Kysely rolls back, and only then is the write lock released. */
  commit(): void {
    this.#file.command("commit");
    this.#end();
  }

  rollback(): void {
    this.#file.rollback();
    this.#end();
  }

  #end(): void {
    this.#release?.();
    this.#release = undefined;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#release) return this.#file.write<R>(query);
    const asks =
      query.query.kind === "SelectQueryNode" || /^\s*(select|with|pragma)\b/i.test(query.sql);
    if (asks) return this.#file.read<R>(query);
    const release = await this.#file.takeWriteLock();
    try {
      return await whenFree(() => this.#file.write<R>(query));
    } finally {
      release();
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const found of this.#file.iterate<R>(query)) yield { rows: [found] };
  }
}

class RoutedDriver implements Driver {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async init(): Promise<void> {
    // The file is open already.
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    return new RoutedConnection(this.#file);
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as RoutedConnection).begin();
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as RoutedConnection).commit();
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as RoutedConnection).rollback();
  }
  async releaseConnection(): Promise<void> {
    // Connections are created for each use, so nothing has to be released.
  }
  async destroy(): Promise<void> {
    this.#file.close();
  }
}

/** Kysely's own adapter would queue all queries; the driver above queues only writes. */
class RoutedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
  /** SQLite rolls back tables like rows, so a migration that is killed has no effect. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** A transaction of SQLite has the whole database to itself: rows need no locks, and it has no words for them. */
class RoutedCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== "ForUpdate") super.visitSelectModifier(node);
  }
}

export const sqliteDialect = (file: SqliteFile): Dialect => ({
  createAdapter: () => new RoutedAdapter(),
  createDriver: () => new RoutedDriver(file),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new RoutedCompiler(),
});
