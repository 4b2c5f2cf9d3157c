// Telegram Desktop's result.json: accounts and single chats, text in pieces, files, polls, service messages, invalid JSON, cut files.
import { describe, expect, it } from "vitest";
import { first, fixture, type Read, read, withKey } from "../parse.builders.ts";

const lines = (found: Read, nth = 0) =>
  found.conversations[nth]?.messages.map(({ author, kind, text }) => [author, kind, text]);

describe("a Telegram export", () => {
  it("reads an account's chats, those that were left too, and nothing else of it", async () => {
    const found = await read(fixture("telegram-account.json"), "result.json");
    expect(found).toMatchObject({ formats: ["telegram"], problems: [] });
    expect(found.conversations.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ["user12", "Piet"],
      ["channel12", "Boathouse"],
    ]);
    expect(lines(found)).toEqual([
      ["Piet", "text", "see the timetable (https://example.org/t)!"],
      ["Ines", "text", "Forwarded from Harbour:\nno ferry today"],
      ["user13", "attachment", "photo"],
      ["Piet", "attachment", "tides.pdf"],
      ["Piet", "text", "When?\n• noon (2)\n• dusk (0)"],
    ]);
    expect(lines(found, 1)).toEqual([
      ["Ines", "system", "invite members: Piet, Deleted Account"],
      ["Ines", "system", "phone call: hangup, 42 s"],
    ]);
  });

  it("tells whose account it is, by the names that their messages have, and of a single chat nothing", async () => {
    const found = await read(fixture("telegram-account.json"), "result.json");
    expect(found.conversations.map(({ owners }) => owners)).toEqual([["Ines"], ["Ines"]]);
    expect(first(await read(plainChat)).owners).toBeUndefined();
  });

  it("keeps ids, replies, edits and times with their zone", async () => {
    const chat = first(await read(fixture("telegram-account.json")));
    expect(withKey(chat, "102")).toMatchObject({
      sourceId: "102",
      replyTo: "101",
      authorId: "user11",
      at: 1_769_940_060_000,
      zoneKnown: true,
      editedAt: 1_769_940_120_000,
      position: 102,
    });
    expect(withKey(chat, "104").attachments).toEqual([
      { name: "tides.pdf", mediaType: "application/pdf", size: null, file: expect.any(String) },
    ]);
  });

  it("mends control bytes and unquoted paths, and reads numeric ids and local times of old exports", async () => {
    const found = await read(fixture("telegram-invalid-json.json"), "result.json", {
      zone: "Europe/Berlin",
    });
    expect(found.problems).toEqual([]);
    const [old, later] = first(found).messages;
    expect(old).toMatchObject({
      text: "tab\tand C:\\x41 stay",
      authorId: "chat5032705",
      at: Date.UTC(2020, 5, 1, 18),
      zoneKnown: false,
      localTime: "2020-06-01 20:00:00",
    });
    expect(later).toMatchObject({ text: "😮", authorId: "user12" });
  });

  it("reads what there is of a file that was cut off, and says so", async () => {
    const whole = fixture("telegram-invalid-json.json").toString("utf8");
    for (const text of [whole.slice(0, -120), JSON.stringify(JSON.parse(plainChat)).slice(0, -9)]) {
      const found = await read(text);
      expect(found.problems).toMatchObject([{ code: "truncated" }]);
      expect(first(found)).toMatchObject({ partial: true, messages: [{ sourceId: "1" }] });
    }
    const account = fixture("telegram-account.json").toString("utf8");
    const found = await read(account.slice(0, account.indexOf('"id": 104') + 20));
    expect(found.problems).toMatchObject([{ code: "truncated" }]);
    expect(first(found).messages.map(({ sourceId }) => sourceId)).toEqual(["101", "102", "103"]);
  });

  it("reads a chat of any length in parts", async () => {
    const messages = Array.from({ length: 6000 }, (_, nth) => ({
      id: nth + 1,
      type: "message",
      date_unixtime: String(1_700_000_000 + nth),
      from: nth % 2 === 0 ? "Ann" : "Ben",
      from_id: nth % 2 === 0 ? "user1" : "user2",
      reply_to_message_id: nth > 0 ? nth : undefined,
      text: `line ${nth} ${"x".repeat(200)}`,
    }));
    const found = await read(JSON.stringify({ name: "G", type: "private_group", id: 3, messages }));
    expect(found.problems).toEqual([]);
    const chat = first(found);
    expect(chat).toMatchObject({ sourceId: "chat3", messages: { length: 6000 } });
    expect(chat.authors?.map(({ shown }) => shown)).toEqual(["Ann", "Ben"]);
    expect(chat.messages[5999]).toMatchObject({ replyTo: "5999", position: 6000 });
  });
});

const plainChat = `{"name":"A","type":"personal_chat","id":1,"messages":[
  {"id":1,"type":"message","date_unixtime":"1700000000","from":"A","from_id":"user1","text":"a"},
  {"id":2,"type":"message","date_unixtime":"1700000001","from":"A","from_id":"user1","text":"b"}]}`;
