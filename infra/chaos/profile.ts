// A profile under chaos: what Parlance runs on, and the private servers of it.
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { available, type Service, type ServiceKind, startService } from "./services.ts";

export const profileNames = ["embedded", "mariadb", "postgres"] as const;
export type ProfileName = (typeof profileNames)[number];

export interface Profile {
  readonly name: ProfileName;
  /** The database server; undefined where the database is a file. */
  readonly database: Service | undefined;
  /** The settings that make Parlance use it. @param ports the port through which a kind is reached, where that is not its own */
  settings(ports?: Partial<Record<ServiceKind, number>>): Record<string, string>;
  close(): Promise<void>;
}

const DATABASE = "parlance";

/** An address with another port or database. */
const changed = (url: string, { port, path }: { port?: number | undefined; path?: string }) => {
  const address = new URL(url);
  if (port !== undefined) address.port = `${port}`;
  if (path !== undefined) address.pathname = path;
  return address.href;
};

const makeDatabase = async ({ kind, url }: Service): Promise<void> => {
  if (kind === "mariadb") {
    const connection = await createConnection(url);
    await connection.query(`create database ${DATABASE}`);
    await connection.end();
    return;
  }
  const client = new Client(url);
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
};

/** Whether what the profile needs is installed here. */
export const canRun = (name: ProfileName): boolean => name === "embedded" || available()[name];

/** Starts the servers of a profile with the settings of production, and an empty database. */
export const openProfile = async (name: ProfileName): Promise<Profile> => {
  if (name === "embedded")
    return { name, database: undefined, settings: () => ({}), close: async () => {} };
  const database = await startService(name, { durable: true });
  await makeDatabase(database);
  return {
    name,
    database,
    settings: (ports = {}) => ({
      PARLANCE_DATABASE_URL: changed(database.url, { port: ports[name], path: `/${DATABASE}` }),
    }),
    close: () => database.remove(),
  };
};
