// A profile under chaos: what Parlance runs on, and the private servers of it.
import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import { available, type Service, type ServiceKind, startService } from "./services.ts";

export const profileNames = ["embedded", "mariadb+rabbitmq", "postgres+rabbitmq"] as const;
export type ProfileName = (typeof profileNames)[number];

export interface Profile {
  readonly name: ProfileName;
  readonly kinds: readonly ServiceKind[];
  /** The servers that it needs: none where everything is in one file. */
  readonly services: readonly Service[];
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

/** The kinds of servers that a profile needs. */
export const kindsOf = (name: ProfileName): ServiceKind[] =>
  name === "embedded" ? [] : (name.split("+") as ServiceKind[]);

/** Whether what the profile needs is installed here. */
export const canRun = (name: ProfileName): boolean =>
  kindsOf(name).every((kind) => available()[kind]);

/** The setting that names a server. */
const settingOf = ({ kind, url }: Service, port: number | undefined): [string, string] =>
  kind === "rabbitmq"
    ? ["PARLANCE_BROKER_URL", changed(url, { port })]
    : ["PARLANCE_DATABASE_URL", changed(url, { port, path: `/${DATABASE}` })];

/** Starts the servers of a profile with the settings of production, and an empty database. */
export const openProfile = async (name: ProfileName): Promise<Profile> => {
  const services: Service[] = [];
  const close = async () => {
    await Promise.all(services.map((service) => service.remove()));
  };
  try {
    for (const kind of kindsOf(name)) {
      const service = await startService(kind, { durable: true });
      services.push(service);
      if (kind !== "rabbitmq") await makeDatabase(service);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name,
    kinds: kindsOf(name),
    services,
    settings: (ports = {}) =>
      Object.fromEntries(services.map((service) => settingOf(service, ports[service.kind]))),
    close,
  };
};
