// The dialect over a database server: Kysely's compilers, on connections that are checked, limited in time and explained.
import {
  type BinaryOperationNode,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  OperatorNode,
  type OrderByItemNode,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { unavailable } from "#services/domain/errors.ts";
import type { ConnectionPool, RawConnection, ServerKind } from "./connection.ts";
import { explainedByServer, isLost, isUnreachable } from "./server-error.ts";

/** A connection that rested for so long is asked whether it still works before it is used. */
const RESTED_MS = 2000;
/** So long one that rested may take to answer. */
const PING_MS = 3000;
/** A statement that takes longer is given up, with its connection: the server, or the way to it, hangs. */
const STATEMENT_MS = 30_000;
/** For so long a free connection is waited for. */
const FREE_MS = 20_000;
/** For so long a question is asked again where the connection breaks: it changes nothing. */
const AGAIN_MS = 5000;

const isQuestion = ({ query, sql }: CompiledQuery): boolean =>
  query.kind === "SelectQueryNode" || /^\s*select\b/i.test(sql);

export interface ServerDialectOptions {
  readonly kind: ServerKind;
  readonly pool: ConnectionPool;
  /** The server's name for people. */
  readonly where: string;
  /** Milliseconds that a statement may take; no limit for migrations, which build indexes. */
  readonly statementMs?: number;
}

/** The drivers would write an object as text. @throws TypeError */
const checkParameters = (parameters: readonly unknown[]): void => {
  for (const value of parameters)
    if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
      throw new TypeError("A statement takes texts, numbers and bytes only.");
};

class ServerConnection implements DatabaseConnection {
  /** Undefined where it was given back and no other one could be had. */
  #raw: RawConnection | undefined;
  readonly #driver: ServerDriver;
  /** Nothing may be asked again on another connection: a transaction is open on this one. */
  inTransaction = false;
  #isBroken = false;

  constructor(raw: RawConnection, driver: ServerDriver) {
    this.#raw = raw;
    this.#driver = driver;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const until = performance.now() + AGAIN_MS;
    for (let wait = 50; ; wait *= 2)
      try {
        return await this.#run<R>(query);
      } catch (error) {
        const mayAskAgain = !this.inTransaction && isUnreachable(error) && isQuestion(query);
        if (!mayAskAgain || performance.now() + wait > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
        await this.#replace();
      }
  }

  #usable(): RawConnection {
    if (this.#isBroken || this.#raw === undefined)
      throw this.#driver.explained(new Error("Connection lost"));
    return this.#raw;
  }

  async #replace(): Promise<void> {
    this.#isBroken = true;
    this.release();
    this.#raw = await this.#driver.checked();
    this.#isBroken = false;
  }

  async #run<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    checkParameters(parameters);
    const raw = this.#usable();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      raw.destroy();
    }, this.#driver.statementMs);
    try {
      const ran = await raw.run(sql, parameters);
      return {
        rows: (ran.command === "COMMIT" || ran.command === "ROLLBACK"
          ? [{ command: ran.command }]
          : ran.rows) as R[],
        ...(ran.affected === undefined ? {} : { numAffectedRows: BigInt(ran.affected) }),
      };
    } catch (error) {
      const made = this.#driver.explained(isLate ? new Error("Connection lost") : error);
      if (isLost(made)) this.#isBroken = true;
      throw made;
    } finally {
      clearTimeout(timer);
    }
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const raw = this.#usable();
    let isWaiting = true;
    let isLate = false;
    // The time that the server takes for the next row; not what whoever reads does between two of them.
    const timer = setTimeout(() => {
      if (!isWaiting) return;
      isLate = true;
      raw.destroy();
    }, this.#driver.statementMs);
    try {
      for await (const row of raw.stream(sql, parameters)) {
        isWaiting = false;
        yield { rows: [row as R] };
        isWaiting = true;
        timer.refresh();
      }
    } catch (error) {
      const made = this.#driver.explained(isLate ? new Error("Connection lost") : error);
      if (isLost(made)) this.#isBroken = true;
      throw made;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes it: its transaction is undone by the server. */
  abandon(): void {
    this.#isBroken = true;
  }

  /** Gives it back, once: a pool takes no connection twice. */
  release(): void {
    const raw = this.#raw;
    this.#raw = undefined;
    if (raw === undefined) return;
    if (this.#isBroken) raw.destroy();
    else this.#driver.rests(raw);
    raw.release();
  }
}

class ServerDriver implements Driver {
  readonly #options: ServerDialectOptions;
  readonly #restedSince = new WeakMap<RawConnection, number>();
  readonly statementMs: number;

  constructor(options: ServerDialectOptions) {
    this.#options = options;
    this.statementMs = options.statementMs ?? STATEMENT_MS;
  }

  async init(): Promise<void> {
    // The pool connects when it is first asked.
  }

  explained(error: unknown): unknown {
    return explainedByServer(error, this.#options.where);
  }

  rests(raw: RawConnection): void {
    this.#restedSince.set(raw, performance.now());
  }

  async #free(): Promise<RawConnection> {
    const asked = this.#options.pool.acquire();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(
        unavailable("All connections to the database are in use.", {
          code: "database-busy",
          hint: "Parlance tries again by itself.",
        }),
      );
      // It may still come, when nobody waits for it any more.
      asked.then(
        (raw) => raw.release(),
        () => undefined,
      );
    }, FREE_MS);
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      throw this.explained(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection that works, or worked a moment ago. */
  async checked(): Promise<RawConnection> {
    // As many as a pool may hold: after a restart of the server all of them are dead.
    for (let dead = 0; ; dead++) {
      const raw = await this.#free();
      const since = this.#restedSince.get(raw);
      if (since === undefined || performance.now() - since < RESTED_MS) return raw;
      // Whatever is asked on a connection that is closed ends with an error.
      const timer = setTimeout(() => raw.destroy(), PING_MS);
      try {
        await raw.ping();
        return raw;
      } catch (error) {
        raw.destroy();
        raw.release();
        if (dead >= 32) throw this.explained(error);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ServerConnection(await this.checked(), this);
  }

  async beginTransaction(
    connection: DatabaseConnection,
    { isolationLevel }: TransactionSettings,
  ): Promise<void> {
    const own = connection as ServerConnection;
    own.inTransaction = true;
    if (this.#options.kind === "mariadb") {
      if (isolationLevel !== undefined)
        await own.executeQuery(
          CompiledQuery.raw(`set transaction isolation level ${isolationLevel}`),
        );
      await own.executeQuery(CompiledQuery.raw("begin"));
      return;
    }
    const level = isolationLevel === undefined ? "" : ` isolation level ${isolationLevel}`;
    await own.executeQuery(CompiledQuery.raw(`begin${level}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const own = connection as ServerConnection;
    try {
      const { rows } = await own.executeQuery<{ command?: string }>(CompiledQuery.raw("commit"));
      // PostgreSQL answers so where a statement failed before: nothing was saved.
      if (rows[0]?.command === "ROLLBACK")
        throw new Error("The transaction was undone, because one of its statements had failed.");
    } finally {
      own.inTransaction = false;
    }
  }

  /** Never throws, because it runs after an error, which is the one to report: a connection that cannot roll back is closed. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const own = connection as ServerConnection;
    try {
      await own.executeQuery(CompiledQuery.raw("rollback"));
    } catch {
      own.abandon();
    } finally {
      own.inTransaction = false;
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as ServerConnection).release();
  }

  destroy(): Promise<void> {
    return this.#options.pool.end();
  }
}

/** What SQLite makes of a list with nothing in it, which is a mistake for the others; undefined for everything else. */
const ofEmptyList = ({ operator, rightOperand }: BinaryOperationNode): string | undefined => {
  if (!PrimitiveValueListNode.is(rightOperand) || rightOperand.values.length > 0) return undefined;
  if (!OperatorNode.is(operator)) return undefined;
  if (operator.operator === "in") return "1 = 0";
  return operator.operator === "not in" ? "1 = 1" : undefined;
};

class MariaDbCompiler extends MysqlQueryCompiler {
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const empty = ofEmptyList(node);
    if (empty === undefined) super.visitBinaryOperation(node);
    else this.append(empty);
  }

  /** Null is the least of all values, as in SQLite, and there are no words to say otherwise: last where the order is descending. */
  protected override visitOrderByItem({ nulls: _, ...node }: OrderByItemNode): void {
    super.visitOrderByItem(node);
  }
}

class PostgresCompiler extends PostgresQueryCompiler {
  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const empty = ofEmptyList(node);
    if (empty === undefined) super.visitBinaryOperation(node);
    else this.append(empty);
  }
}

export const serverDialect = (options: ServerDialectOptions): Dialect => {
  const isMariaDb = options.kind === "mariadb";
  return {
    createAdapter: () => (isMariaDb ? new MysqlAdapter() : new PostgresAdapter()),
    createDriver: () => new ServerDriver(options),
    createIntrospector: (db) =>
      isMariaDb ? new MysqlIntrospector(db) : new PostgresIntrospector(db),
    createQueryCompiler: () => (isMariaDb ? new MariaDbCompiler() : new PostgresCompiler()),
  };
};
