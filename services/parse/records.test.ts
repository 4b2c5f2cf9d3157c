// OpenAI-style and ShareGPT records: kinds, damaged lines, wrappers, and files that are no chat logs.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { first, fixture, read, rejection, zipOf } from "./parse.builders.ts";

describe("OpenAI-style records", () => {
  it("keeps tool calls, their answers, parts and names", async () => {
    const conversation = first(await read(fixture("openai-tool-calls.jsonl")));
    expect(conversation).toMatchObject({ source: "openai", sourceId: "t-1", title: "Weather" });
    expect(
      conversation.messages.map(({ key, kind, author, text, replyTo }) => [
        key,
        kind,
        author,
        text,
        replyTo,
      ]),
    ).toEqual([
      ["0", "system", "System", "Be brief.", null],
      ["1", "text", "User", "Rain in Oslo?", null],
      ["1/1", "attachment", "User", "https://example.org/sky.png", null],
      ["2", "tool", "Assistant", 'weather({"city":"Oslo"})', null],
      ["3", "tool", "Tool", "rain", "2"],
      ["4", "text", "Skye", "Yes.", null],
    ]);
    expect(JSON.parse(conversation.raw ?? "")).toEqual({
      id: "t-1",
      metadata: { title: "Weather" },
    });
  });

  it("goes on after a damaged line and says where it was, and that the file is cut", async () => {
    const found = await read(fixture("openai-damaged-line.jsonl"), "log.jsonl");
    expect(found.conversations.map(({ messages }) => messages[0]?.text)).toEqual(["one", "two"]);
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["bad-json", "log.jsonl, line 2"],
      ["unknown-record", "log.jsonl, line 4"],
      ["truncated", "log.jsonl, line 6"],
    ]);
  });

  it("knows a record without an id by its content", async () => {
    const found = await read(fixture("openai-damaged-line.jsonl"));
    const again = await read('{"messages":[{"role":"user","content":"two"}]}\n');
    expect(first(again).sourceId).toBe(found.conversations[1]?.sourceId);
  });

  it("folds a flood of problems and keeps the count", async () => {
    const line = '{"messages":[{"role":"user","content":"x"}]}\n';
    const found = await read(line + "{broken\n".repeat(500) + line);
    expect(found.problems.length).toBe(21);
    expect(found.problems.reduce((sum, { count }) => sum + count, 0)).toBe(500);
  });

  it("reads the same gzipped, as a JSON array, and inside an object", async () => {
    const records = [1, 2, 3].map((n) => ({
      id: `r${n}`,
      messages: [{ role: "user", content: `hi ${n}` }],
    }));
    const plain = await read(records.map((record) => JSON.stringify(record)).join("\n"));
    for (const other of [
      gzipSync(records.map((record) => JSON.stringify(record)).join("\r\n")),
      JSON.stringify(records, null, 2),
      JSON.stringify({ version: 1, tags: ["a"], data: records }, null, 2),
      records.map((record) => JSON.stringify(record, null, 2)).join("\n"),
    ])
      expect((await read(other)).conversations).toEqual(plain.conversations);
  });
});

describe("a record that would use up memory or the stack", () => {
  const good = '{"messages":[{"role":"user","content":"hello"}]}';
  const record = (inner: string) => `{"messages":[{"role":"user","content":"x","extra":${inner}}]}`;

  it.each([
    ["nested in objects", "too-deep", record(`${'{"a":'.repeat(8000)}1${"}".repeat(8000)}`)],
    ["nested in lists", "too-deep", record(`${"[".repeat(8000)}${"]".repeat(8000)}`)],
    ["of many empty objects", "too-large", record(`[${"{},".repeat(60_000)}{}]`)],
  ])("%s is left out and reported, alone in its file's list or lines", async (_, code, bad) => {
    const limits = { elementNodes: 50_000 };
    for (const file of [`${good}\n${bad}\n${good}\n`, `[${good},${bad},${good}]`]) {
      const found = await read(file, "log.json", { limits });
      expect(found.problems).toMatchObject([{ code }]);
      expect(found.conversations).toHaveLength(2);
    }
  });

  it("does no harm in the files beside the conversations either", async () => {
    const deep = `[${'{"uuid":"u","full_name":"Ann","a":'.repeat(8000)}1${"}".repeat(8000)}]`;
    const files = { "conversations.json": fixture("claude-branching.json"), "users.json": deep };
    expect((await read(zipOf(files))).conversations).toHaveLength(1);
  });
});

describe("ShareGPT records", () => {
  it("keeps speakers it does not know as people", async () => {
    const conversation = first(await read(fixture("sharegpt-strange-speakers.json")));
    expect(conversation).toMatchObject({ source: "sharegpt", sourceId: "7" });
    expect(conversation.messages.map(({ role, author, kind }) => [role, author, kind])).toEqual([
      ["assistant", "Assistant", "text"],
      ["user", "User", "text"],
      ["assistant", "Bing", "text"],
      ["tool", "Tool", "tool"],
      ["person", "Captain", "text"],
    ]);
  });
});

describe("files that are no chat logs", () => {
  it.each([
    ["prose", "Dear diary,\ntoday nothing happened.\n"],
    ["other JSON", '{"name":"parlance","version":"1.0.0"}'],
    ["an empty list", "[]"],
    ["numbers", "1\n2\n3\n"],
    ["times with text", "12:00 breakfast\n13:00 lunch\n"],
    ["binary", Buffer.from([1, 2, 3, 0, 255, 254, 9, 9])],
  ])("%s is rejected with the list of what is read", async (_, content) => {
    expect(await rejection(content)).toBe("not-a-chat-log");
  });

  it("says an empty one is empty", async () => {
    expect(await rejection("")).toBe("empty-upload");
  });
});
