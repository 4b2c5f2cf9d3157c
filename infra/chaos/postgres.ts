// How a private PostgreSQL server is made and run.
import { dirname, join } from "node:path";
import { Client } from "pg";
import { findNewest, findProgram, runProgram, systemUser } from "./programs.ts";
import type { Kind, Setup } from "./services.ts";

/** Debian keeps its programs off the PATH. */
const server = () => findNewest("/usr/lib/postgresql/*/bin/postgres") ?? findProgram("postgres");
const data = ({ folder }: Setup) => join(folder, "data");

/** Nothing is waited for: what such a server holds is worth nothing after a loss of power. */
const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export const postgres: Kind = {
  name: "PostgreSQL",
  installed: () =>
    server() !== undefined && (process.getuid?.() !== 0 || systemUser("postgres") !== undefined),
  // It refuses to run as root.
  user: () => (process.getuid?.() === 0 ? systemUser("postgres") : undefined),
  ports: 1,
  prepare: (setup) =>
    runProgram(
      join(dirname(server() ?? ""), "initdb"),
      [
        "-D",
        data(setup),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      ],
      setup,
    ),
  recipe(setup) {
    const { folder, ports } = setup;
    const url = `postgres://postgres@127.0.0.1:${ports[0]}/postgres`;
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=300",
      "shared_buffers=64MB",
      ...(setup.durable ? [] : fast),
    ];
    return {
      name: "PostgreSQL",
      url,
      command: server() ?? "postgres",
      args: [
        "-D",
        data(setup),
        "-p",
        `${ports[0]}`,
        ...settings.flatMap((setting) => ["-c", setting]),
      ],
      user: setup.user,
      folder,
      log: join(folder, "log"),
      // Ends the sessions of its clients instead of waiting for them.
      stopSignal: "SIGINT",
      async answers() {
        const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
        // A connection that breaks is told both by the event and by the call.
        client.on("error", () => undefined);
        await client.connect();
        await client.query("select 1");
        await client.end();
      },
    };
  },
};
