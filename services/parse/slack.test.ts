// Slack exports: channels over days, threads, markup, names, notices, files.
import { describe, expect, it } from "vitest";
import { first, fixtureFolder, read, withKey, zipOf } from "./parse.builders.ts";
import { slackText } from "./slack-text.ts";

const files = fixtureFolder("slack");

describe("a Slack export", () => {
  it("reads a channel over its days, with names, threads and markup", async () => {
    const found = await read(zipOf(files), "slack.zip");
    expect(found.formats).toEqual(["slack"]);
    const general = found.conversations.find(({ sourceId }) => sourceId === "C1");
    expect(general).toMatchObject({ title: "#general", channel: "#general", tree: false });
    expect(general?.messages.map(({ author, kind, text }) => [author, kind, text])).toEqual([
      ["Ben Okoye", "system", "@Ben Okoye has joined the channel"],
      [
        "Anna",
        "text",
        "Hi @Ben Okoye, see the plan (https://example.org) in #general & tell @here",
      ],
      ["Ben Okoye", "text", "On it, @Anna"],
      ["Anna", "attachment", "plan.pdf"],
      ["Ben Okoye", "text", "Done."],
      ["deploy", "text", "Released 1.2"],
    ]);
    expect(found.problems).toMatchObject([
      { code: "unknown-message", place: "general/2024-05-02.json, item 3" },
    ]);
  });

  it("takes none of its lists for a chat log that was sent along", async () => {
    const lists = ["channels", "groups", "dms", "mpims", "org_users"].map((name) => [
      `${name}.json`,
      JSON.stringify([
        { id: "C1", name: "general", creator: "U1", created: 1_714_550_400, message: "hello" },
        { id: "C2", name: "other", creator: "U1", created: 1_714_550_401, message: "hello too" },
      ]),
    ]);
    const found = await read(zipOf({ ...files, ...Object.fromEntries(lists) }), "slack.zip");
    expect(found.problems.map(({ code }) => code)).toEqual(["unknown-message"]);
    const log = "2026-01-01 10:00 <Anna> hi\n2026-01-01 10:01 <Ben> hi\n".repeat(5);
    const sent = await read(zipOf({ ...files, "sent/irc.log": log }), "slack.zip");
    expect(sent.problems).toMatchObject([{ code: "unknown-message" }, { code: "not-read" }]);
  });

  it("points replies to the thread's root, also over days, and keeps edits and ids", async () => {
    const found = await read(zipOf(files));
    const general = found.conversations.find(({ sourceId }) => sourceId === "C1") ?? first(found);
    expect(withKey(general, "1714636800.000100")).toMatchObject({
      replyTo: "1714550400.000200",
      editedAt: 1714636900000,
      position: 1714636800000100,
      authorId: "U2",
      zoneKnown: true,
    });
    expect(withKey(general, "1714550400.000200").replyTo).toBeNull();
  });

  it("names a direct conversation after its people", async () => {
    const found = await read(zipOf(files));
    const direct = found.conversations.find(({ sourceId }) => sourceId === "D024BE91L");
    expect(direct).toMatchObject({ title: "Anna, Ben Okoye" });
    expect(direct?.messages[0]).toMatchObject({ author: "Cleo", authorId: "U9" });
  });

  it("tells what else authors are called, once, with their first messages", async () => {
    const found = await read(zipOf(files));
    expect(found.conversations.flatMap(({ authors = [] }) => authors)).toEqual([
      { id: "U9", shown: "Cleo", others: ["U9"] },
      { id: "U2", shown: "Ben Okoye", others: ["U2", "ben"] },
      { id: "U1", shown: "Anna", others: ["U1", "Anna Berg", "anna"] },
      { id: "B1", shown: "deploy", others: ["B1"] },
    ]);
  });

  it("says of a channel with a damaged day that it was read in part, and of no other", async () => {
    const day = (text: string) =>
      JSON.stringify([{ type: "message", user: "U1", ts: "1.0", text }]);
    const found = await read(
      zipOf({
        ...files,
        "aside/2024-05-01.json": day("first"),
        "aside/2024-05-02.json": day("cut off").slice(0, 40),
        "aside/2024-05-03.json": day("third"),
      }),
    );
    const partial = found.conversations.map((one) => [one.sourceId, one.partial ?? false]);
    expect(partial.toSorted()).toEqual([
      ["C1", false],
      ["D024BE91L", false],
      ["aside", true],
    ]);
  });

  it("says that names are missing where it has no list of people, and shows what was deleted as a notice", async () => {
    const day = [
      { type: "message", user: "U9", ts: "1714557600.000100", text: "hi" },
      { type: "message", user: "USLACKBOT", ts: "1714557601.000100", text: "Reminder" },
      { type: "message", subtype: "message_deleted", hidden: true, ts: "1714557602.000100" },
    ];
    const found = await read(zipOf({ "a/2024-05-01.json": JSON.stringify(day) }));
    expect(found.problems).toMatchObject([{ code: "no-names", place: "users.json" }]);
    expect(first(found).messages.map(({ author, kind }) => [author, kind])).toEqual([
      ["U9", "text"],
      ["Slackbot", "text"],
      ["Slack", "system"],
    ]);
  });

  it("is found in a folder of the zip too", async () => {
    const moved = Object.fromEntries(
      Object.entries(files).map(([path, file]) => [`export/${path}`, file]),
    );
    const found = await read(zipOf(moved));
    expect(found.conversations.map(({ sourceId }) => sourceId).sort()).toEqual(["C1", "D024BE91L"]);
  });

  it("is read with what lies beside it, and tells of a chat log inside of it", async () => {
    const moved = (folder: string) =>
      Object.entries(files).map(([path, file]) => [`${folder}/${path}`, file] as const);
    const chat = "[07.03.26, 21:22:39] Ida: hi\n[08.03.26, 21:22:39] Olav: so\n";
    const found = await read(
      zipOf({
        ...Object.fromEntries([...moved("one"), ...moved("two")]),
        "_chat.txt": chat,
        "two/files/_chat.txt": chat,
      }),
    );
    expect(found.formats).toEqual(["slack", "whatsapp"]);
    const rooms = found.conversations.map(({ source, sourceId, title }) =>
      source === "slack" ? sourceId : title,
    );
    expect(rooms.toSorted()).toEqual(["C1", "C1", "D024BE91L", "D024BE91L", "Ida, Olav"]);
    expect(found.problems.map(({ code, place }) => [code, place])).toContainEqual([
      "not-read",
      "two/files/_chat.txt",
    ]);
  });

  it("leaves a stray bracket as it is", () => {
    const names = {
      people: new Map([["U1", "Anna"]]),
      aliases: new Map(),
      channels: new Map<string, string>(),
    };
    expect(slackText("1 &lt; 2 <@U1|a> <@U7> <mailto:a@b.c|a@b.c> < open", names)).toBe(
      "1 < 2 @Anna @U7 a@b.c < open",
    );
  });
});
