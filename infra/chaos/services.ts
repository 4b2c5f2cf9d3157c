// Private MariaDB, PostgreSQL and RabbitMQ servers for tests and chaos: each in a folder and on ports of its own, on loopback only.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ClaimedPort, claimPort } from "./claimed-port.ts";
import { mariaDb } from "./mariadb.ts";
import { postgres } from "./postgres.ts";
import {
  type PrivateServer,
  privateServer,
  type Recipe,
  type SystemUser,
} from "./private-server.ts";
import { rabbitMq } from "./rabbitmq.ts";

export type ServiceKind = "mariadb" | "postgres" | "rabbitmq";

export interface ServiceOptions {
  /** Where its files lie. Otherwise a new folder, which `stop` removes. */
  readonly folder?: string;
  /** The port for its clients; otherwise any that is free. */
  readonly port?: number;
  /**
   * With the settings of production, on a real disk: what it confirmed survives a loss of power (for chaos).
   * Otherwise fast, in memory where that is possible (for ordinary tests).
   */
  readonly durable?: boolean;
}

export interface Service extends PrivateServer {
  readonly kind: ServiceKind;
  /** An administrator's address, which may make databases: `mysql://…`, `postgres://…`, `amqp://…`. */
  readonly url: string;
  /** For RabbitMQ the address of its HTTP API, which may make virtual hosts; otherwise undefined. */
  readonly adminUrl?: string;
  readonly folder: string;
  /** Ends it for good: its ports are given back, and a folder of its own is removed. */
  remove(): Promise<void>;
}

/** What a kind of server needs to be known to run it. */
export interface Kind {
  readonly name: string;
  /** Whether its programs are installed. */
  installed(): boolean;
  /** The user to run it as, where this process is root and it refuses to be. */
  user?(): SystemUser | undefined;
  /** Number of ports that it needs; the first is the one for clients. */
  readonly ports: number;
  /** Makes its files in an empty folder. */
  prepare(setup: Setup): Promise<void>;
  recipe(setup: Setup): Recipe & { readonly url: string; readonly adminUrl?: string };
  /** Starts what it needs beside it; returns what ends that. */
  beside?(setup: Setup): Promise<() => Promise<void>>;
}

export interface Setup {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly durable: boolean;
  readonly user: SystemUser | undefined;
}

const kinds: Record<ServiceKind, Kind> = { mariadb: mariaDb, postgres, rabbitmq: rabbitMq };

/** Which of the servers can be started here: their programs are installed. */
export const available = (): Record<ServiceKind, boolean> => ({
  mariadb: mariaDb.installed(),
  postgres: postgres.installed(),
  rabbitmq: rabbitMq.installed(),
});

const MEMORY_DISK = "/dev/shm";
const MEMORY_DISK_BYTES = 2 * 2 ** 30;

const hasRoom = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= MEMORY_DISK_BYTES;
};

/** Whether every user may go into this folder: a server that runs as another user has to. */
const isOpen = (folder: string): boolean =>
  existsSync(folder) &&
  (statSync(folder).mode & 0o001) !== 0 &&
  (dirname(folder) === folder || isOpen(dirname(folder)));

const newFolder = (kind: ServiceKind, durable: boolean): string => {
  const memory = !durable && existsSync(MEMORY_DISK) && hasRoom(MEMORY_DISK) ? [MEMORY_DISK] : [];
  const places = [...memory, tmpdir(), "/tmp", "/var/tmp"];
  const place = places.find(isOpen) ?? tmpdir();
  return mkdtempSync(join(place, `parlance-${kind}-`));
};

/** Starts a server of this kind. @throws Error with its last log lines where it does not start */
export const startService = async (
  kind: ServiceKind,
  options: ServiceOptions = {},
): Promise<Service> => {
  const known = kinds[kind];
  if (!known.installed()) throw new Error(`${known.name} is not installed`);
  const durable = options.durable ?? false;
  const folder = options.folder ?? newFolder(kind, durable);
  const isNew = !existsSync(join(folder, "prepared"));
  mkdirSync(folder, { recursive: true });
  const user = known.user?.();
  if (user !== undefined) {
    if (!isOpen(dirname(folder)))
      throw new Error(`${known.name} runs as another user, who may not go into ${dirname(folder)}`);
    chownSync(folder, user.uid, user.gid);
  }
  chmodSync(folder, 0o700);
  const claims: ClaimedPort[] = [await claimPort(options.port)];
  while (claims.length < known.ports) claims.push(await claimPort());
  const setup: Setup = { folder, ports: claims.map(({ port }) => port), durable, user };
  let endBeside = async () => {};
  const { url, adminUrl, ...recipe } = known.recipe(setup);
  const server = privateServer(recipe);
  // Where this process ends before anybody has removed it, as at Ctrl-C.
  const atExit = () => {
    if (server.pid !== 0) process.kill(server.pid, "SIGKILL");
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", atExit);
  const remove = async () => {
    // What lies in a folder that is about to be removed needs no orderly end, which takes a broker five seconds.
    await (options.folder === undefined ? server.kill() : server.stop());
    await endBeside();
    await Promise.all(claims.map((claim) => claim.release()));
    process.off("exit", atExit);
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (isNew) {
      await known.prepare(setup);
      mkdirSync(join(folder, "prepared"));
    }
    endBeside = (await known.beside?.(setup)) ?? endBeside;
    await server.start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    kind,
    url,
    ...(adminUrl === undefined ? {} : { adminUrl }),
    folder,
    get pid() {
      return server.pid;
    },
    start: server.start,
    stop: server.stop,
    kill: server.kill,
    remove,
  };
};

/** Starts a MariaDB server, whose `root` has no password. @throws Error with its last log lines where it does not start */
export const startMariaDb = (options: ServiceOptions = {}): Promise<Service> =>
  startService("mariadb", options);

/** Starts a PostgreSQL server, whose `postgres` has no password. @throws Error with its last log lines where it does not start */
export const startPostgres = (options: ServiceOptions = {}): Promise<Service> =>
  startService("postgres", options);

/** Starts a RabbitMQ node with its HTTP API, user `guest`. @throws Error with its last log lines where it does not start */
export const startRabbitMq = (options: ServiceOptions = {}): Promise<Service> =>
  startService("rabbitmq", options);
