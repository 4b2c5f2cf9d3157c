// Tables of messages: columns by their names, quotes and line ends in cells, dates of all orders, roles, and rows that do not fit.
import { describe, expect, it } from "vitest";
import { first, fixture, read, rejection } from "../parse.builders.ts";
import { openRows } from "./cells.ts";

const messagesIn = async (text: string) => first(await read(text)).messages;
const at = (day: number, month: number, hour: number, minute: number) =>
  Date.UTC(2026, month - 1, day, hour, minute);

describe("a table of messages", () => {
  it("may begin with a line that tells Excel the delimiter", async () => {
    const found = await read(
      "sep=;\r\nVon;Nachricht\r\nIda;Hallo, du\r\nBen;ja\r\nIda;gut\r\n",
      "a.csv",
    );
    expect(found.problems).toEqual([]);
    expect(first(found).messages.map(({ author, text }) => [author, text])).toEqual([
      ["Ida", "Hallo, du"],
      ["Ben", "ja"],
      ["Ida", "gut"],
    ]);
  });

  it("has an id of its own where a column says it", async () => {
    const row = (...cells: string[]) => `${cells.join(",")}\n`;
    const talk = row("date", "from", "message", "conversation");
    const own = `${talk}${row("2026-01-01 10:00", "Ida", "hi", "a")}${row("2026-01-01 10:01", "Olav", "yes", "a")}`;
    const none = own.replaceAll(/,(?:conversation|a)\n/g, "\n");
    expect(first(await read(own))).toMatchObject({ sourceId: "a", hasId: true });
    expect(first(await read(none)).hasId).toBe(false);
    const pairs = `${row("id", "prompt", "response")}${row("7", "hi", "yes")}`;
    expect(first(await read(pairs))).toMatchObject({ sourceId: "7", hasId: true });
    expect(first(await read(pairs.replaceAll(/^\w+,/gm, ""))).hasId).toBe(false);
  });

  it("divides a cell whose quote is not closed before it is longer than a line may be", () => {
    const rows = openRows(",", 100);
    const lines = ['Ida,"open', ...Array.from({ length: 30 }, () => "more words"), "Olav,yes"];
    const found = lines.flatMap((line, at) => rows.take(at + 1, line));
    expect(found.slice(0, 2).map(({ cells }) => cells)).toEqual([["Ida", '"open'], ["more words"]]);
    expect(found.at(-1)).toMatchObject({ cells: ["Olav", "yes"], isWhole: true });
  });

  it("is read by the names of its columns, its conversations apart, in cells with line ends and quotes", async () => {
    const found = await read(fixture("table-semicolons.csv"), "talk.csv");
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["bad-row", "talk.csv, line 7"],
    ]);
    expect(found.conversations.map(({ source, title, asOf }) => [source, title, asOf])).toEqual([
      ["table", "a", at(2, 2, 9, 5)],
      ["table", "b", at(14, 1, 11, 30)],
    ]);
    expect(
      first(found).messages.map(({ sourceId, author, at: time, text }) => [
        sourceId,
        author,
        time,
        text,
      ]),
    ).toEqual([
      ["1", "Ida", at(13, 1, 10, 0), "the gate;\nsqueaks"],
      ["3", "Olav", at(1, 2, 9, 5), 'oil "it"'],
      [null, "Olav", at(1, 2, 9, 5), "again"],
      ["4", "Unknown", at(2, 2, 9, 5), ""],
    ]);
    expect(JSON.parse(first(found).messages[0]?.raw ?? "")).toEqual({
      id: "1",
      Conversation: "a",
      Date: "13.01.2026",
      Time: "10:00",
      From: "Ida",
      Message: "the gate;\nsqueaks",
    });
  });

  it.each([
    [
      "the month first",
      ["02/01/2026 9:05 PM", "02/13/2026 12:00 AM"],
      [at(1, 2, 21, 5), at(13, 2, 0, 0)],
    ],
    [
      "the day first",
      ["01/02/2026 9:05 pm", "13/02/2026 00:00"],
      [at(1, 2, 21, 5), at(13, 2, 0, 0)],
    ],
    ["the year first", ["2026/02/01 9:05", "2026-02-13 00:00"], [at(1, 2, 9, 5), at(13, 2, 0, 0)]],
    ["an order that cannot be told", ["01/02/2026 9:05", "03/02/2026 9:05"], [null, null]],
  ])("has times with %s", async (_, written, expected) => {
    const rows = written.map((time, n) => `${time},Ida,word ${n}\n`).join("");
    const messages = await messagesIn(`time,author,text\n${rows}`);
    expect(messages.map((message) => message.at)).toEqual(expected);
    expect(messages[0]?.localTime).not.toBeNull();
  });

  it("takes roles for what they are, and other authors for people", async () => {
    const messages = await messagesIn(
      "role\tcontent\nuser\thi\nassistant\thello\nsystem\tbe kind\nIda\twho\n",
    );
    expect(messages.map(({ role, author, kind }) => [role, author, kind])).toEqual([
      ["user", "User", "text"],
      ["assistant", "Assistant", "text"],
      ["system", "System", "system"],
      ["person", "Ida", "text"],
    ]);
  });

  it("loses no row after a quote that nobody closes", async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => `Ida,${n === 5 ? '"' : ""}word ${n}\n`);
    const found = await read(`author,text\n${rows.join("")}`);
    expect(first(found).messages.map(({ text }) => text.replace('"', ""))).toEqual(
      rows.map((_, n) => `word ${n}`),
    );
    expect(found.problems.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  });

  it("is the same conversation where rows were added", async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `Ida,word ${n}\n`);
    const before = first(await read(`author,text\n${rows.slice(0, 30).join("")}`));
    const after = first(await read(`author,text\n${rows.join("")}`));
    expect(after.sourceId).toBe(before.sourceId);
    expect(after.messages.slice(0, 30)).toEqual(before.messages);
  });

  it.each([
    ["columns-unknown", "time,text\n12:00,hi\n"],
    ["columns-unknown", "author,age\nIda,3\n"],
    ["not-a-chat-log", "text\nhi\n"],
    ["columns-unknown", "from,message,amount\nIda,rent,5\n"],
  ])("is none without a column for the text and one for who wrote it: %s", async (code, text) => {
    expect(await rejection(text)).toBe(code);
  });

  it("tells of a line that is too long to be read whole", async () => {
    const text = `author,text\nIda,${"so ".repeat(40)}\nOlav,yes\n`;
    const found = await read(text, "talk.csv", { limits: { lineBytes: 60 } });
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["long-line", "talk.csv, line 2"],
    ]);
  });
});
