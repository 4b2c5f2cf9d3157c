// Slackdump's database (slackdump.sqlite): messages, channels and people as Slack's API gave them, in tables. Its writer's source is public.
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { rejected } from "#services/domain/errors.ts";
import { decoded } from "../encoding.ts";
import type { ParseEvent } from "../events.ts";
import { unfitFor } from "../json-bounds.ts";
import { jsonOf } from "../json-text.ts";
import { asString, isObject, type Json } from "../message.ts";
import type { Reading } from "../reading.ts";
import { isSlackMessage } from "../slack-message.ts";
import { slackPeople } from "../slack-people.ts";
import { archivedRoom, namesOf } from "./room.ts";

const HEADER = "SQLite format 3\0";

export const isSqlite = (head: Uint8Array): boolean =>
  Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1", 0, 16) === HEADER;

/** What is asked of a table; a database in which these are something else may do anything when they are asked. */
const needed = {
  MESSAGE: ["ID", "CHUNK_ID", "CHANNEL_ID", "DATA"],
  CHANNEL: ["ID", "CHUNK_ID", "DATA"],
  S_USER: ["ID", "CHUNK_ID", "DATA"],
} as const;

type Row = Readonly<Record<string, unknown>>;

const damaged = (cause: unknown) =>
  rejected("The SQLite database is damaged, or cannot be read.", {
    code: "damaged-database",
    hint: "Make it again with Slackdump, or export from it: `slackdump convert -f export`.",
    cause,
  });

const asRejected = (error: unknown): unknown =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_SQLITE_ERROR"
    ? damaged(error)
    : error;

/** Nothing is written beside the file: no journal is looked for, and what a program has open at the same time is not seen. */
const openDatabase = (path: string): DatabaseSync => {
  const url = pathToFileURL(path);
  url.searchParams.set("immutable", "1");
  const database = new DatabaseSync(url, { readOnly: true, enableForeignKeyConstraints: false });
  database.exec("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON");
  return database;
};

const hasTables = (database: DatabaseSync): boolean =>
  Object.entries(needed).every(([name, columns]) => {
    const [found] = database
      .prepare("SELECT type, sql FROM sqlite_schema WHERE name = ? COLLATE NOCASE")
      .all(name) as Row[];
    const isTable =
      found?.["type"] === "table" && !/^\s*create\s+virtual/iu.test(String(found["sql"]));
    if (!isTable) return false;
    const there = new Set(
      (database.prepare(`PRAGMA table_info(${name})`).all() as Row[]).map(({ name: column }) =>
        String(column).toUpperCase(),
      ),
    );
    return columns.every((column) => there.has(column));
  });

/** The newest state of each row: an archive that was resumed has some of them more than once. */
const newest = (table: keyof typeof needed, where: string): string =>
  `SELECT x.DATA AS data FROM ${table} x JOIN (SELECT ID, max(CHUNK_ID) AS chunk FROM ${table} ${where} GROUP BY ID) n ` +
  "ON x.ID = n.ID AND x.CHUNK_ID = n.chunk ORDER BY x.ID";

/** An opened database. */
class Archive {
  readonly #database: DatabaseSync;
  readonly #reading: Reading;
  /** Records that are not read, by what is wrong with them. */
  readonly unfit = { "bad-json": 0, "too-large": 0, "too-deep": 0, "unknown-message": 0 };

  constructor(database: DatabaseSync, reading: Reading) {
    this.#database = database;
    this.#reading = reading;
  }

  /** @param tells whether what is unfit is counted: where the same records are gone through twice, once */
  *#records(sql: string, tells: boolean, ...values: SQLInputValue[]): Generator<Json> {
    for (const { data } of this.#database.prepare(sql).iterate(...values) as Iterable<Row>) {
      const bytes = data instanceof Uint8Array ? Buffer.from(data) : Buffer.from(String(data));
      const unfit =
        bytes.length > this.#reading.limits.elementBytes
          ? "too-large"
          : unfitFor(bytes, this.#reading.limits);
      const value = unfit === undefined ? jsonOf(decoded(bytes).text) : undefined;
      if (isObject(value)) yield value;
      else if (tells) this.unfit[unfit ?? "bad-json"]++;
    }
  }

  channels(): Map<string, Json> {
    const found = new Map<string, Json>();
    for (const channel of this.#records(newest("CHANNEL", ""), true)) {
      const id = asString(channel["id"]);
      if (id !== null) found.set(id, channel);
    }
    return found;
  }

  people(): Map<string, string[]> {
    return new Map(slackPeople([...this.#records(newest("S_USER", ""), true)]));
  }

  /** Ids of the channels that have messages. */
  rooms(): string[] {
    const rows = this.#database
      .prepare("SELECT DISTINCT CHANNEL_ID AS id FROM MESSAGE ORDER BY CHANNEL_ID")
      .all() as Row[];
    return rows.map(({ id }) => String(id));
  }

  *messages(room: string, tells: boolean): Generator<Json> {
    for (const item of this.#records(newest("MESSAGE", "WHERE CHANNEL_ID = ?"), tells, room))
      if (isSlackMessage(item)) yield item;
      else if (tells) this.unfit["unknown-message"]++;
  }

  /** Messages that a search found: they stand without their channel. */
  searched(): number {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'SEARCH_MESSAGE'";
    if (this.#database.prepare(sql).all().length === 0) return 0;
    const [row] = this.#database.prepare("SELECT count(*) AS n FROM SEARCH_MESSAGE").all() as Row[];
    return Number(row?.["n"] ?? 0);
  }
}

const reasons = {
  "bad-json": "Records that are no JSON.",
  "too-large": "Records that are too large for a message.",
  "too-deep": "Records that are nested too deeply for a message.",
  "unknown-message": "Records that are no messages of Slack.",
} as const;

/**
 * Whether a SQLite database is one of Slackdump's.
 * @throws ParlanceError rejected `damaged-database` (400)
 */
export const isSlackdump = (path: string): boolean => {
  try {
    const database = openDatabase(path);
    try {
      return hasTables(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw asRejected(error);
  }
};

/**
 * The channels of a database of Slackdump's, with their messages.
 * @param at where the file is on the disk; `place` names it for people
 * @throws ParlanceError rejected `damaged-database` (400)
 */
export async function* readSlackdump(
  { at, place }: { readonly at: string; readonly place: string },
  reading: Reading,
): AsyncGenerator<ParseEvent> {
  const database = openDatabase(at);
  try {
    const archive = new Archive(database, reading);
    const channels = archive.channels();
    const names = namesOf(archive.people(), channels);
    for (const id of archive.rooms()) {
      // What was deleted in Slack since stays in the database, and it may be of some days only: nothing that it lacks is gone.
      let times = 0;
      const items = () => archive.messages(id, times++ === 0);
      const room = { id, channel: channels.get(id), partial: true, items };
      for (const event of archivedRoom(room, names)) {
        if (event.kind === "conversation")
          for (const { raw } of event.conversation.messages) reading.gave(raw.length);
        yield event;
        yield* reading.tick();
      }
    }
    for (const [code, count] of Object.entries(archive.unfit))
      if (count > 0) {
        const reason = reasons[code as keyof typeof reasons];
        yield* reading.problem({ code, place, reason, count });
      }
    const searched = archive.searched();
    const reason = "A message that a search found stands without its channel: left out.";
    if (searched > 0) yield* reading.problem({ code: "left-out", place, reason, count: searched });
  } catch (error) {
    throw asRejected(error);
  } finally {
    database.close();
  }
}
