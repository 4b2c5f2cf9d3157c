// Migration 23: when a session last proved by a passkey whose it is; and how other servers name people is any text in MariaDB too.
import { type Kysely, sql } from "kysely";
import type { DatabaseKind } from "../opened-database.ts";

export const proofs =
  (kind: DatabaseKind) =>
  async (db: Kysely<unknown>): Promise<void> => {
    const tables = await db.introspection.getTables();
    const sessions = tables.find(({ name }) => name === "user_sessions");
    if (!sessions?.columns.some(({ name }) => name === "proved_at"))
      await db.schema.alterTable("user_sessions").addColumn("proved_at", "bigint").execute();
    if (kind !== "mariadb") return;
    // It was ASCII; the other databases have one kind of text.
    const name = sql`varchar(300) character set utf8mb4 collate utf8mb4_nopad_bin`;
    await db.schema
      .alterTable("identities")
      .modifyColumn("issuer", name, (column) => column.notNull())
      .modifyColumn("subject", name, (column) => column.notNull())
      .execute();
  };
