// Discord's channels in JSON: threads, replies, forwarded messages, cards, notices, several files of a channel, cut files.
import { describe, expect, it } from "vitest";
import { first, fixture, read, withKey, zipOf } from "./parse.builders.ts";

const thread = fixture("discord-thread-and-forward.json");

describe("a channel of Discord", () => {
  it("reads a thread under its channel, with what is forwarded, cards and notices", async () => {
    const found = await read(thread, "thread.json");
    expect(found).toMatchObject({ formats: ["discord"], problems: [] });
    const chat = first(found);
    expect(chat).toMatchObject({
      sourceId: "1100000000000000001",
      title: "worms, yes or no (Gardeners)",
      channel: "#compost",
    });
    expect(chat.messages.map(({ author, role, kind, text }) => [author, role, kind, text])).toEqual(
      [
        ["Tove", "person", "text", "Worms?"],
        ["Emil", "person", "attachment", "w.jpg"],
        ["Tove", "person", "text", "Forwarded:\nRed worms like shade."],
        ["weather", "tool", "text", "Tomorrow\nFrost\nLow: -2"],
        ["Emil", "system", "system", "Pinned a message."],
      ],
    );
  });

  it("keeps what differs under one id, at once and as a long record, and what is the same as one", async () => {
    const channel = JSON.parse(thread.toString("utf8"));
    const [one, ...others] = channel.messages;
    const messages = [one, { ...one, content: "Another." }, one, ...others];
    const text = JSON.stringify({ ...channel, messages });
    const spread = `${text.slice(0, -1)}${" ".repeat(1024 * 1024)}}`;
    for (const found of [
      await read(text),
      await read(spread, "a.json", { limits: { wholeBytes: 0 } }),
    ]) {
      const said = first(found).messages.map(({ key, sourceId, text: words }) => [
        key,
        sourceId,
        words,
      ]);
      expect(said.slice(0, 3)).toEqual([
        [one.id, one.id, "Worms?"],
        [`${one.id}#1`, null, "Another."],
        [one.id, one.id, "Worms?"],
      ]);
    }
  });

  it("keeps ids of any size, times with their zone, edits, replies and names", async () => {
    const chat = first(await read(thread));
    expect(withKey(chat, "1100000000000000010")).toMatchObject({
      at: Date.UTC(2026, 2, 1, 11, 0, 0, 123),
      zoneKnown: true,
      editedAt: Date.UTC(2026, 2, 1, 11, 5),
      authorId: "1000000000000000007",
    });
    expect(withKey(chat, "1100000000000000011")).toMatchObject({
      replyTo: "1100000000000000010",
      attachments: [{ name: "w.jpg", size: 2048 }],
    });
    expect(withKey(chat, "1100000000000000012").replyTo).toBeNull();
    expect(chat.authors?.[0]).toEqual({
      id: "1000000000000000007",
      shown: "Tove",
      others: ["1000000000000000007", "tove_k"],
    });
  });

  it("reads the parts of a channel as one conversation, and each channel of an archive", async () => {
    const whole = JSON.parse(thread.toString("utf8"));
    const part = (from: number, to: number) =>
      JSON.stringify({ ...whole, messages: whole.messages.slice(from, to) });
    const other = { ...whole, channel: { id: "5", type: "GuildTextChat", name: "seeds" } };
    const found = await read(
      zipOf({
        "a [part 1].json": part(0, 2),
        "a [part 2].json": part(2, 5),
        "b.json": JSON.stringify(other),
        "empty.json": JSON.stringify({
          ...other,
          channel: { ...other.channel, id: "6" },
          messages: [],
        }),
      }),
    );
    expect(found.problems).toEqual([]);
    expect(
      found.conversations.map(({ sourceId, title, messages }) => [
        sourceId,
        title,
        messages.length,
      ]),
    ).toEqual([
      ["1100000000000000001", "worms, yes or no (Gardeners)", 2],
      ["1100000000000000001", "worms, yes or no (Gardeners)", 3],
      ["5", "#seeds (Gardeners)", 5],
    ]);
  });

  it("reads what there is of an export that was stopped", async () => {
    const text = thread.toString("utf8");
    const found = await read(text.slice(0, text.indexOf('"id": "1100000000000000013"') + 60));
    expect(found.problems).toMatchObject([{ code: "truncated" }]);
    expect(first(found)).toMatchObject({ partial: true, messages: { length: 3 } });
  });
});
