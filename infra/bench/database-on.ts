// An empty database for a benchmark, on a server that was started for it.
import { createConnection } from "mysql2/promise";
import pg from "pg";
import type { Service } from "../chaos/services.ts";

/** Makes an empty database on MariaDB or PostgreSQL; returns its address. */
export const databaseOn = async (service: Service): Promise<string> => {
  const url = new URL(service.url);
  if (service.kind === "mariadb") {
    const connection = await createConnection(service.url);
    await connection.query("create database parlance");
    await connection.end();
  } else {
    const client = new pg.Client({ connectionString: service.url });
    await client.connect();
    await client.query("create database parlance");
    await client.end();
  }
  url.pathname = "/parlance";
  return url.href;
};
