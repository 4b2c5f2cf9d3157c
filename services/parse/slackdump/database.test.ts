// Slackdump's database: its tables made as its public source makes them, resumed archives, threads, other databases, damaged and hostile ones.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { defaultLimits } from "../limits.ts";
import { first, read, rejection, zipOf } from "../parse.builders.ts";

const folder = mkdtempSync(join(tmpdir(), "parlance-slackdump-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
/** The bytes of a database that these statements make. */
const databaseOf = (make: (database: DatabaseSync) => void): Buffer => {
  const path = join(folder, `${++made}.sqlite`);
  const database = new DatabaseSync(path);
  make(database);
  database.close();
  return readFileSync(path);
};

const tables = `
  CREATE TABLE MESSAGE (ID INTEGER NOT NULL, CHUNK_ID INTEGER NOT NULL, CHANNEL_ID TEXT NOT NULL, TS TEXT NOT NULL, TXT TEXT,
    DATA BLOB NOT NULL, PRIMARY KEY (ID, CHUNK_ID));
  CREATE TABLE CHANNEL (ID TEXT NOT NULL, CHUNK_ID INTEGER NOT NULL, NAME TEXT, DATA BLOB NOT NULL, PRIMARY KEY (ID, CHUNK_ID));
  CREATE TABLE S_USER (ID TEXT NOT NULL, CHUNK_ID INTEGER NOT NULL, USERNAME TEXT, DATA BLOB NOT NULL, PRIMARY KEY (ID, CHUNK_ID));
  CREATE TABLE SEARCH_MESSAGE (ID INTEGER PRIMARY KEY, CHUNK_ID INTEGER NOT NULL, DATA BLOB NOT NULL);`;

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const say = (
  database: DatabaseSync,
  chunk: number,
  channel: string,
  item: Record<string, unknown>,
) =>
  database
    .prepare("INSERT INTO MESSAGE VALUES (?, ?, ?, ?, ?, ?)")
    .run(
      BigInt(String(item["ts"]).replace(".", "")),
      chunk,
      channel,
      String(item["ts"]),
      String(item["text"]),
      json({ type: "message", ...item }),
    );

const archive = (database: DatabaseSync) => {
  database.exec(tables);
  const person = database.prepare("INSERT INTO S_USER VALUES (?, ?, ?, ?)");
  person.run("U1", 1, "ann", json({ id: "U1", name: "ann", profile: { display_name: "Ann" } }));
  person.run("U2", 1, "ben", json({ id: "U2", name: "ben", real_name: "Ben Roe" }));
  const channel = database.prepare("INSERT INTO CHANNEL VALUES (?, ?, ?, ?)");
  channel.run("C1", 1, "garden", json({ id: "C1", name: "garden" }));
  channel.run("D1", 1, null, json({ id: "D1", is_im: true, user: "U2" }));
  say(database, 2, "C1", { ts: "1700000000.000100", user: "U1", text: "who waters <#C1>?" });
  say(database, 2, "C1", { ts: "1700000100.000100", user: "U2", text: "tomorow" });
  // The archive was resumed: one message was edited meanwhile, and a thread was fetched with its first message.
  say(database, 5, "C1", {
    ts: "1700000100.000100",
    user: "U2",
    text: "tomorrow",
    edited: { ts: "1700000200.000000" },
  });
  say(database, 6, "C1", { ts: "1700000000.000100", user: "U1", text: "who waters <#C1>?" });
  say(database, 6, "C1", {
    ts: "1700000050.000100",
    user: "U2",
    text: "I do",
    thread_ts: "1700000000.000100",
  });
  say(database, 2, "D1", { ts: "1700000300.000100", user: "U1", text: "hello <@U2>" });
};

const said = (found: Awaited<ReturnType<typeof read>>, at = 0) =>
  found.conversations[at]?.messages.map(({ author, text }) => `${author}: ${text}`);

describe("Slackdump's database", () => {
  it("has each message once, in its newest state, with names and threads", async () => {
    const found = await read(databaseOf(archive), "slackdump.sqlite");
    expect(found).toMatchObject({ formats: ["slack"], problems: [] });
    expect(found.conversations.map(({ title, sourceId }) => [sourceId, title])).toEqual([
      ["C1", "#garden"],
      ["D1", "Ben Roe"],
    ]);
    expect(said(found)).toEqual(["Ann: who waters #garden?", "Ben Roe: I do", "Ben Roe: tomorrow"]);
    expect(said(found, 1)).toEqual(["Ann: hello @Ben Roe"]);
    const [asked, answered, edited] = first(found).messages;
    expect(answered?.replyTo).toBe(asked?.key);
    expect(edited?.editedAt).toBe(1_700_000_200_000);
    // What it lacks may be in Slack all the same.
    expect(first(found).partial).toBe(true);
  });

  it("is read from the archive's folder in a zip, beside the files that it names", async () => {
    const zip = zipOf({
      "slackdump_20260101/slackdump.sqlite": databaseOf(archive),
      "slackdump_20260101/__uploads/F1/bed.jpg": Buffer.from("\xff\xd8\xff", "latin1"),
    });
    const found = await read(zip, "slackdump_20260101.zip");
    expect(found.conversations).toHaveLength(2);
    expect(found.problems).toEqual([]);
  });

  it("tells records that are none, and messages that stand alone", async () => {
    const found = await read(
      databaseOf((database) => {
        archive(database);
        database.exec(`
          INSERT INTO MESSAGE VALUES (1, 9, 'C1', '0.000001', '', 'not json');
          INSERT INTO MESSAGE VALUES (3, 9, 'C1', '0.000003', '', 9223372036854775807);
          INSERT INTO MESSAGE VALUES (4, 9, 'C1', '0.000004', '', zeroblob(${2 * defaultLimits.elementBytes}));
          INSERT INTO MESSAGE VALUES (2, 9, 'C1', '0.000002', '', '{"a":1}');
          INSERT INTO SEARCH_MESSAGE VALUES (1, 9, '{}'), (2, 9, '{}');`);
      }),
      "slackdump.sqlite",
    );
    expect(found.problems.map(({ code, count }) => [code, count])).toEqual([
      ["bad-json", 2],
      ["too-large", 1],
      ["unknown-message", 1],
      ["left-out", 2],
    ]);
    expect(said(found)).toHaveLength(3);
  });
});

it("goes through the messages once, however many rooms there are", async () => {
  const bytes = databaseOf((database) => {
    database.exec(`${tables} BEGIN`);
    for (let n = 0; n < 20_000; n++)
      say(database, 1, `C${n % 4000}`, {
        ts: `17000${String(n).padStart(5, "0")}.000100`,
        user: "U1",
        text: "hello",
      });
    database.exec("COMMIT");
  });
  // Going through all of them for each room would take longer than the test may.
  const found = await read(bytes, "slackdump.sqlite");
  expect(found.conversations).toHaveLength(4000);
}, 60_000);

describe("another SQLite database", () => {
  const views = tables
    .replace("CREATE TABLE CHANNEL", "CREATE TABLE OTHER")
    .concat("CREATE VIEW CHANNEL AS SELECT ID, CHUNK_ID, DATA FROM OTHER;");

  it.each([
    ["of another program", "CREATE TABLE a (b)"],
    ["with a view in place of a table", views],
    [
      "with other columns",
      "CREATE TABLE MESSAGE (a); CREATE TABLE CHANNEL (a); CREATE TABLE S_USER (a)",
    ],
  ])("%s is refused, and what it is is said", async (_, sql) => {
    const bytes = databaseOf((database) => database.exec(sql));
    await expect(read(bytes, "a.sqlite")).rejects.toMatchObject({
      code: "not-a-chat-log",
      message: expect.stringContaining("none of Slackdump's"),
    });
  });

  it("that is damaged is refused, or loses what is damaged, and never more than that is said", async () => {
    const whole = databaseOf(archive);
    expect(await rejection(whole.subarray(0, 3000))).toBe("damaged-database");
    for (let at = 0; at < whole.length; at += 997) {
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, at + 16, at + 40);
      const outcome = await read(bytes, "a.sqlite").catch((error: { code?: string }) => error.code);
      if (typeof outcome === "string")
        expect(["damaged-database", "not-a-chat-log", "no-messages"]).toContain(outcome);
    }
  });
});
