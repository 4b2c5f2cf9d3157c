// How a private MariaDB server is made and run.
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { findProgram, runProgram } from "./programs.ts";
import type { Kind, Setup } from "./services.ts";

/** The server runs as whoever owns its folder, which is who runs this; it asks root to say so. */
const asOwner = () => (process.getuid?.() === 0 ? ["--user=root"] : []);
const data = ({ folder }: Setup) => `--datadir=${join(folder, "data")}`;

/** Nothing is waited for: what such a server holds is worth nothing after a loss of power. */
const fast = [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
  "--sync-binlog=0",
  "--innodb-buffer-pool-size=64M",
  "--innodb-log-file-size=48M",
];
/** As in infra/compose/compose.prod.yml: rows have random keys, so that a pool that does not hold their indexes reads a page for each. */
const durable = [
  "--innodb-flush-log-at-trx-commit=1",
  "--innodb-doublewrite=1",
  "--innodb-buffer-pool-size=512M",
];

export const mariaDb: Kind = {
  name: "MariaDB",
  installed: () =>
    findProgram("mariadbd") !== undefined && findProgram("mariadb-install-db") !== undefined,
  ports: 1,
  prepare: (setup) =>
    runProgram(
      "mariadb-install-db",
      [
        "--no-defaults",
        data(setup),
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
        ...asOwner(),
      ],
      setup,
    ),
  recipe(setup) {
    const { folder, ports } = setup;
    const url = `mysql://root@127.0.0.1:${ports[0]}/`;
    return {
      name: "MariaDB",
      url,
      command: findProgram("mariadbd") ?? "mariadbd",
      args: [
        "--no-defaults",
        data(setup),
        ...asOwner(),
        `--port=${ports[0]}`,
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        // Relative to its data: the path of a socket may have 107 bytes.
        "--socket=socket",
        "--pid-file=pid",
        "--character-set-server=utf8mb4",
        "--max-connections=400",
        ...(setup.durable ? durable : fast),
      ],
      folder,
      log: join(folder, "log"),
      stopSignal: "SIGTERM",
      async answers() {
        const connection = await createConnection({ uri: url, connectTimeout: 2000 });
        await connection.query("select 1");
        await connection.end();
      },
    };
  },
};
