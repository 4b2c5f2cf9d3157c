// Exports of Open WebUI, LibreChat and Grok: trees, thoughts and calls apart from words, files by name, and long records.
import { describe, expect, it } from "vitest";
import { first, fixture, read, withKey, zipOf } from "./parse.builders.ts";

const shown = (found: Awaited<ReturnType<typeof read>>) =>
  first(found).messages.map(({ key, kind, role, author, text, onMainPath }) => [
    key,
    kind,
    role,
    author,
    text,
    onMainPath,
  ]);

describe("a chat of Open WebUI", () => {
  it("has thoughts and calls apart from its words, and files by name", async () => {
    const found = await read(fixture("openwebui-details.json"));
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({
      source: "openwebui",
      sourceId: "w1",
      title: "Glue",
      asOf: 1_767_261_660_000,
    });
    expect(shown(found)).toEqual([
      ["a", "text", "user", "User", "best glue?", true],
      ["a/1", "attachment", "user", "User", "glue.pdf", true],
      ["b", "thinking", "assistant", "Assistant", 'Which "wood"?\nPine.', true],
      ["b/1", "tool", "assistant", "Assistant", 'shop({"q": 1})', true],
      ["b/2", "tool", "tool", "Assistant", "hide", true],
      ["b/3", "text", "assistant", "Assistant", "Hide glue.", true],
    ]);
    expect(withKey(first(found), "a/1").attachments).toEqual([
      { name: "glue.pdf", mediaType: "application/pdf", size: 12 },
    ]);
    expect(first(found).raw).not.toContain("Hide glue");
  });

  it("reads the history and not the list beside it, and the list where there is no history", async () => {
    const message = (id: string, parentId: string | null, content: string) => ({
      id,
      parentId,
      role: "user",
      content,
    });
    const list = [message("a", null, "one"), message("b", "a", "two")];
    const chat = { messages: list.slice(0, 1), history: { currentId: "b", messages: { ...list } } };
    expect(shown(await read(JSON.stringify([{ id: "w", chat }])))).toHaveLength(2);
    const flat = first(await read(JSON.stringify([{ id: "w", chat: { messages: list } }])));
    expect(flat.messages.map(({ key, parent }) => [key, parent])).toEqual([
      ["a", null],
      ["b", "a"],
    ]);
  });

  it("keeps the words of details that do not end, and of a failed answer", async () => {
    const content = 'so <details type="reasoning"> and on';
    const messages = {
      a: { id: "a", parentId: null, role: "assistant", content, error: { content: "no power" } },
    };
    const found = await read(JSON.stringify([{ id: "w", chat: { history: { messages } } }]));
    expect(first(found).messages.map(({ kind, text }) => [kind, text])).toEqual([
      ["text", content],
      ["system", "no power"],
    ]);
  });
});

describe("a conversation of LibreChat", () => {
  it("is read from a list in lists, with thoughts, calls and files", async () => {
    const found = await read(fixture("librechat-recursive.json"));
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ source: "librechat", sourceId: "l1", title: "Yarn" });
    expect(shown(found)).toEqual([
      ["a", "text", "user", "You", "wool or silk", true],
      ["a/1", "attachment", "user", "You", "yarn.png", true],
      ["c", "text", "assistant", "Weaver", "silk", true],
      ["b", "thinking", "assistant", "Weaver", "soft", false],
      ["b/1", "tool", "assistant", "Weaver", 'shop({"q":1})', false],
      ["b/2", "tool", "tool", "Weaver", "2 kinds", false],
      ["b/3", "text", "assistant", "Weaver", "wool", false],
    ]);
    expect(withKey(first(found), "a").raw).not.toContain("silk, ");
  });
});

describe("an export of Grok", () => {
  it("keeps a broken-off answer, a second try and times in MongoDB's JSON", async () => {
    const files = {
      "ttl/30d/export_data/u/prod-grok-backend.json": fixture("grok-second-try.json"),
      "ttl/30d/export_data/u/prod-mc-billing.json": "{}",
      "ttl/30d/export_data/u/prod-mc-asset-server//x/content": "\u0089PNG",
    };
    const found = await read(zipOf(files));
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ source: "grok", sourceId: "g1", title: "Script" });
    expect(shown(found)).toEqual([
      ["a", "text", "user", "You", "finish it", true],
      ["c", "thinking", "assistant", "Grok", "end", true],
      ["b", "system", "assistant", "Grok", "", false],
      ["c/1", "text", "assistant", "Grok", "Finished.", true],
      ["c/2", "attachment", "assistant", "Grok", "file-1", true],
    ]);
    expect(withKey(first(found), "c/1").at).toBe(Date.UTC(2026, 0, 1, 10, 0, 5));
    expect(withKey(first(found), "a").model).toBeNull();
  });
});

describe("a long record", () => {
  it.each([
    ["openwebui-details.json", {}],
    ["librechat-recursive.json", {}],
    ["grok-second-try.json", {}],
    ["openai-batch-output.jsonl", {}],
  ])("is read as a short one: %s", async (name) => {
    const text = fixture(name).toString("utf8");
    const long = await read(text, "upload", { limits: { wholeBytes: 200 } });
    expect(long.problems).toEqual([]);
    expect(long.conversations).toEqual((await read(text)).conversations);
  });

  it("is read as a short one: a list of LibreChat's", async () => {
    const messages = Array.from({ length: 30 }, (_, n) => ({
      messageId: `m${n}`,
      parentMessageId: n === 0 ? null : `m${n - 1 - (n % 7 === 6 ? 1 : 0)}`,
      isCreatedByUser: n % 2 === 0,
      sender: "Weaver",
      text: `word ${n}`,
      createdAt: new Date(Date.UTC(2026, 0, 1, 10, n)).toISOString(),
    }));
    const text = JSON.stringify({ conversationId: "l", title: "t", messages });
    const long = await read(text, "upload", { limits: { wholeBytes: 500 } });
    expect(long.conversations).toEqual((await read(text)).conversations);
  });
});
