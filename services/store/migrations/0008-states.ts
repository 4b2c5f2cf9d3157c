// Migration 8: what each origin brought of a message or a conversation is recorded, so that erasing one takes all of that away.
import { type Kysely, sql } from "kysely";
import { columnTypes } from "../dialect.ts";

const { id, word, long } = columnTypes;

const makeMessageOrigins = async (db: Kysely<unknown>) => {
  await db.schema
    .createTable("brought_messages")
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("message_id", id, (column) => column.notNull())
    .addColumn("origin_id", id, (column) => column.notNull())
    .addColumn("state", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("key_org_id_message_id_origin_id_state", [
      "org_id",
      "message_id",
      "origin_id",
      "state",
    ])
    .execute();
};

const makeMessageStates = (db: Kysely<unknown>) =>
  db.schema
    .createTable("message_states")
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("message_id", id, (column) => column.notNull())
    .addColumn("state", "bigint", (column) => column.notNull())
    .addColumn("role", word, (column) => column.notNull())
    .addColumn("kind", word, (column) => column.notNull())
    .addColumn("at", "bigint")
    .addColumn("zone_known", "bigint", (column) => column.notNull())
    .addColumn("edited_at", "bigint")
    .addColumn("author", long, (column) => column.notNull())
    .addColumn("author_id", long)
    .addColumn("local_time", long)
    .addColumn("model", long)
    .addColumn("text", long, (column) => column.notNull())
    .addColumn("attachments", long)
    .addColumn("raw", long, (column) => column.notNull())
    .addPrimaryKeyConstraint("key_message_id_state", ["message_id", "state"])
    .execute();

const makeConversationOrigins = async (db: Kysely<unknown>) => {
  await db.schema
    .createTable("conversation_origins")
    .addColumn("org_id", id, (column) => column.notNull())
    .addColumn("conversation_id", id, (column) => column.notNull())
    .addColumn("origin_id", id, (column) => column.notNull())
    .addColumn("ordinal", "bigint", (column) => column.notNull())
    .addColumn("title", long)
    .addColumn("channel", long)
    .addColumn("raw", long)
    .addPrimaryKeyConstraint("key_org_id_conversation_id_origin_id", [
      "org_id",
      "conversation_id",
      "origin_id",
    ])
    .execute();
  await db.schema
    .createIndex("conversation_origins_by_origin")
    .on("conversation_origins")
    .columns(["org_id", "origin_id"])
    .execute();
};

/**
 * A replaced text was kept with the origin of the text that replaced it. So the first text came from the message's own origin, each
 * later one from the origin that the edit before names. Only the text, its time and its record were kept of an earlier state.
 */
const moveEdits = async (db: Kysely<unknown>) => {
  await sql`
    insert into message_states (org_id, message_id, state, role, kind, at, zone_known, edited_at, author, author_id, local_time,
      model, text, attachments, raw)
    select e.org_id, e.message_id, e.ordinal + 1, m.role, m.kind, m.at, m.zone_known, e.edited_at, m.author, m.author_id,
      m.local_time, m.model, e.text, m.attachments, e.raw
    from message_edits e join messages m on m.id = e.message_id`.execute(db);
  await sql`
    insert or ignore into brought_messages (org_id, message_id, origin_id, state)
    select e.org_id, e.message_id, coalesce(
      (select b.origin_id from message_edits b
        where b.message_id = e.message_id and b.ordinal < e.ordinal order by b.ordinal desc limit 1),
      m.origin_id), e.ordinal + 1
    from message_edits e join messages m on m.id = e.message_id`.execute(db);
};

/**
 * Which state of an edited message a further origin brought is not known: taken as the one that was current when the origin was
 * made. 0 where no edit is younger.
 */
const moveShares = async (db: Kysely<unknown>) => {
  await sql`
    create temporary table origin_times as
    select id, created_at from uploads union all select id, created_at from sessions`.execute(db);
  await sql`create unique index temp.origin_times_by_id on origin_times (id)`.execute(db);
  await sql`
    insert or ignore into brought_messages (org_id, message_id, origin_id, state)
    select o.org_id, o.message_id, o.origin_id, coalesce(
      (select min(e.ordinal) + 1 from message_edits e
        join origin_times editor on editor.id = e.origin_id
        join origin_times other on other.id = o.origin_id
        where e.message_id = o.message_id and editor.created_at > other.created_at), 0)
    from message_origins o
    where not exists (select 1 from message_edits e where e.message_id = o.message_id and e.origin_id = o.origin_id)`.execute(
    db,
  );
  await sql`drop table origin_times`.execute(db);
};

/** The current text came from the last edit's origin. */
const assignToEditors = (db: Kysely<unknown>) =>
  sql`
    update messages set origin_id = (
      select e.origin_id from message_edits e where e.message_id = messages.id order by e.ordinal desc limit 1)
    where id in (select message_id from message_edits)`.execute(db);

/** What a conversation's further origins said of it was not kept; its title stays with the origin that it has. */
const nameFurtherOrigins = (db: Kysely<unknown>) =>
  sql`
    insert or ignore into conversation_origins (org_id, conversation_id, origin_id, ordinal)
    select v.org_id, v.id, held.origin_id, 0
    from (
      select conversation_id, origin_id from messages
      union select m.conversation_id, b.origin_id from brought_messages b join messages m on m.id = b.message_id
    ) held join conversations v on v.id = held.conversation_id
    where held.origin_id <> v.origin_id`.execute(db);

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await makeMessageOrigins(db);
  await makeMessageStates(db);
  await makeConversationOrigins(db);
  await moveEdits(db);
  await moveShares(db);
  await assignToEditors(db);
  await nameFurtherOrigins(db);
  await db.schema.dropTable("message_edits").execute();
  await db.schema.dropTable("message_origins").execute();
  await db.schema.alterTable("brought_messages").renameTo("message_origins").execute();
  await db.schema
    .createIndex("message_origins_by_origin")
    .on("message_origins")
    .columns(["org_id", "origin_id", "state"])
    .execute();
};
