// A stream of rows whose database is killed or falls silent: it ends with an error, and nobody waits for it.
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { mariadbPool } from "../../services/store/server/mariadb.ts";
import { postgresPool } from "../../services/store/server/postgres.ts";
import { available, type Service, startMariaDb, startPostgres } from "./services.ts";

let service: Service | undefined;
afterEach(async () => {
  await service?.remove();
  service = undefined;
});

const can = available();
const kinds = [
  {
    kind: "mariadb",
    start: startMariaDb,
    open: ({ url }: Service) => mariadbPool(`${url}mysql`, 1),
    rows: "select seq, sleep(0.001) from seq_1_to_10000000",
  },
  {
    kind: "postgres",
    start: startPostgres,
    open: ({ url }: Service) => postgresPool(url, 1),
    rows: "select n, pg_sleep(0.001) from generate_series(1, 10000000) n",
  },
] as const;

describe.each(kinds)("a stream of rows of $kind", ({ kind, start, open, rows }) => {
  const why = can[kind] ? "" : ` (skipped: ${kind} is not installed)`;

  it.skipIf(!can[kind])(
    `fails when its connection ends or its server is killed, and when that was so before${why}`,
    async () => {
      service = await start();
      const pool = open(service);
      const read = async (meanwhile: (destroy: () => void) => Promise<void> | void) => {
        const connection = await pool.acquire();
        const reading = (async () => {
          for await (const row of connection.stream(rows, [])) expect(row).toBeDefined();
        })();
        reading.catch(() => undefined);
        await pause(300);
        await meanwhile(connection.destroy);
        await expect(reading).rejects.toThrow(/connection|lost|terminated|ECONNRESET/i);
        const again = async () => {
          for await (const row of connection.stream(rows, [])) expect(row).toBeUndefined();
        };
        await expect(again()).rejects.toThrow(/connection|lost|closed/i);
        connection.release();
      };
      await read((destroy) => destroy());
      const { kill } = service;
      await read(() => kill());
      await pool.end();
    },
  );
});
