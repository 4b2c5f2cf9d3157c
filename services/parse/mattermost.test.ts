// Mattermost's bulk export: rooms out of one list of posts, threads, names, notices, direct posts, damaged lines.
import { describe, expect, it } from "vitest";
import { fixture, read } from "./parse.builders.ts";

const bulk = fixture("mattermost-bulk.jsonl");

describe("a Mattermost bulk export", () => {
  it("sorts its posts into rooms, with threads, names and notices", async () => {
    const found = await read(bulk, "bulk.jsonl");
    expect(found).toMatchObject({ formats: ["mattermost"], problems: [] });
    expect(found.conversations.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ["north/town", "#Town Square"],
      ["@ola,per", "Ola Lund, per"],
    ]);
    const [town, direct] = found.conversations;
    expect(
      town?.messages.map(({ author, role, kind, text }) => [author, role, kind, text]),
    ).toEqual([
      ["Ola Lund", "person", "text", "hei"],
      ["per", "person", "text", "hei du"],
      ["Ola Lund", "system", "system", "ola joined the channel."],
      ["bot", "person", "text", "Build\npassed"],
    ]);
    expect(direct?.messages).toMatchObject([{ kind: "attachment", text: "map.pdf" }]);
    expect(town?.authors).toEqual([
      { id: "ola", shown: "Ola Lund", others: ["ola"] },
      { id: "per", shown: "per", others: [] },
      { id: "bot", shown: "bot", others: [] },
    ]);
  });

  it("keeps times, edits, the start of a thread and files", async () => {
    const [town] = (await read(bulk)).conversations;
    expect(town?.messages.slice(0, 2)).toMatchObject([
      {
        key: "1767261600000/ola",
        at: 1_767_261_600_000,
        editedAt: 1_767_261_700_000,
        zoneKnown: true,
      },
      { replyTo: "1767261600000/ola", attachments: [{ name: "k.png" }] },
    ]);
  });

  it("says which lines are damaged or of no known kind", async () => {
    const text = bulk.toString("utf8").replace('"hei du"', '"hei').replace('"team":{"n', '"t":{"n');
    const found = await read(`${text}{"type":"poll","poll":{}}\n`, "bulk.jsonl");
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["bad-json", "bulk.jsonl, line 5"],
      ["unknown-record", "bulk.jsonl, line 10"],
    ]);
    expect(found.conversations.every(({ partial }) => partial)).toBe(true);
  });

  it("keeps many posts of one moment apart", async () => {
    const lines = ['{"type":"version","version":1}'];
    for (let nth = 0; nth < 3000; nth += 1) {
      const post = { team: "t", channel: "c", user: "ola", create_at: 1_767_261_600_000 };
      lines.push(JSON.stringify({ type: "post", post: { ...post, message: `word ${nth}` } }));
    }
    const [room] = (await read(lines.join("\n"), "bulk.jsonl")).conversations;
    expect(new Set(room?.messages.map(({ key }) => key)).size).toBe(3000);
  });
});
