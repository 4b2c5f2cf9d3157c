// Skype and Teams, Matrix, Rocket.Chat, Slackdump, Zulip's servers and Discord's data package: notices, files, edits, answers, names from other files, what cannot be read.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  type Files,
  first,
  fixture,
  read,
  rejection,
  tarOf,
  withKey,
  zipOf,
} from "./parse.builders.ts";

type Read = Awaited<ReturnType<typeof read>>;
const said = (found: Read) =>
  first(found).messages.map(({ author, kind, text }) => `${kind} ${author}: ${text}`);
const told = ({ problems }: Read) => problems.map(({ code, count }) => [code, count]);

describe("Skype's and Teams' messages.json", () => {
  it("has notices, files, quotes and edits apart from the words, from the oldest on", async () => {
    const tar = await tarOf({ "messages.json": fixture("skype-quotes-and-edits.json") });
    const found = await read(tar, "8_ann_export.tar");
    expect(found).toMatchObject({ formats: ["skype"], problems: [] });
    expect(found.conversations).toHaveLength(1);
    expect(first(found)).toMatchObject({ sourceId: "19:abc@thread.skype", title: "Garden" });
    expect(said(found)).toEqual([
      "text Ann: beans & peas? see (https://example.org/b)",
      "system live:ann: Call (ended): Ann",
      "text Ben: > beans & peas?\nPeas :)",
      "attachment Ann: bed.jpg",
      "system Ben: This message was deleted.",
      "system abc@thread.skype: AddMember: 8:cy",
    ]);
    expect(withKey(first(found), "1767261720000")).toMatchObject({
      replyTo: "1767261600000",
      editedAt: 1_767_261_730_000,
      authorId: "8:ben",
    });
    expect(withKey(first(found), "1767261780000").attachments).toEqual([
      { name: "bed.jpg", mediaType: null, size: 2048 },
    ]);
  });
});

describe("Element's export of a Matrix room", () => {
  it("has edits, answers without their quotes, names of joins, and tells what is encrypted", async () => {
    const found = await read(fixture("matrix-edits-and-keys.json"));
    expect(first(found)).toMatchObject({ sourceId: "!kitchen:example.org", title: "Kitchen" });
    expect(said(found)).toEqual([
      "system ann: room.member: join",
      "text ann: who bakes rye?",
      "text ben: I do",
      "attachment ben: loaf.jpg",
      "system cy: This message could not be decrypted.",
      "system cy: This message was deleted.",
    ]);
    expect(withKey(first(found), "$asks").editedAt).toBe(1_767_261_670_000);
    expect(withKey(first(found), "$answers").replyTo).toBe("$asks");
    expect(first(found).authors?.[0]).toEqual({
      id: "@ann:example.org",
      shown: "ann",
      others: ["@ann:example.org", "Ann Lee"],
    });
    expect(told(found)).toEqual([["encrypted-message", 1]]);
  });
});

describe("Rocket.Chat", () => {
  it("as a file of a room takes its name from the file, and tells that names are hidden", async () => {
    const found = await read(fixture("rocketchat-hidden-names.jsonl"), "kitchen.json");
    expect(first(found)).toMatchObject({ sourceId: "kitchen", title: "#kitchen" });
    expect(said(found)).toEqual([
      "system User_1: User joined the channel",
      "text ann: is the oven free?",
      "attachment User_1: oven.jpg",
    ]);
    expect(told(found)).toEqual([["hidden-author", 2]]);
  });

  it("as its database has it is sorted into rooms, with threads", async () => {
    const found = await read(fixture("rocketchat-database.json"), "messages.json");
    expect(found.conversations.map(({ sourceId }) => sourceId)).toEqual(["GENERAL", "abcDirect"]);
    expect(withKey(first(found), "say000000000000002")).toMatchObject({
      author: "Ben",
      authorId: "u2",
      replyTo: "ask000000000000001",
      editedAt: Date.UTC(2026, 0, 1, 10, 3),
    });
    expect(told(found)).toEqual([["encrypted-message", 1]]);
  });
});

describe("Slackdump", () => {
  it("as a file of a channel has the answers of a thread behind what they answer", async () => {
    const found = await read(fixture("slackdump-thread.json"));
    expect(found).toMatchObject({ formats: ["slack"], problems: [] });
    expect(first(found)).toMatchObject({ sourceId: "C0GARDEN1", title: "#garden" });
    expect(said(found)).toEqual([
      "text U0ANN: who has a rake?",
      "text U0BEN: @U0ANN I do",
      "text U0BEN: rain & wind today",
    ]);
    expect(first(found).messages[1]?.replyTo).toBe("1767261600.000100");
    expect(first(found).messages[0]?.raw).not.toContain("I do");
  });

  it("as an archive has names from the packed lists beside the channels", async () => {
    const lines = fixture("slackdump-chunks.jsonl").toString("utf8").split("\n");
    const part = (...nths: number[]) => gzipSync(nths.map((nth) => `${lines[nth]}\n`).join(""));
    const found = await read(
      zipOf({
        "archive/users.json.gz": part(1),
        "archive/C0GARDEN1.json.gz": part(2, 3, 4),
        "archive/workspace.json.gz": part(0),
      }),
    );
    expect(found).toMatchObject({ formats: ["slack"], problems: [] });
    const sorted = first(found).messages.toSorted((a, b) => a.position - b.position);
    expect(sorted.map(({ author, text }) => [author, text])).toEqual([
      ["Ann", "who has a rake?"],
      ["Ben Ode", "I do"],
      ["Ben Ode", "rain today"],
    ]);
    expect(first(found).title).toBe("#garden");
  });

  it("of one thread is a part of its channel: the rest of it is not gone", async () => {
    const dump = JSON.parse(fixture("slackdump-thread.json").toString("utf8"));
    const thread = { ...dump, thread_ts: "1767261600.000100" };
    const text = JSON.stringify(thread);
    const spread = `${text.slice(0, -1)}${" ".repeat(1024 * 1024)}}`;
    for (const found of [
      await read(text),
      await read(spread, "a.json", { limits: { wholeBytes: 0 } }),
    ])
      expect(first(found)).toMatchObject({ sourceId: "C0GARDEN1", partial: true });
    expect(first(await read(fixture("slackdump-thread.json"))).partial).toBeUndefined();

    const chunks = fixture("slackdump-chunks.jsonl").toString("utf8").split("\n");
    const ofThread = chunks.filter((line) => !line.startsWith('{"t":0'));
    expect(first(await read(ofThread.join("\n"))).partial).toBe(true);
    expect(first(await read(chunks.join("\n"))).partial).toBeUndefined();
  });
});

describe("the export of a Zulip server", () => {
  const realm = JSON.parse(fixture("zulip-server/realm.json").toString("utf8"));

  it.each([
    ["a zip", async (files: Files) => zipOf(files)],
    ["the tar.gz that servers write", async (files: Files) => gzipSync(await tarOf(files))],
  ])("names people and rooms from its lists, in %s", async (_, packedAs) => {
    const found = await read(
      await packedAs({
        "export/messages-000001.json": fixture("zulip-server/messages-000001.json"),
        "export/realm.json": JSON.stringify(realm),
      }),
    );
    expect(found).toMatchObject({ formats: ["zulip"], problems: [] });
    expect(
      found.conversations.map(({ sourceId, title, channel }) => [sourceId, title, channel]),
    ).toEqual([
      ["7/seeds", "seeds (#garden)", "#garden"],
      ["@12,13", "Rosa, Emil", "Rosa, Emil"],
    ]);
    expect(said(found)).toEqual(["text Rosa: who has peas?", "text Emil: I do"]);
  });

  it("shows numbers of people whom its lists do not name, and says so", async () => {
    const found = await read(
      zipOf({
        "messages-000001.json": fixture("zulip-server/messages-000001.json"),
        "realm.json": JSON.stringify({ ...realm, zerver_userprofile: [] }),
      }),
    );
    expect(said(found)).toEqual(["text User 12: who has peas?", "text User 13: I do"]);
    expect(told(found)).toEqual([["no-names", 3]]);
  });

  it("is not read where the lists are not at hand: its rooms would be others than with them", async () => {
    expect(await rejection(fixture("zulip-server/messages-000001.json"))).toBe("not-a-chat-log");
    const packed = await tarOf({
      "export/messages-000001.json": fixture("zulip-server/messages-000001.json"),
      "export/other.json": fixture("google-chat-topic.json"),
    });
    const found = await read(gzipSync(packed), "export.tar.gz");
    expect(found.formats).toEqual(["google-chat"]);
    expect(found.problems).toMatchObject([
      {
        code: "not-read",
        place: "export/messages-000001.json",
        reason: expect.stringContaining("realm.json"),
      },
    ]);
  });
});

describe("Discord's data package", () => {
  it("of a channel whose messages cannot be read tells nothing of them", async () => {
    const text = fixture("discord-package.json").toString("utf8");
    expect(told(await read(text.slice(1), "messages.json"))).toEqual([["bad-json", 1]]);
  });

  it("of a channel alone is known by its oldest message, which a later package has too", async () => {
    const message = (id: string) =>
      `{"ID": ${id}, "Timestamp": "2026-01-01 10:01:00", "Contents": "a"}`;
    const idOf = async (...ids: string[]) =>
      first(await read(`[${ids.map(message).join(",")}]`, "messages.json"));
    const one = await idOf("1191234567890123457", "1191234567890123456");
    const later = await idOf("1191234567890123458", "1191234567890123456", "1191234567890123457");
    const other = await idOf("1191234567890123459");
    expect(one.hasId).toBe(false);
    expect(later.sourceId).toBe(one.sourceId);
    expect(other.sourceId).not.toBe(one.sourceId);
  });

  it("has what one person wrote, with all figures of the ids, and says that answers are missing", async () => {
    const channel = {
      id: "1100000000000000001",
      type: "GUILD_TEXT",
      name: "pets",
      guild: { id: "9", name: "Town" },
    };
    const found = await read(
      zipOf({
        "Messages/c1100000000000000001/messages.json": fixture("discord-package.json"),
        "Messages/c1100000000000000001/channel.json": JSON.stringify(channel),
        "Messages/index.json": JSON.stringify({ "1100000000000000001": "pets in Town" }),
      }),
    );
    expect(found.formats).toEqual(["discord"]);
    expect(first(found)).toMatchObject({ sourceId: channel.id, title: "#pets (Town)" });
    expect(said(found)).toEqual(["attachment You: cat.png\nb.txt", "text You: hello all"]);
    expect(withKey(first(found), "1191234567890123457").at).toBe(Date.UTC(2026, 0, 1, 10));
    expect(told(found)).toEqual([["one-side", 2]]);
  });
});
