// Migration 3: jobs say whose they are, where they stand in line, how often they were begun, and what they had saved.
import type { Kysely } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word, long } = columnTypes;

type Any = Kysely<Record<string, Record<string, unknown>>>;

const make = (db: Any) =>
  db.schema
    .createTable("jobs")
    .addColumn("id", id, (column) => column.notNull())
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("collection_id", id, (column) => column.notNull())
    .addColumn("name", word, (column) => column.notNull())
    .addColumn("job_key", word)
    .addColumn("state", word, (column) => column.notNull())
    .addColumn("owner", word)
    .addColumn("host", word)
    .addColumn("ordinal", "bigint", (column) => column.notNull())
    .addColumn("run_at", "bigint", (column) => column.notNull())
    .addColumn("attempt", "bigint", (column) => column.notNull())
    .addColumn("starts", "bigint", (column) => column.notNull())
    .addColumn("checkpoint", "bigint", (column) => column.notNull())
    .addColumn("suspect", "bigint", (column) => column.notNull())
    .addColumn("fence", "bigint", (column) => column.notNull())
    .addColumn("lease_until", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("buried_at", "bigint")
    .addColumn("payload", long, (column) => column.notNull())
    .addColumn("reason", long)
    .addPrimaryKeyConstraint("key_id", ["id"])
    .execute();

const indexes: Readonly<Record<string, readonly string[]>> = {
  // Whether anything of a name is due at all.
  jobs_due: ["name", "state", "run_at"],
  // The next organization, the next collection of it, and the first job of that collection: one seek each.
  jobs_in_turn: ["name", "state", "org_id", "collection_id", "ordinal", "run_at"],
  jobs_by_key: ["name", "job_key", "state"],
  jobs_by_ordinal: ["ordinal"],
  // What a worker or a host has in hand, and what was given up.
  jobs_by_state: ["state", "host", "owner"],
};

/** Which table the id in a payload is of; by the job's name. */
const named = {
  "upload.received": ["upload", "uploads"],
  "chunks.ready": ["batch", "batches"],
  "alert.due": ["concept", "concepts"],
} as const;

const collectionOf = async (db: Any, name: string, payload: string): Promise<unknown> => {
  const ids = JSON.parse(payload) as Record<string, unknown>;
  const place = (named as Record<string, readonly [string, string]>)[name];
  if (place === undefined) return ids["collection"];
  const row = await db
    .selectFrom(place[1])
    .select("collection_id")
    .where("id", "=", ids[place[0]])
    .executeTakeFirst();
  return row?.["collection_id"];
};

export const up = async (untyped: Kysely<unknown>): Promise<void> => {
  const db = untyped as Any;
  const before = await db.selectFrom("jobs").selectAll().orderBy("created_at").execute();
  await db.schema.dropTable("jobs").execute();
  await make(db);
  for (const [name, columns] of Object.entries(indexes))
    await db.schema
      .createIndex(name)
      .on("jobs")
      .columns([...columns])
      .execute();
  let ordinal = 0;
  for (const job of before) {
    const collection = await collectionOf(db, String(job["name"]), String(job["payload"]));
    const owner = await db
      .selectFrom("collections")
      .select(["id", "org_id"])
      .where("id", "=", collection ?? "")
      .executeTakeFirst();
    // What it was about is erased: nobody could do anything about it.
    if (!owner) continue;
    await db
      .insertInto("jobs")
      .values({
        ...job,
        org_id: owner["org_id"],
        collection_id: owner["id"],
        ordinal: ++ordinal,
        starts: job["attempt"],
        checkpoint: 0,
        suspect: 0,
        // The workers of the version before are dead: no job is in hand.
        state: job["state"] === "buried" ? "buried" : "waiting",
        owner: null,
        host: null,
        lease_until: null,
        buried_at: job["state"] === "buried" ? job["created_at"] : null,
      })
      .execute();
  }
};
