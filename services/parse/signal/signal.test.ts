// Signal's main.jsonl: chats out of one order of items, names, quotes, edits, deletions, notices, damaged lines.
import { describe, expect, it } from "vitest";
import { fixture, read, withKey } from "../parse.builders.ts";

const main = fixture("signal-main.jsonl");

describe("a Signal export", () => {
  it("sorts its items into chats, with the names of people and groups", async () => {
    const found = await read(main, "main.jsonl");
    expect(found).toMatchObject({ formats: ["signal"], problems: [] });
    const said = found.conversations.map(({ sourceId, title, messages }) => [
      sourceId,
      title,
      messages.map(({ author, kind, text }) => [author, kind, text]),
    ]);
    expect(said).toEqual([
      [
        "gk3",
        "Choir",
        [
          ["Choir", "system", "group creation update, group name update"],
          ["+49151000002", "attachment", "alto.pdf"],
        ],
      ],
      [
        "q1w2",
        "Ossi",
        [
          ["Ossi", "text", "Who has the scores?"],
          ["Ines Roth", "text", "I do, all of them"],
          ["Ossi", "system", "This message was deleted."],
          ["Ossi", "system", "identity update"],
          ["Ines Roth", "text", "🎶"],
        ],
      ],
    ]);
  });

  it("knows a message by its first version, and what it quotes", async () => {
    const chat = (await read(main)).conversations[1];
    if (!chat) throw new Error("no chat");
    expect(withKey(chat, "1769990003000/self")).toMatchObject({
      at: 1_769_990_003_000,
      editedAt: 1_769_990_005_000,
      replyTo: "1769990001000/q1w2",
      zoneKnown: true,
    });
  });

  it("says which lines are damaged, and that its end is missing", async () => {
    const text = main.toString("utf8").replace('{"text":{"body":"Who', '{"text":{"body"Who');
    const found = await read(`${text.slice(0, -30)}`, "main.jsonl");
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["bad-json", "main.jsonl, line 10"],
      ["truncated", "main.jsonl, line 15"],
    ]);
    expect(found.conversations.map(({ partial }) => partial)).toEqual([true, true]);
  });

  it("keeps many messages of one moment apart", async () => {
    const lines = ['{"version":"1","backupTimeMs":"1"}'];
    for (let nth = 0; nth < 5000; nth += 1) {
      const standardMessage = { text: { body: `word ${nth}` } };
      const chatItem = { chatId: "1", authorId: "2", dateSent: "1769990003000", standardMessage };
      lines.push(JSON.stringify({ chatItem }));
    }
    const [chat] = (await read(lines.join("\n"), "main.jsonl")).conversations;
    expect(new Set(chat?.messages.map(({ key }) => key)).size).toBe(5000);
    expect(chat?.messages.at(-1)?.text).toBe("word 4999");
  });
});
