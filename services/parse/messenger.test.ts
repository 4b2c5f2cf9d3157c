// Messenger's and Instagram's downloads: order, mended letters, files, what was unsent, threads in parts.
import { describe, expect, it } from "vitest";
import { first, read, zipOf } from "./parse.builders.ts";

/** As the download writes it: each byte of UTF-8 as a character. */
const broken = (text: string) => Buffer.from(text, "utf8").toString("latin1");
const thread = (messages: readonly object[], path = "inbox/zoe_1") =>
  JSON.stringify({
    participants: [{ name: broken("Zoë") }, { name: "Ann" }],
    messages,
    title: broken("Zoë"),
    is_still_participant: true,
    thread_path: path,
  });

describe("a thread of Messenger or Instagram", () => {
  it("is read from the oldest on, with its letters mended", async () => {
    const found = await read(
      thread([
        { sender_name: "Ann", timestamp_ms: 1_767_000_004_000, is_unsent: true },
        { sender_name: "Ann", timestamp_ms: 1_767_000_003_000, content: "call", call_duration: 0 },
        {
          sender_name: broken("Zoë"),
          timestamp_ms: 1_767_000_002_000,
          content: broken("für dich 🎈"),
          share: { link: "https://example.org/a" },
          reactions: [{ reaction: broken("❤"), actor: "Ann" }],
        },
        {
          sender_name: "Ann",
          timestamp_ms: 1_767_000_001_000,
          photos: [{ uri: "messages/inbox/zoe_1/photos/7.jpg" }],
        },
      ]),
    );
    expect(found).toMatchObject({ formats: ["messenger"], problems: [] });
    expect(first(found)).toMatchObject({ sourceId: "zoe_1", title: "Zoë", channel: "Zoë" });
    expect(first(found).messages.map(({ author, kind, text }) => [author, kind, text])).toEqual([
      ["Ann", "attachment", "7.jpg"],
      ["Zoë", "text", "für dich 🎈\nhttps://example.org/a"],
      ["Ann", "system", "call"],
      ["Ann", "system", "This message was unsent."],
    ]);
    expect(first(found).messages[1]).toMatchObject({ at: 1_767_000_002_000, zoneKnown: true });
  });

  it("keeps letters that are right as they are", async () => {
    const found = await read(
      thread([{ sender_name: "Jörg", timestamp_ms: 1_767_000_001_000, content: "né à Ōsaka" }]),
    );
    expect(first(found).messages[0]).toMatchObject({ author: "Jörg", text: "né à Ōsaka" });
  });

  it("is one conversation in all its files, whichever folder it is in", async () => {
    const one = (n: number) => [
      { sender_name: "Ann", timestamp_ms: 1_767_000_000_000 + n, content: `n${n}` },
    ];
    const found = await read(
      zipOf({
        "inbox/zoe_1/message_1.json": thread(one(2)),
        "inbox/zoe_1/message_2.json": thread(one(1), "archived_threads/zoe_1"),
      }),
    );
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["zoe_1", "zoe_1"]);
  });

  it("is read in the newer layout of encrypted chats, and of any length", async () => {
    const messages = Array.from({ length: 9000 }, (_, nth) => ({
      senderName: nth % 2 === 0 ? "Ann" : "Ben",
      text: `line ${nth} ${"y".repeat(150)}`,
      timestamp: 1_767_000_000_000 - nth * 1000,
      type: "text",
      isUnsent: false,
      media: [],
      reactions: [],
    }));
    const found = await read(
      JSON.stringify({ participants: ["Ann", "Ben"], threadName: "Ben_12", messages }),
    );
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ sourceId: "Ben_12", title: "Ben" });
    const times = first(found).messages.map(({ position }) => position);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times).toHaveLength(9000);
  });

  it("reads times that stand as text", async () => {
    const said = { sender_name: "Ida", timestamp_ms: "1772359200000", content: "hi" };
    const thread = { participants: [{ name: "Ida" }], thread_path: "inbox/a_1", messages: [said] };
    const found = await read(JSON.stringify(thread), "message_1.json");
    expect(found.problems).toEqual([]);
    expect(found.conversations[0]?.messages).toMatchObject([{ at: 1_772_359_200_000, text: "hi" }]);
  });
});
