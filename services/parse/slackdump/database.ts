// Slackdump's database (slackdump.sqlite): messages, channels and people as Slack's API gave them, in tables. Its writer's source is public.
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { rejected } from "#services/domain/errors.ts";
import { decoded } from "../encoding.ts";
import type { ParseEvent } from "../events.ts";
import { unfitFor } from "../json-bounds.ts";
import { jsonOf } from "../json-text.ts";
import { asString, isObject, type Json } from "../message.ts";
import { openMixedRooms } from "../mixed-rooms.ts";
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

/** Messages between two looks at whether the reading is to go on. */
const TAKEN_AT_ONCE = 500;

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

/**
 * The records of a table with the older states of each before the newer: an archive that was resumed has some of them more than once.
 * In the order of the table's own key, so that nothing is sorted, and without those that are too large, so that they are not loaded.
 */
const inOrder = (table: keyof typeof needed, room: string): string =>
  `SELECT ${room} AS room, octet_length(DATA) AS size, ` +
  "CASE WHEN octet_length(DATA) <= ? AND typeof(DATA) IN ('blob', 'text') THEN DATA END AS data " +
  `FROM ${table} ORDER BY ID, CHUNK_ID`;

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

  *#records(table: keyof typeof needed, room = "ID"): Generator<readonly [string, Json]> {
    const { limits } = this.#reading;
    const asked = this.#database.prepare(inOrder(table, room));
    // A number in place of a record may be too large for one of JavaScript's.
    asked.setReadBigInts(true);
    for (const row of asked.iterate(limits.elementBytes) as Iterable<Row>) {
      const { data } = row;
      const bytes = data instanceof Uint8Array ? Buffer.from(data) : Buffer.from(String(data));
      const isTooLarge = data === null && Number(row["size"]) > limits.elementBytes;
      const unfit = isTooLarge ? "too-large" : unfitFor(bytes, limits);
      const value = unfit === undefined ? jsonOf(decoded(bytes).text) : undefined;
      if (isObject(value)) yield [String(row["room"]), value];
      else this.unfit[unfit ?? "bad-json"]++;
    }
  }

  channels(): Map<string, Json> {
    const found = new Map<string, Json>();
    for (const [, channel] of this.#records("CHANNEL")) {
      const id = asString(channel["id"]);
      if (id !== null) found.set(id, channel);
    }
    return found;
  }

  people(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const [, user] of this.#records("S_USER"))
      for (const [id, names] of slackPeople([user])) found.set(id, names);
    return found;
  }

  /** The messages of all channels, mixed. */
  *messages(): Generator<readonly [room: string, Json]> {
    for (const found of this.#records("MESSAGE", "CHANNEL_ID"))
      if (isSlackMessage(found[1])) yield found;
      else this.unfit["unknown-message"]++;
  }

  /** Messages that a search found: they stand without their channel. */
  searched(): number {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'SEARCH_MESSAGE'";
    if (this.#database.prepare(sql).all().length === 0) return 0;
    const [row] = this.#database.prepare("SELECT count(*) AS n FROM SEARCH_MESSAGE").all() as Row[];
    return Number(row?.["n"] ?? 0);
  }
}

/** The last state of each message; its states follow each other. */
function* newest(items: Iterable<Json>): Generator<Json> {
  let last: Json | undefined;
  for (const item of items) {
    if (last !== undefined && last["ts"] !== item["ts"]) yield last;
    last = item;
  }
  if (last !== undefined) yield last;
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
  const rooms = openMixedRooms(reading.folder);
  try {
    const archive = new Archive(database, reading);
    const channels = archive.channels();
    const names = namesOf(archive.people(), channels);
    let taken = 0;
    for (const [room, item] of archive.messages()) {
      rooms.add(room, item);
      if (++taken % TAKEN_AT_ONCE === 0) yield* reading.tick();
    }
    for (const id of rooms.names()) {
      // What was deleted in Slack since stays in the database, and it may be of some days only: nothing that it lacks is gone.
      const items = () => newest(rooms.items(id));
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
    rooms.close();
    database.close();
  }
}
