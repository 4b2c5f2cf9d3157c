// Every fixture is taken for what it is, alone and in a zip, and for nothing else.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, read, rejection, zipOf } from "./parse.builders.ts";

/** What the names of fixtures begin with, where that is not their format. */
const others: readonly (readonly [string, string])[] = [
  ["claude-code", "claude-code"],
  ["gemini-cli", "gemini-cli"],
  ["google-chat", "google-chat"],
  ["irssi", "irc"],
  ["weechat", "irc"],
  ["znc", "irc"],
  ["slackdump", "slack"],
  ["helicone", "openai"],
  ["langfuse", "openai"],
  ["dialogues", "openai"],
  ["wildchat", "openai"],
  ["workbook", "table"],
];
const formatOf = (name: string): string =>
  others.find(([start]) => name.startsWith(start))?.[1] ?? (name.split(/[-.]/, 1)[0] as string);

const names = readdirSync(join(import.meta.dirname, "fixtures")).filter((name) =>
  name.includes("."),
);

describe("a fixture is taken for what it is", () => {
  it.each(names)("%s", async (name) => {
    expect((await read(fixture(name), name)).formats).toEqual([formatOf(name)]);
    const zipped = await read(zipOf({ [`folder/${name}`]: fixture(name) }), "upload.zip");
    expect(zipped.formats).toEqual([formatOf(name)]);
    expect(zipped.conversations.length).toBeGreaterThan(0);
  });
});

describe("what only looks like one is refused", () => {
  /** Of records and tables of which it is not sure what their columns hold, a person may say it. */
  const refusals = ["not-a-chat-log", "columns-unknown"];
  const lines = (...records: readonly object[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const at = "2026-01-01T10:00:00.000Z";
  it.each([
    [
      "a log of a program",
      lines(
        { level: "info", ts: at, msg: "up", type: "http" },
        { level: "info", ts: at, msg: "down", username: "x" },
      ),
    ],
    [
      "an issue with comments",
      lines({ title: "a", comments: [{ body: "b", author_id: 1, created_at: at }] }),
    ],
    ["a record with a source", lines({ source: { body: "a" }, name: "b" })],
    ["spans of a program", lines({ id: "a", type: "span", timestamp: at, input: 1, output: 2 })],
    ["requests of a server", lines({ requests: [{ message: "a", response: 200 }] })],
    ["a page of another program", `<html><div class="outer-cell"><p>Gemini</p></div></html>`],
    ["notes with days", "2026/01/01(Thu)\n10:00 rain\n11:00 sun\n"],
  ])("%s", async (_, text) => {
    expect(refusals).toContain(await rejection(text));
  });
});

it("refuses the list of an export's parts as what it is, and not as a table", async () => {
  const parts = [{ category: "conversations", filename: "conversations-000.zip" }];
  const manifest = JSON.stringify({ data_files: parts });
  expect(await rejection(manifest)).toBe("not-a-chat-log");
});

describe("a record that is too long to be held is read as a short one", () => {
  it.each([
    "skype-quotes-and-edits.json",
    "google-chat-topic.json",
    "matrix-edits-and-keys.json",
    "slackdump-thread.json",
    "copilot-tools.json",
    "perplexity-blocks.json",
    "intercom-notes.json",
    "zendesk-mails.jsonl",
    "langfuse-trace.json",
    "dialogues-two-sets.json",
  ])("%s", async (name) => {
    const text = fixture(name).toString("utf8").trimEnd();
    // A record is long where a chunk of the file ends in it: blanks before its end make it two.
    const end = text.search(/\}\s*\]?\s*\}?$/);
    const spread = `${text.slice(0, end)}${" ".repeat(1024 * 1024)}${text.slice(end)}`;
    const long = await read(spread, name, { limits: { wholeBytes: 200 } });
    const short = await read(text, name);
    expect(long.conversations).toEqual(short.conversations);
    expect(long.problems.map(({ code, count }) => [code, count])).toEqual(
      short.problems.map(({ code, count }) => [code, count]),
    );
  });
});
