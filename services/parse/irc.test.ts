// IRC logs: layouts, days, nicks and answers, zones, encodings, paths.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ircPath } from "./irc-path.ts";
import {
  first,
  fixture,
  read,
  readPath,
  readUntilError,
  tarOf,
  withKey,
  zipOf,
} from "./parse.builders.ts";

describe("an IRC log", () => {
  it.each([
    ["=== bo [~b@host] has joined #garden\n[10:00] <ann> hi", "#garden"],
    ["[10:00:00] *** Joins: bo (~b@host) #garden\n[10:00:01] <ann> hi", null],
    ["10:00 -!- bo [~b@host] has joined #garden\n10:01 < ann> hi\n10:02 < bo> hello", "#garden"],
    ["[10:00] <ann> it says: bo has joined #debian\n[10:01] <bo> I joined #debian too", null],
    [
      "2024-01-01 10:00:00\t-->\tbo (~b@host) has joined #garden\n2024-01-01 10:00:01\tann\thi",
      "#garden",
    ],
    ["2024-01-01 10:00:00\tann\tbo has joined #debian\n2024-01-01 10:00:01\tbo\thi", null],
  ])("takes its channel from joins, not from what is said: %j is of %s", async (text, channel) => {
    const found = await read(text, "log.txt");
    expect(found.conversations.map((one) => one.channel)).toEqual([channel]);
  });

  it("of HexChat has days without a year, actions that look like joins, and colours that are no words", async () => {
    const found = await read(fixture("irc-hexchat-colours.txt"), "#boat.log");
    expect(found).toMatchObject({ formats: ["irc"], problems: [] });
    expect(
      found.conversations.map(({ sourceId, messages }) => [
        sourceId,
        messages.map(({ author, kind, text }) => [author, kind, text]),
      ]),
    ).toEqual([
      [
        "#boat/2023-12-31",
        [
          ["Now", "system", "Now talking on #boat"],
          ["ida", "text", "hello red boat"],
          ["ben", "text", "ida: hi"],
          ["ben", "text", "waves"],
          ["olav", "system", "olav (~o@example.org) has joined"],
        ],
      ],
      ["#boat/2024-01-01", [["ida", "text", "3 cheers"]]],
    ]);
    expect(found.conversations[1]?.messages[0]?.at).toBe(Date.UTC(2024, 0, 1, 0, 0, 15));
    expect(found.conversations[0]?.messages[1]?.raw).toContain("\u000304,01red");
  });

  it("of irssi is cut at midnight, follows nick changes and finds who is answered", async () => {
    const found = await read(fixture("irssi-midnight.txt"), "irclogs/net/#garden.log");
    expect(found.formats).toEqual(["irc"]);
    expect(found.problems).toEqual([]);
    expect(found.conversations.map(({ sourceId, channel }) => [sourceId, channel])).toEqual([
      ["#garden/2024-03-30", "#garden"],
      ["#garden/2024-03-31", "#garden"],
    ]);
    const saturday = first(found);
    expect(saturday.messages.map(({ author, kind, text }) => [author, kind, text])).toEqual([
      ["anna", "system", "anna [~a@host] has joined #garden"],
      ["anna", "text", "hello"],
      ["ben", "text", "anna: hi there"],
      ["anna", "text", "waves"],
      ["anna", "system", "anna is now known as anna_away"],
    ]);
    expect(withKey(saturday, "4")).toMatchObject({
      replyTo: "3",
      position: 4,
      localTime: "2024-03-30 23:51",
    });
  });

  it("converts local times by zone, over the change to summer time", async () => {
    const found = await read(fixture("irssi-midnight.txt"), "#garden.log", {
      zone: "Europe/Berlin",
    });
    const sunday = found.conversations[1];
    expect(sunday?.messages.map(({ at }) => new Date(at ?? 0).toISOString())).toEqual([
      "2024-03-31T00:59:00.000Z",
      "2024-03-31T01:01:00.000Z",
    ]);
    expect(sunday?.messages[0]).toMatchObject({ zoneKnown: false, localTime: "2024-03-31 01:59" });
  });

  it("takes the hour that occurs twice in autumn in the order of its lines", async () => {
    const log = ["01:30", "02:30", "02:50", "02:10", "03:10"]
      .map((time) => `[${time}] <a> x`)
      .join("\n");
    const found = await read(log, "#c/2024-10-27.log", { zone: "Europe/Berlin" });
    expect(
      first(found).messages.map(({ at }) => new Date(at ?? 0).toISOString().slice(11, 16)),
    ).toEqual(["23:30", "00:30", "00:50", "01:10", "02:10"]);
    await expect(read(log, "#c/2024-10-27.log", { zone: "Mars/Olympus" })).rejects.toMatchObject({
      code: "unknown-zone",
    });
  });

  it("of ZNC reads notices, leaves out what a bouncer plays again, and says which line it cannot read", async () => {
    const found = await read(fixture("znc-playback.txt"), "znc_#garden_20240331.log");
    const conversation = first(found);
    expect(conversation.sourceId).toBe("#garden/2024-03-31");
    expect(withKey(conversation, "3")).toMatchObject({ replyTo: "2", text: "anna, morning" });
    expect(withKey(conversation, "4")).toMatchObject({
      author: "ben",
      kind: "text",
      text: "yawns",
    });
    expect(withKey(conversation, "8")).toMatchObject({ author: "anna", kind: "system" });
    expect(found.problems.map(({ code, place }) => [code, place])).toEqual([
      ["duplicate-line", "znc_#garden_20240331.log, line 6"],
      ["bad-line", "znc_#garden_20240331.log, line 9"],
    ]);
  });

  it("of #ubuntu's layout tells actions from joins, and keeps empty lines said", async () => {
    const conversation = first(
      await read(fixture("irc-unstarred-actions.txt"), "ubuntu/2008-01-03.log"),
    );
    expect(conversation).toMatchObject({
      sourceId: "#ubuntu/2008-01-03",
      title: "#ubuntu 2008-01-03",
    });
    expect(
      conversation.messages.map(({ author, kind, text, replyTo }) => [author, kind, text, replyTo]),
    ).toEqual([
      ["|trey|", "text", "quite stable though  :)", null],
      ["tweaked", "text", "|trey|: how many partitions?", "1"],
      ["topyli", "system", "topyli [~juha@dsl.example] has left #ubuntu []", null],
      ["tweaked", "text", "scrolls up", null],
      ["usual", "text", "", null],
      ["usual", "system", "usual is now known as ubuntor", null],
      ["tweaked", "text", "ubuntor: are you there?", "5"],
      ["ubuntor", "text", "nods", null],
      ["|trey|", "text", "usual: welcome", "5"],
    ]);
    expect(conversation.messages[2]?.at).toBe(Date.parse("2008-01-03T12:18:00Z"));
  });

  it("of WeeChat has its dates in its lines", async () => {
    const found = await read(fixture("weechat-dates-in-lines.txt"), "irc.net.#moss.weechatlog");
    expect(
      found.conversations.map(({ sourceId, messages }) => [sourceId, messages.length]),
    ).toEqual([
      ["#moss/2024-03-31", 3],
      ["#moss/2024-04-01", 1],
    ]);
    expect(first(found).messages[2]).toMatchObject({
      author: "anna",
      text: "waters",
      kind: "text",
    });
  });

  it("may mix encodings, line by line", async () => {
    const found = await read(fixture("irc-mixed-encodings.txt"), "#k/2020-01-01.log");
    const [latin, utf8, , broken] = first(found).messages;
    expect([latin?.author, latin?.text, utf8?.text]).toEqual(["jörg", "grüße", "café ☕"]);
    expect(broken?.text).toContain("\ufffd");
    expect(found.problems).toMatchObject([{ code: "bad-encoding", count: 1 }]);
  });

  it("comes as many days in a zip, a tar or a tar.gz, the same each time", async () => {
    const day = (n: number) => `[10:00] <a> day ${n}\n[10:01] <b> a: yes\n`;
    const files = Object.fromEntries([1, 2, 3].map((n) => [`logs/rust/2020-01-0${n}.log`, day(n)]));
    const zipped = await read(zipOf(files), "logs.zip");
    expect(zipped.conversations.map(({ sourceId }) => sourceId)).toEqual([
      "#rust/2020-01-01",
      "#rust/2020-01-02",
      "#rust/2020-01-03",
    ]);
    expect((await read(await tarOf(files), "logs.tar")).conversations).toEqual(
      zipped.conversations,
    );
  });

  it("gives the old lines the same places in a longer one", async () => {
    const start = fixture("irc-unstarred-actions.txt").toString();
    const before = first(await read(start, "ubuntu/2008-01-03.log"));
    const after = first(await read(`${start}[13:00] <x> more\n`, "ubuntu/2008-01-03.log"));
    expect(after.messages.slice(0, before.messages.length)).toEqual(before.messages);
  });

  it("without any date keeps the times as written and says so", async () => {
    const found = await read("[10:00] <a> hi\n[10:01] <b> ho\n", "#c.log");
    expect(first(found).messages[0]).toMatchObject({ at: null, localTime: "10:00" });
    expect(found.problems).toMatchObject([{ code: "unknown-time", count: 2 }]);
  });

  it("of a very long day comes in parts", async () => {
    const lines = Array.from({ length: 45_000 }, (_, n) => `[10:00] <a> line ${n}`).join("\n");
    const found = await read(lines, "#c/2020-01-01.log");
    expect(found.conversations).toHaveLength(1);
    expect(first(found).messages).toHaveLength(45_000);
  });
});

describe("a file of which only some lines are IRC", () => {
  const some = `${"[10:00] <a> hello\n".repeat(4)}${"nothing of the kind\n".repeat(6)}`;

  it("is rejected with the share of such lines, and why that is not enough", async () => {
    const { error } = await readUntilError(some, "notes.log");
    expect(error).toMatchObject({ code: "not-a-chat-log" });
    expect(error?.message).toContain("Of its first 10 lines only 4 look like an IRC log");
    expect(error?.message).toContain("at least 60 %");
  });

  it("is named with the same reason where it lies in an archive beside logs", async () => {
    const log = "[10:00] <a> hello\n";
    const found = await read(zipOf({ "#c/2024-05-01.log": log, "notes.log": some }));
    expect(found.problems).toMatchObject([{ code: "not-read", place: "notes.log" }]);
    expect(found.problems[0]?.reason).toContain("only 4 look like an IRC log");
  });

  it("is read where most of its lines are, the others counted", async () => {
    const most = `${"[10:00] <a> hello\n".repeat(7)}${"nothing of the kind\n".repeat(3)}`;
    const found = await read(most, "#c/2024-05-01.log");
    expect(first(found).messages).toHaveLength(7);
    expect(found.problems.map(({ code }) => code)).toEqual(["bad-line", "bad-line", "bad-line"]);
  });

  it("gives no reason about IRC where there is none in it", async () => {
    const { error } = await readUntilError("milk, eggs\n", "notes.txt");
    expect(error?.message).not.toContain("IRC");
  });
});

describe("an IRC log's path", () => {
  it.each([
    ["ubuntu/2008-01-03.log", "#ubuntu", "2008-01-03"],
    ["2008/01/03/%23ubuntu.txt", "#ubuntu", "2008-01-03"],
    ["irclogs/libera/#garden.2024-05-01.log", "#garden", "2024-05-01"],
    ["users/a/networks/n/moddata/log/#c++/2024-05-01.log", "#c++", "2024-05-01"],
    ["freenode_#python_20160102.log", "#python", "2016-01-02"],
    ["irc.libera.##math.weechatlog", "##math", null],
    ["logs/2024-05-01.log", null, "2024-05-01"],
    ["2024-13-77.log", null, null],
  ])("%s is %s on %s", (path, channel, date) => {
    expect(ircPath(path)).toEqual({ channel, date });
  });
});

const archive = join(import.meta.dirname, "../../../shared/data/irc/ubuntu-irc.tar.gz");

describe.skipIf(!existsSync(archive))(
  "the #ubuntu archive (skipped where the shared data is absent)",
  () => {
    it("is read whole: every line is a message or a problem", async () => {
      const found = await readPath(archive, "ubuntu-irc.tar.gz");
      expect(found.conversations).toHaveLength(179);
      const messages = found.conversations.reduce((sum, { messages: all }) => sum + all.length, 0);
      const problems = found.problems.reduce((sum, { count }) => sum + count, 0);
      // 249,623 line ends, and a last line of one file without one.
      expect(messages + problems).toBe(249_624);
      expect(found.conversations.every(({ channel }) => channel === "#ubuntu")).toBe(true);
    });
  },
);
