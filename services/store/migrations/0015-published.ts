// Migration 15: until when a job counts as on its way to a worker through a message broker.
import type { Kysely } from "kysely";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  const tables = await db.introspection.getTables();
  const jobs = tables.find(({ name }) => name === "jobs");
  if (!jobs?.columns.some(({ name }) => name === "published_until"))
    await db.schema.alterTable("jobs").addColumn("published_until", "bigint").execute();
  await db.schema
    .createIndex("jobs_published")
    .ifNotExists()
    .on("jobs")
    .columns(["name", "published_until"])
    .execute();
};
