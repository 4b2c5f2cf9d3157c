// What a driver of a database server gives to the dialect: connections that run statements, from a pool that checks them.

export interface Ran {
  readonly rows: unknown[];
  /** Rows inserted, changed or deleted; those that an update found count, whether it changed them or not. */
  readonly affected: number | undefined;
  /** "COMMIT", "ROLLBACK" and the like, where the server says what it did. */
  readonly command?: string;
}

/** One connection, used by one caller at a time. Its errors are those of the driver. */
export interface RawConnection {
  run(sql: string, parameters: readonly unknown[]): Promise<Ran>;
  /** Rows one after the other, without holding all of them in memory. End the iterator, or the connection stays busy. */
  stream(sql: string, parameters: readonly unknown[]): AsyncIterable<unknown>;
  /** @throws where the server does not answer any more */
  ping(): Promise<void>;
  /** Gives it back to the pool. */
  release(): void;
  /** Closes it at once, with whatever runs on it. */
  destroy(): void;
}

export interface ConnectionPool {
  acquire(): Promise<RawConnection>;
  /** Closes all connections once they are given back. */
  end(): Promise<void>;
}

/** Which kind of database a server runs. */
export type ServerKind = "mariadb" | "postgres";
