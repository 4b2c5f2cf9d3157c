// How a private RabbitMQ node is made and run, with a port mapper (epmd) of its own.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import { mortal } from "./private-server.ts";
import { findNewest, findProgram } from "./programs.ts";
import type { Kind, Setup } from "./services.ts";

/** The script behind Debian's wrapper, which would run it as another user and in that user's folder. */
const server = () => findNewest("/usr/lib/rabbitmq/bin/rabbitmq-server");

const environment = ({ folder, ports }: Setup): Record<string, string> => {
  const [port, , distribution, mapper] = ports;
  return {
    HOME: folder,
    RABBITMQ_NODENAME: `parlance-${port}@localhost`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: join(folder, "logs"),
    RABBITMQ_CONFIG_FILE: join(folder, "node.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "none.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, "generated"),
    // Otherwise it reads the one of the machine's own node.
    RABBITMQ_CONF_ENV_FILE: join(folder, "none.conf"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    // With this the script becomes the node itself, so that its process is the one to kill.
    RABBITMQ_ALLOW_INPUT: "true",
    RABBITMQ_SERVER_START_ARGS: "-noinput",
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: `${mapper}`,
  };
};

const settings = ({ ports, durable }: Setup): string =>
  [
    `listeners.tcp.local = 127.0.0.1:${ports[0]}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${ports[1]}`,
    "log.console = true",
    "log.console.level = info",
    "log.file = false",
    "disk_free_limit.absolute = 50MB",
    // The log of quorum queues is as long as this before it is written to their own files: in memory, it takes that much.
    ...(durable ? [] : ["raft.wal_max_size_bytes = 16000000"]),
    "",
  ].join("\n");

export const rabbitMq: Kind = {
  name: "RabbitMQ",
  installed: () => server() !== undefined && findProgram("epmd") !== undefined,
  // Clients, HTTP API, distribution, port mapper.
  ports: 4,
  async prepare({ folder }) {
    for (const name of ["data", "logs", "generated"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "plugins"), "[rabbitmq_management].\n");
    writeFileSync(join(folder, "none.conf"), "");
    writeFileSync(join(folder, ".erlang.cookie"), crypto.randomUUID(), { mode: 0o400 });
  },
  async beside(setup) {
    const { folder, ports } = setup;
    writeFileSync(join(folder, "node.conf"), settings(setup));
    const { command, args } = mortal(findProgram("epmd") ?? "epmd", [
      "-address",
      "127.0.0.1",
      "-port",
      `${ports[3]}`,
    ]);
    const mapper = spawn(command, args, { cwd: folder, stdio: "ignore" });
    mapper.once("error", () => undefined);
    return async () => {
      mapper.kill("SIGKILL");
    };
  },
  recipe(setup) {
    const { folder, ports } = setup;
    const url = `amqp://guest:guest@127.0.0.1:${ports[0]}`;
    return {
      name: "RabbitMQ",
      url,
      adminUrl: `http://guest:guest@127.0.0.1:${ports[1]}`,
      command: server() ?? "rabbitmq-server",
      args: [],
      env: environment(setup),
      folder,
      log: join(folder, "log"),
      stopSignal: "SIGTERM",
      async answers() {
        const connection = await connect(url, { timeout: 2000 });
        // It may end again just now.
        connection.on("error", () => undefined);
        await connection.close();
      },
    };
  },
};
