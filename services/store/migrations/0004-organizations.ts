// Migration 4: every row names the organization that it belongs to, and refers to rows of the same one only.
import { type Kysely, sql } from "kysely";
import { columnTypes } from "../dialect.ts";
import { rebuildTable } from "./rebuild-table.ts";

/** Where each table's organization is known from, parents before their children. */
const parents = {
  conversations: ["collections", "collection_id"],
  messages: ["collections", "collection_id"],
  message_uploads: ["messages", "message_id"],
  message_edits: ["messages", "message_id"],
  chunks: ["collections", "collection_id"],
  batches: ["collections", "collection_id"],
  analyses: ["collections", "collection_id"],
  topics: ["collections", "collection_id"],
  topic_events: ["collections", "collection_id"],
  topic_edits: ["collections", "collection_id"],
  labels: ["collections", "collection_id"],
  label_chunks: ["labels", "label_id"],
  concepts: ["collections", "collection_id"],
  alerts: ["collections", "collection_id"],
  llm_names: ["collections", "collection_id"],
} as const;

/** A row can only belong to a collection, a conversation, of its own organization. */
const withReferences = (definition: string): string =>
  definition.replaceAll(
    /foreign key \("(collection_id|conversation_id)"\) references "(\w+)" \("id"\)/g,
    'foreign key ("org_id", "$1") references "$2" ("org_id", "id")',
  );

/** What an index answers by itself (counts, sums, the chunks of a label) asks for the organization too. */
const withKey = (definition: string): string =>
  definition.replace(
    /"key_(upload_id_message_id|label_id_chunk_id)" primary key \(/,
    '"key_org_id_$1" primary key ("org_id", ',
  );
const withOrganizationFirst = (definition: string): string =>
  definition.replace('("collection_id"', '("org_id", "collection_id"');

const checkReferences = async (db: Kysely<unknown>): Promise<void> => {
  const { rows } = await sql<{ table: string }>`pragma foreign_key_check`.execute(db);
  const [first] = rows;
  if (first)
    throw new Error(
      `${rows.length} rows, of ${first.table} first, refer to rows that are not there.`,
    );
};

export const up = async (db: Kysely<unknown>): Promise<void> => {
  const unique = (table: string) =>
    db.schema
      .createIndex(`${table}_of_organization`)
      .unique()
      .on(table)
      .columns(["org_id", "id"])
      .execute();
  await unique("collections");
  // They name their organization already.
  await rebuildTable(db, "uploads", { rewrite: withReferences });
  for (const [table, [parent, key]] of Object.entries(parents)) {
    await rebuildTable(db, table, {
      first: {
        name: "org_id",
        definition: `${columnTypes.id} not null`,
        from: { table: parent, on: `"${parent}"."id" = old."${key}"`, value: "org_id" },
      },
      rewrite: (definition) => withKey(withReferences(definition)),
      ...(table === "conversations" ? { rewriteIndex: withOrganizationFirst } : {}),
    });
    if (table === "conversations") await unique("conversations");
  }
  await checkReferences(db);
};
