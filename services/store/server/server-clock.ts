// The database server's clock, so that all machines agree on the time: its difference from this machine's is measured again and again.
import { type Kysely, sql } from "kysely";
import { type Clock, millis } from "#services/domain/units.ts";
import type { ServerKind } from "./connection.ts";

const EVERY_MS = 30_000;

export interface ServerClock {
  /** Milliseconds since 1970 by the server's clock, as exactly as a question takes to be answered. Never goes back. */
  readonly now: Clock;
  stop(): void;
}

/** @throws where the server cannot be asked at the start; later it goes on with the last difference */
export const openServerClock = async <T>(
  db: Kysely<T>,
  { kind, now: local }: { readonly kind: ServerKind; readonly now: Clock },
): Promise<ServerClock> => {
  const question =
    kind === "mariadb"
      ? sql<{ at: number }>`select cast(unix_timestamp(now(3)) * 1000 as unsigned) as at`
      : sql<{
          at: number;
        }>`select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as at`;
  const differenceNow = (): Promise<number> => {
    // On a connection that is free already: to wait for one would count as the way to the server.
    return db.connection().execute(async (connection) => {
      const before = local();
      const { rows } = await question.execute(connection);
      // The server looked at its clock about half way.
      return Number(rows[0]?.at) - (before + local()) / 2;
    });
  };
  let difference = await differenceNow();
  let last = 0;
  const timer = setInterval(() => {
    differenceNow().then(
      (measured) => {
        difference = measured;
      },
      () => undefined,
    );
  }, EVERY_MS).unref();
  return {
    now: () => {
      last = Math.max(last, Math.round(local() + difference));
      return millis(last);
    },
    stop: () => clearInterval(timer),
  };
};
