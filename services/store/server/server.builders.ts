// Builders for tests on a database server: an empty database of its own for each test, where PARLANCE_TEST_DATABASE names a kind.
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { randomName } from "../digest.ts";

export interface ServerDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const administrators = {
  mariadb: "PARLANCE_TEST_MARIADB_URL",
  postgres: "PARLANCE_TEST_POSTGRES_URL",
} as const;

type Kind = keyof typeof administrators;

const isKind = (kind: string): kind is Kind => Object.hasOwn(administrators, kind);

/** The kind that this run of the tests is for: "sqlite" where nothing is said. */
export const testedKind = (): "sqlite" | Kind => {
  const kind = process.env["PARLANCE_TEST_DATABASE"] ?? "sqlite";
  if (kind === "sqlite" || isKind(kind)) return kind;
  throw new Error(`PARLANCE_TEST_DATABASE is ${kind}, which is no kind of database.`);
};

const administer = async (kind: Kind, address: string, statement: string): Promise<void> => {
  if (kind === "mariadb") {
    const connection = await createConnection(address);
    await connection.query(statement).finally(() => connection.end());
  } else {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
};

/** A new database on the server that the tests were given. */
export const aDatabaseOn = async (kind: Kind): Promise<ServerDatabase> => {
  const address = process.env[administrators[kind]];
  if (address === undefined) throw new Error(`${administrators[kind]} is not set.`);
  const name = `parlance_test_${randomName()}`;
  await administer(
    kind,
    address,
    kind === "mariadb"
      ? `create database ${name}`
      : `create database ${name} template template0 encoding 'UTF8'`,
  );
  const url = new URL(address);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      administer(
        kind,
        address,
        kind === "mariadb" ? `drop database ${name}` : `drop database ${name} with (force)`,
      ),
  };
};

/** Undefined where this run of the tests is for SQLite. */
export const aServerDatabase = async (): Promise<ServerDatabase | undefined> => {
  const kind = testedKind();
  return kind === "sqlite" ? undefined : aDatabaseOn(kind);
};

/** A user who may read a database and nothing else, as one sees it on a replica. */
export const aReader = async (url: string): Promise<ServerDatabase> => {
  const kind = testedKind();
  if (kind === "sqlite") throw new Error("These tests need a server.");
  const user = `reader_${randomName()}`;
  const name = new URL(url).pathname.slice(1);
  const say = (...statements: readonly string[]) =>
    statements.reduce(
      (before, statement) => before.then(() => administer(kind, url, statement)),
      Promise.resolve(),
    );
  await (kind === "mariadb"
    ? say(`create user ${user} identified by 'x'`, `grant select on ${name}.* to ${user}`)
    : say(
        `create user ${user} password 'x'`,
        `grant select on all tables in schema public to ${user}`,
        `alter user ${user} set default_transaction_read_only = on`,
      ));
  const own = new URL(url);
  own.username = user;
  own.password = "x";
  return {
    url: own.href,
    drop: () =>
      kind === "mariadb"
        ? say(`drop user ${user}`)
        : say(`drop owned by ${user}`, `drop user ${user}`),
  };
};
