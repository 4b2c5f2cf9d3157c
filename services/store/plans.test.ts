// Tests of SQLite's plans for the most frequent queries: by an index, in its order, without reading rows that are not needed.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Compilable, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writtenQuery } from "./people/authors.ts";
import { authorsLeftQuery } from "./people/forget.ts";
import type { Rows } from "./rows.ts";
import { aStore, type TestStore } from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let file: DatabaseSync;
beforeAll(async () => {
  ({ store, remove } = await aStore());
  file = new DatabaseSync(join(store.folder, "parlance.db"), { readOnly: true });
});
afterAll(async () => {
  file.close();
  await remove();
});

const planOf = (build: (rows: Rows) => Compilable): string => {
  const { sql, parameters } = build(store.rows).compile();
  return file
    .prepare(`explain query plan ${sql}`)
    .all(...(parameters as string[]))
    .map((row) => String(row["detail"]))
    .join(" · ");
};

const some = "x" as never;

describe("the plan", () => {
  it.each<[string, string, (rows: Rows) => Compilable]>([
    [
      "of a list of conversations reads them in their order",
      "SEARCH conversations USING INDEX conversations_by_end (org_id=? AND collection_id=?)",
      (rows) =>
        rows
          .selectFrom("conversations")
          .selectAll()
          .where("collection_id", "=", some)
          .orderBy("last_at", "desc")
          .orderBy("id", "desc")
          .limit(50),
    ],
    [
      "of a list by length reads them in their order",
      "SEARCH conversations USING INDEX conversations_by_length (org_id=? AND collection_id=?)",
      (rows) =>
        rows
          .selectFrom("conversations")
          .selectAll()
          .where("collection_id", "=", some)
          .orderBy("message_count", "desc")
          .orderBy("id", "desc")
          .limit(50),
    ],
    [
      "of their number looks at no row",
      "SEARCH conversations USING COVERING INDEX conversations_shown_sums (org_id=? AND collection_id=? AND hidden=?)",
      (rows) =>
        rows
          .selectFrom("conversations")
          .select((make) => make.fn.countAll().as("total"))
          .where("collection_id", "=", some)
          .where("hidden", "=", 0),
    ],
    [
      "of a collection's sums looks at no row",
      "SEARCH conversations USING COVERING INDEX conversations_shown_sums (org_id=? AND collection_id=? AND hidden=?)",
      (rows) =>
        rows
          .selectFrom("conversations")
          .select((make) => [
            "source",
            make.fn.countAll().as("conversations"),
            make.fn.sum("message_count").as("messages"),
            make.fn.min("first_at").as("first"),
            make.fn.max("last_at").as("last"),
          ])
          .where("collection_id", "=", some)
          .where("hidden", "=", 0)
          .groupBy("source"),
    ],
    [
      "of a frame's conversations reads them in their order",
      "SEARCH conversations USING INDEX conversations_by_id (org_id=? AND collection_id=? AND id>?)",
      (rows) =>
        rows
          .selectFrom("conversations")
          .select(["id", "title"])
          .where("collection_id", "=", some)
          .where("id", ">", some)
          .orderBy("id")
          .limit(2000),
    ],
    [
      "of an export's conversations begins after the page before",
      "SEARCH conversations USING INDEX conversations_by_end (org_id=? AND collection_id=? AND (last_at,id)>(?,?))",
      (rows) =>
        rows
          .selectFrom("conversations")
          .selectAll()
          .where("collection_id", "=", some)
          .where("last_at", "is not", null)
          .where(sql<boolean>`(last_at, id) > (${1}, ${"x"})`)
          .orderBy("last_at")
          .orderBy("id")
          .limit(50),
    ],
    [
      "of an export's messages begins after the page before",
      "SEARCH messages USING INDEX messages_in_order (conversation_id=? AND position>?) · USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
      (rows) =>
        rows
          .selectFrom("messages")
          .select(["id", "text"])
          .where("conversation_id", "=", some)
          .where(sql<boolean>`(position, id) > (${1}, ${"x"})`)
          .orderBy("position")
          .orderBy("id")
          .limit(200),
    ],
    [
      "of a hit's neighbours reads messages in their order",
      "SEARCH messages USING INDEX messages_in_order (conversation_id=? AND position<?)",
      (rows) =>
        rows
          .selectFrom("messages")
          .select(["id", "text"])
          .where("conversation_id", "=", some)
          .where("position", "<", 5)
          .where("on_main_path", "=", 1)
          .orderBy("position", "desc")
          .limit(2),
    ],
    [
      "of hits begins with the chunks that were found, and goes by keys from there",
      "SEARCH c USING INDEX sqlite_autoindex_chunks_1 (id=?) · " +
        "SEARCH m USING INDEX sqlite_autoindex_messages_1 (id=?) · " +
        "SEARCH v USING INDEX conversations_of_organization (org_id=? AND id=?)",
      (rows) =>
        rows
          .selectFrom("chunks as c")
          .innerJoin("messages as m", "m.id", "c.message_id")
          .innerJoin("conversations as v", "v.id", "c.conversation_id")
          .select(["c.text", "m.author", "v.title"])
          .where("c.id", "in", [some, some]),
    ],
    [
      "of a label's chunks looks at no row",
      "SEARCH label_chunks USING COVERING INDEX sqlite_autoindex_label_chunks_1 (org_id=? AND label_id=?)",
      (rows) =>
        rows
          .selectFrom("label_chunks")
          .select("chunk_id")
          .where("label_id", "=", some)
          .orderBy("chunk_id"),
    ],
    [
      "of what an upload shares looks at no row",
      "SEARCH message_origins USING COVERING INDEX sqlite_autoindex_message_origins_1 (org_id=? AND message_id=? AND origin_id=?)",
      (rows) =>
        rows
          .selectFrom("message_origins")
          .select("message_id")
          .where("origin_id", "=", some)
          .where("message_id", "in", [some]),
    ],
    [
      "of who brought the current state of a message looks at no row",
      "SEARCH message_origins USING COVERING INDEX sqlite_autoindex_message_origins_1 (org_id=? AND message_id=?)",
      (rows) =>
        rows
          .selectFrom("message_origins")
          .select("origin_id")
          .where("message_id", "=", some)
          .where("state", "=", 0),
    ],
    [
      "of who brought messages goes by the messages",
      "SEARCH message_origins USING COVERING INDEX sqlite_autoindex_message_origins_1 (org_id=? AND message_id=?)",
      (rows) =>
        rows
          .selectFrom("message_origins")
          .select(["message_id", "origin_id", "state"])
          .where("message_id", "in", [some, some]),
    ],
    [
      "of what is no longer brought goes by the messages",
      "SEARCH message_origins USING INDEX sqlite_autoindex_message_origins_1 (org_id=? AND message_id=? AND origin_id=?)",
      (rows) =>
        rows
          .deleteFrom("message_origins")
          .where("message_id", "in", [some, some])
          .where("origin_id", "in", [some, some]),
    ],
    [
      "of a state that makes way goes by the message",
      "SEARCH message_origins USING INDEX sqlite_autoindex_message_origins_1 (org_id=? AND message_id=?)",
      (rows) =>
        rows
          .updateTable("message_origins")
          .set({ state: 1 })
          .where("message_id", "=", some)
          .where("state", "=", 0),
    ],
    [
      "of the other states of messages goes by the messages",
      "SEARCH message_states USING INDEX sqlite_autoindex_message_states_1 (message_id=?)",
      (rows) => rows.selectFrom("message_states").selectAll().where("message_id", "in", [some]),
    ],
    [
      "of what an origin brought that is not shown goes by the origin",
      "SEARCH s USING INDEX message_origins_by_origin (org_id=? AND origin_id=? AND state>?) · " +
        "SEARCH m USING INDEX sqlite_autoindex_messages_1 (id=?) · USE TEMP B-TREE FOR DISTINCT",
      (rows) =>
        rows
          .selectFrom("message_origins as s")
          .innerJoin("messages as m", "m.id", "s.message_id")
          .select("m.conversation_id")
          .distinct()
          .where("s.origin_id", "=", some)
          .where("s.state", ">", 0),
    ],
    [
      "of what others say of a conversation goes by the conversation",
      "SEARCH conversation_origins USING INDEX sqlite_autoindex_conversation_origins_1 (org_id=? AND conversation_id=?)",
      (rows) =>
        rows
          .selectFrom("conversation_origins")
          .selectAll()
          .where("conversation_id", "in", [some, some])
          .where("origin_id", "not in", [some]),
    ],
    [
      "of whether an origin's word of a conversation is kept looks at no row",
      "SEARCH conversation_origins USING INDEX sqlite_autoindex_conversation_origins_1 (org_id=? AND conversation_id=? AND origin_id=?)",
      (rows) =>
        rows
          .selectFrom("conversation_origins")
          .select("ordinal")
          .where("conversation_id", "=", some)
          .where("origin_id", "=", some),
    ],
    [
      "of the messages before a session's end reads them backwards",
      "SEARCH messages USING INDEX messages_in_order (conversation_id=? AND position<?) · " +
        "USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
      (rows) =>
        rows
          .selectFrom("messages")
          .select(["id", "text"])
          .where("conversation_id", "=", some)
          .where(sql<boolean>`(position, id) < (${5}, ${"x"})`)
          .orderBy("position", "desc")
          .orderBy("id", "desc")
          .limit(32),
    ],
    [
      "of sessions that wait goes by when they began to",
      "SEARCH sessions USING INDEX sessions_by_pending (collection_id=? AND pending_since>?)",
      (rows) =>
        rows
          .selectFrom("sessions")
          .selectAll()
          .where("collection_id", "=", some)
          .where("pending_since", "is not", null),
    ],
    [
      "of the chunks to remove goes by their state",
      "SEARCH chunks USING INDEX chunks_by_state (state=? AND collection_id=?)",
      (rows) =>
        rows
          .selectFrom("chunks")
          .select("id")
          .where("state", "=", "removed")
          .where("collection_id", "=", some)
          .limit(5),
    ],
    [
      "of who wrote a collection's messages goes by its conversations",
      "SEARCH v USING INDEX conversations_shown_sums (org_id=? AND collection_id=? AND hidden=?) · " +
        "SEARCH m USING INDEX messages_in_order (conversation_id=?) · USE TEMP B-TREE FOR GROUP BY",
      (rows) => writtenQuery(rows, some, []),
    ],
    [
      "of which authors are left goes by the collection's conversations",
      "SEARCH v USING COVERING INDEX conversations_by_length (org_id=? AND collection_id=?) · " +
        "SEARCH m USING INDEX messages_in_order (conversation_id=?) · USE TEMP B-TREE FOR DISTINCT",
      (rows) => authorsLeftQuery(rows, some, [some, some]),
    ],
  ])("%s", (_, plan, build) => {
    expect(planOf(build)).toBe(plan);
  });
});
