// Gemini and Google Chat in Google's Takeout: prompts with their answers, threads where they are named, times in words, rooms named beside.
import { describe, expect, it } from "vitest";
import { fixture, read, withKey, zipOf } from "../parse.builders.ts";
import { writtenTime } from "../written-time.ts";

type Read = Awaited<ReturnType<typeof read>>;
const said = ({ conversations }: Read) =>
  conversations.map(({ messages }) =>
    messages.map(({ author, kind, text }) => `${kind} ${author}: ${text}`),
  );

describe("Gemini's activity", () => {
  it("in JSON is put together where a record links its conversation, and told where not", async () => {
    const found = await read(fixture("gemini-threads.json"), "MyActivity.json");
    expect(said(found)).toEqual([
      ["system You: Gave feedback: Good response"],
      [
        "text You: where does a lemon tree like to stand?",
        "text Gemini: In the sun:\n\n• south\n• west",
        "text You: and in winter?",
        "text Gemini: Move it inside.",
      ],
      ["text You: koliko vode?", "text Gemini: Malo."],
    ]);
    expect(found.conversations[1]).toMatchObject({ sourceId: "aa11bb22", hasId: true });
    expect(found.conversations[1]?.messages[0]).toMatchObject({
      at: Date.UTC(2026, 0, 1, 10, 0, 0, 500),
      attachments: [{ name: "balcony.png" }],
    });
    expect(found.problems).toMatchObject([{ code: "no-thread", count: 2 }]);
  });

  it("as a page is split at its times, and keeps what has none as a notice", async () => {
    const found = await read(fixture("gemini-page.html"), "MyActivity.html");
    expect(said(found)).toEqual([
      ["text You: is rye hardy?\nsecond line", "text Gemini: Very & more.\n\nSow in autumn."],
      ["system You: Used an Assistant feature"],
      ["system You: oats?\nsome time last week\n\nOats too."],
    ]);
    expect(found.conversations[0]).toMatchObject({ sourceId: "cc33dd44", hasId: true });
    expect(found.conversations[0]?.messages[0]).toMatchObject({
      at: Date.UTC(2025, 10, 5, 0, 34, 47),
      attachments: [{ name: "rye.png" }],
    });
    expect(found.problems.map(({ code, count }) => [code, count])).toEqual([
      ["unknown-time", 1],
      ["no-thread", 2],
    ]);
  });

  it("of other products is none", async () => {
    const search = [{ header: "Search", title: "Searched for rye", time: "2026-01-01T10:00:00Z" }];
    await expect(read(JSON.stringify(search))).rejects.toThrow(/not a chat log/);
    const page = fixture("gemini-page.html").toString("utf8").replaceAll("Gemini Apps", "Search");
    await expect(read(page)).rejects.toThrow(/not a chat log/);
  });

  it("gives a prompt the same id in a later export", async () => {
    const all = JSON.parse(fixture("gemini-threads.json").toString("utf8"));
    const [before, after] = [
      await read(JSON.stringify(all.slice(1))),
      await read(JSON.stringify(all)),
    ];
    const ids = ({ conversations }: Read) => conversations.map(({ sourceId }) => sourceId);
    expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
  });
});

describe("Google Chat", () => {
  const info = {
    name: "Plants",
    members: [{ name: "Ann Lee", email: "ann@example.org", user_type: "Human" }],
  };

  it("keeps the order of more than a thousand messages of one second", async () => {
    const room = {
      messages: Array.from({ length: 1100 }, (_, nth) => ({
        creator: { name: "Ida" },
        created_date: "Thursday, January 1, 2026 at 10:00:00 AM UTC",
        text: String(nth),
        message_id: `AAAA/${nth}/${nth}`,
      })),
    };
    const [found] = (await read(JSON.stringify(room), "messages.json")).conversations;
    const messages = found?.messages ?? [];
    const sorted = messages.toSorted((a, b) => a.position - b.position);
    expect(sorted.map(({ text }) => text)).toEqual(room.messages.map(({ text }) => text));
  });

  it("has rooms with topics, and their names from the file beside them", async () => {
    const found = await read(
      zipOf({
        "Takeout/Google Chat/Groups/Space spaceA/messages.json": fixture("google-chat-topic.json"),
        "Takeout/Google Chat/Groups/Space spaceA/group_info.json": JSON.stringify(info),
        "Takeout/Google Chat/Users/User 1/user_info.json": JSON.stringify({ user: {} }),
      }),
    );
    expect(found).toMatchObject({ formats: ["google-chat"], problems: [] });
    const [room] = found.conversations;
    expect(room).toMatchObject({ sourceId: "spaceA", title: "Plants", channel: "Plants" });
    expect(room && withKey(room, "spaceA/topicOne/msgTwo")).toMatchObject({
      author: "Ben",
      authorId: "ben@example.org",
      replyTo: "spaceA/topicOne/topicOne",
      at: Date.UTC(2026, 0, 1, 10, 1),
      editedAt: Date.UTC(2026, 0, 1, 10, 2),
    });
    expect(room?.messages.map(({ kind, text }) => `${kind} ${text}`).slice(2)).toEqual([
      "attachment plan.pdf",
      "system This message was deleted.",
    ]);
  });
});

describe("a time in words", () => {
  it.each([
    ["Nov 5, 2025, 1:34:47 AM CET", "2025-11-05 01:34:47+01:00"],
    ["Nov 5, 2025, 12:04:07\u202fPM GMT+5:30", "2025-11-05 12:04:07+05:30"],
    ["5. nov. 2025, 01:34:47 CEST", "2025-11-05 01:34:47+02:00"],
    ["05.11.2025, 01:34:47 MEZ", "2025-11-05 01:34:47+01:00"],
    ["5 de nov. de 2025, 01:34:47 BRT", "2025-11-05 01:34:47-03:00"],
    ["5 нояб. 2025 г., 01:34:47 MSK", "2025-11-05 01:34:47+03:00"],
    ["2025/11/05 1:34:47 JST", "2025-11-05 01:34:47+09:00"],
    ["2025. 11. 5. 오후 1:34:47 KST", "2025-11-05 13:34:47+09:00"],
    ["Tuesday, 14 March 2023 at 22:41:03 UTC", "2023-03-14 22:41:03+00:00"],
    // Three zones are called so.
    ["Nov 5, 2025, 1:34:47 AM IST", "2025-11-05 01:34:47"],
    ["5. brumaire 2025, 01:34:47 CET", undefined],
    ["some time last week", undefined],
  ])("%s", (text, time) => {
    expect(writtenTime(text)).toBe(time);
  });
});
