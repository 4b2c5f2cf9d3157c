// Tests of what no reader can place: words of unknown content are kept and counted, and an upload of empty messages is an error.
import { describe, expect, it } from "vitest";
import { first, read, readUntilError, zipOf } from "./parse.builders.ts";

const rows = (count: number, message: (nth: number) => object): string =>
  Array.from(
    { length: count },
    (_, n) => `${JSON.stringify({ id: `r${n}`, messages: [message(n)] })}\n`,
  ).join("");

describe("an upload whose messages are mostly empty", () => {
  const empty = rows(5, () => ({ role: "user", body: "hello" }));

  it("is an error that says so, and what was read is passed on", async () => {
    const some = rows(3, (n) => ({ role: "user", content: `said ${n}` }));
    const told = await readUntilError(empty + some, "a.jsonl");
    expect(told.messages).toBe(8);
    expect(told.error).toMatchObject({ code: "mostly-empty" });
    expect(told.error?.message).toContain("5 of 8 messages");
    expect(told.error?.hint).toContain("What was read is kept");
  });

  it("is none where half of them say something, or there are only a few", async () => {
    const some = rows(5, (n) => ({ role: "user", content: `said ${n}` }));
    expect((await read(empty + some, "a.jsonl")).conversations).toHaveLength(10);
    expect((await read(empty, "a.jsonl")).conversations).toHaveLength(5);
  });

  it("is none where they hold files, thoughts and calls of tools", async () => {
    const files = rows(8, () => ({
      role: "user",
      content: [{ type: "image_url", image_url: { url: "https://example.org/a.png" } }],
    }));
    const calls = rows(8, () => ({ role: "tool", content: "" }));
    expect((await read(files + calls, "a.jsonl")).conversations).toHaveLength(16);
  });
});

describe("content of an unknown kind", () => {
  it.each<[string, unknown, string, number]>([
    ["an object", { parts: ["plum", "jam"] }, '{"parts":["plum","jam"]}', 1],
    ["a number", 42, "42", 1],
    [
      "a part of its own kind",
      [{ type: "poll", options: ["yes"] }],
      '{"type":"poll","options":["yes"]}',
      1,
    ],
    [
      "a text of an assistant's thread",
      [{ type: "text", text: { value: "plum jam" } }],
      "plum jam",
      0,
    ],
    ["an empty text", [{ type: "text", text: "" }], "", 0],
  ])("of OpenAI's: %s keeps its words, and is counted", async (_, content, text, unknown) => {
    const found = await read(
      `${JSON.stringify({ id: "a", messages: [{ role: "user", content }] })}\n`,
    );
    expect(first(found).messages.map((one) => one.text)).toEqual([text]);
    expect(found.problems.reduce((sum, { count }) => sum + count, 0)).toBe(unknown);
  });

  it("of Claude's keeps its words, and is counted", async () => {
    const said = (content: unknown) => ({ uuid: `${content}`, sender: "human", content });
    const found = await read(
      JSON.stringify([
        {
          uuid: "c",
          name: "Jam",
          chat_messages: [said("plum jam"), said([{ type: "poll", options: ["yes"] }])],
        },
      ]),
    );
    expect(first(found).messages.map(({ text }) => text)).toEqual([
      "plum jam",
      '[poll] {"options":["yes"]}',
    ]);
    expect(found.problems).toMatchObject([{ code: "unknown-block" }]);
  });
});

describe("a chat of Claude's design tool", () => {
  const chat = {
    uuid: "d-1",
    title: "A poster",
    project: { uuid: "p-1" },
    created_at: "2026-01-01T10:00:00Z",
    messages: [
      {
        uuid: "a",
        role: "user",
        content: { content: "make it green" },
        created_at: "2026-01-01T10:00:00Z",
      },
      {
        uuid: "b",
        role: "assistant",
        content: {
          contentBlocks: [
            { type: "thinking", text: "which green?" },
            { type: "tool_call", toolCall: { name: "paint", input: { colour: "green" } } },
            { type: "text", text: "It is green now." },
            { type: "error", message: { content: "the brush broke" } },
          ],
        },
        created_at: "2026-01-01T10:01:00Z",
      },
    ],
  };

  it("in an export is a conversation of Claude's, and no OpenAI row", async () => {
    const found = await read(
      zipOf({
        "conversations.json": JSON.stringify([
          { uuid: "c", name: "Jam", chat_messages: [{ uuid: "m", sender: "human", text: "jam" }] },
        ]),
        "design_chats/d-1.json": JSON.stringify(chat),
      }),
    );
    expect(found.formats).toEqual(["claude"]);
    expect(found.problems).toEqual([]);
    const [, poster] = found.conversations;
    expect(poster).toMatchObject({ source: "claude", sourceId: "d-1", title: "A poster" });
    expect(poster?.messages.map(({ role, kind, text }) => [role, kind, text])).toEqual([
      ["user", "text", "make it green"],
      ["assistant", "thinking", "which green?"],
      ["assistant", "tool", 'paint({"colour":"green"})'],
      ["assistant", "text", "It is green now.\n\nthe brush broke"],
    ]);
  });
});
