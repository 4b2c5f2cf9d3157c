// Transactions on a database server: in turn where they could miss each other's changes, run again after a conflict, and never in doubt.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { unavailable } from "#services/domain/errors.ts";
import type { SystemRows } from "../rows.ts";
import type { ServerKind } from "./connection.ts";
import { isConflict, isDuplicate, isUnreachable } from "./server-error.ts";

/** Tries of a transaction that was in another one's way. */
const MOST_TRIES = 8;
/** Tries of one that inserted a unique key which is there: the second sees it, unless it was deleted and came again meanwhile. */
const MOST_TRIES_WITH_DUPLICATE = 3;
/** For so long a transaction is tried again where the server does not answer. */
const UNREACHABLE_MS = 10_000;

/** How a kind of server takes a turn, and tells whether a commit whose answer was lost has happened. */
interface Manner {
  /** Before the transaction begins: what the turn needs, so that two turns never wait for each other. */
  prepare(db: SystemRows, turn: string): Promise<void>;
  /**
   * The first statement of a transaction: waits until no other one has the turn, which ends with the transaction.
   * @returns the mark by which the transaction can be recognised
   */
  begin(rows: SystemRows, turn: string): Promise<string>;
  /** Waits for a further turn inside a transaction. */
  take(rows: SystemRows, turn: string): Promise<void>;
  /** Whether the transaction with this mark was committed; waits while that is not decided. */
  isCommitted(db: SystemRows, mark: string): Promise<boolean>;
  /** The mark is not asked about any more. */
  forget(mark: string): void;
}

const postgresManner: Manner = {
  prepare: async () => undefined,
  async take(rows, turn) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${turn}, 0))`.execute(rows);
  },
  async begin(rows, turn) {
    const { rows: found } = await sql<{ id: string }>`
      select pg_advisory_xact_lock(hashtextextended(${turn}, 0))::text as taken,
        pg_current_xact_id()::text as id`.execute(rows);
    return found[0]?.id ?? "";
  },
  async isCommitted(db, mark) {
    for (;;) {
      const { rows } = await sql<{
        status: string | null;
      }>`select pg_xact_status(${mark}::xid8) as status`.execute(db);
      const status = rows[0]?.status;
      if (status !== "in progress") return status === "committed";
      await pause(50);
    }
  },
  forget: () => undefined,
};

/**
 * MariaDB does not tell afterwards what became of a transaction, so that each one leaves a mark in a row of its own: one for each of
 * the transactions that run side by side in this process.
 */
const mariadbManner = (): Manner => {
  const process = randomUUID();
  /** Rows that no transaction uses: one whose commit is under way keeps its own, or another would write over what it left there. */
  const free: string[] = [];
  let made = 0;
  const known = new Set<string>();
  const prepare = async (db: SystemRows, turn: string) => {
    if (known.has(turn)) return;
    const { rows } = await sql`select name from turns where name = ${turn}`.execute(db);
    if (rows.length === 0) await sql`insert ignore into turns (name) values (${turn})`.execute(db);
    known.add(turn);
  };
  /** Its row is gone, as after a restore: the transaction is run again, and makes it anew. */
  const turnIsGone = (turn: string) => {
    known.delete(turn);
    return unavailable("The database is busy.", { code: "database-busy" });
  };
  return {
    prepare,
    async begin(rows, turn) {
      const row = free.pop() ?? `${process}-${made++}`;
      const mark = randomUUID();
      // The turn is waited for first, with nothing in hand. One statement, because each is a way to the server and back.
      const { numAffectedRows = 0n } = await sql`
        insert into commits (id, mark, at)
        select ${row}, ${mark}, unix_timestamp() from turns where name = ${turn} for update
        on duplicate key update mark = values(mark), at = values(at)`.execute(rows);
      if (numAffectedRows === 0n) throw turnIsGone(turn);
      return `${row} ${mark}`;
    },
    async take(rows, turn) {
      // To look for a missing row with a lock would lock the gap, and keep others from adding theirs.
      await prepare(rows, turn);
      const taken = await sql`select name from turns where name = ${turn} for update`.execute(rows);
      if (taken.rows.length === 0) throw turnIsGone(turn);
    },
    async isCommitted(db, mark) {
      const [row = "", written] = mark.split(" ");
      // A locking read waits for a transaction that still has the row.
      const { rows } = await sql<{
        mark: string;
      }>`select mark from commits where id = ${row} for update`.execute(db);
      return rows[0]?.mark === written;
    },
    forget(mark) {
      const [row = ""] = mark.split(" ");
      free.push(row);
    },
  };
};

export interface ServerTransactions {
  /**
   * Runs the work in a transaction, after all others that asked for the same turn. The work may run several times: it must change
   * nothing but rows, and return what it found.
   * @param takesMore whether `take` is called in it: each statement then sees what was committed before it, not before the first one
   * @throws ParlanceError unavailable `database-busy` | `database-unreachable` | `commit-unknown`
   */
  run<T>(work: (rows: SystemRows) => Promise<T>, turn: string, takesMore?: boolean): Promise<T>;
  /** Takes a further turn inside a transaction. */
  take(rows: SystemRows, turn: string): Promise<void>;
}

const commitUnknown = (cause: unknown) =>
  unavailable("The database went away while it was saving.", {
    code: "commit-unknown",
    hint: "Look whether what you did is there before you do it again.",
    cause,
  });

/** Milliseconds before the next try, so that two do not collide again. */
const jittered = (tries: number): number => Math.random() * Math.min(500, 10 * 2 ** tries);

export const serverTransactions = (
  db: Kysely<never> | SystemRows,
  kind: ServerKind,
): ServerTransactions => {
  const rowsOf = db as SystemRows;
  const manner = kind === "mariadb" ? mariadbManner() : postgresManner;

  /**
   * True where the commit happened although its answer was lost. It is asked again where the database is busy too: a transaction that
   * may have happened is not run again.
   * @throws ParlanceError unavailable `commit-unknown`
   */
  const happened = async (mark: string): Promise<boolean> => {
    const until = performance.now() + UNREACHABLE_MS;
    for (;;)
      try {
        return await manner.isCommitted(rowsOf, mark);
      } catch (error) {
        const again = isUnreachable(error) || isConflict(error);
        if (!again || performance.now() > until) throw commitUnknown(error);
        await pause(200);
      }
  };

  const once = async <T>(
    work: (rows: SystemRows) => Promise<T>,
    turn: string,
    takesMore: boolean,
  ): Promise<T> => {
    await manner.prepare(rowsOf, turn);
    const begun = rowsOf.startTransaction();
    const open = await (takesMore ? begun.setIsolationLevel("read committed") : begun).execute();
    let mark: string | undefined;
    try {
      mark = await manner.begin(open, turn);
      const result = await work(open);
      try {
        await open.commit().execute();
      } catch (error) {
        if (!isUnreachable(error) || !(await happened(mark))) throw error;
        await open.rollback().execute();
      }
      manner.forget(mark);
      return result;
    } catch (error) {
      if (!open.isCommitted && !open.isRolledBack) await open.rollback().execute();
      // Of one whose connection broke, the server may still hold what it wrote.
      if (mark !== undefined && !isUnreachable(error)) manner.forget(mark);
      throw error;
    }
  };

  const mayRunAgain = (error: unknown, tries: number): boolean =>
    isDuplicate(error)
      ? tries < MOST_TRIES_WITH_DUPLICATE
      : isConflict(error) && tries < MOST_TRIES;

  return {
    async run(work, turn, takesMore = false) {
      const until = performance.now() + UNREACHABLE_MS;
      for (let tries = 1; ; tries++)
        try {
          return await once(work, turn, takesMore);
        } catch (error) {
          const again = isUnreachable(error)
            ? performance.now() < until
            : mayRunAgain(error, tries);
          if (!again) throw error;
          await pause(jittered(tries));
        }
    },
    take: (rows, turn) => manner.take(rows, turn),
  };
};
