// Plain transcripts, and files with colons that are none.
import { describe, expect, it } from "vitest";
import { first, read, rejection } from "./parse.builders.ts";

describe("a plain transcript", () => {
  it("has a speaker a line, and lines that go on with what was said", async () => {
    const found = await read(
      "Agent: Hello: how can I help?\nCustomer: my lamp\n  flickers\n\nAgent: Try another bulb.\nCustomer:ok\nCustomer: done\n",
      "support/lamp.txt",
    );
    expect(found).toMatchObject({ formats: ["transcript"], problems: [] });
    expect(first(found)).toMatchObject({ title: "lamp", hasId: false });
    expect(first(found).messages.map(({ author, text }) => [author, text])).toEqual([
      ["Agent", "Hello: how can I help?"],
      ["Customer", "my lamp\n  flickers"],
      ["Agent", "Try another bulb.\nCustomer:ok"],
      ["Customer", "done"],
    ]);
  });

  it.each([
    [
      "[00:00:05] Ida Holm: Hello\n[00:00:12] Ben: so it is\n[00:01:00] Ida Holm: yes\n",
      "00:00:05",
    ],
    ["(0:05) Ida Holm: Hello\n(0:12) Ben: so it is\n(1:00) Ida Holm: yes\n", "0:05"],
    [
      "10:01:02\t From Ida Holm : Hello\n10:01:10\t From Ben to Everyone : so it is\n10:02:10\t From Ida Holm to Ben(Direct Message) : yes\n",
      "10:01:02",
    ],
  ])("may have a time before each speaker: %s", async (text, time) => {
    const found = await read(text, "meeting.txt");
    expect(found).toMatchObject({ formats: ["transcript"], problems: [] });
    expect(first(found).messages.map(({ author, text: said }) => [author, said])).toEqual([
      ["Ida Holm", "Hello"],
      ["Ben", "so it is"],
      ["Ida Holm", "yes"],
    ]);
    expect(first(found).messages[0]).toMatchObject({ at: null, localTime: time });
  });

  it("may have names and times above what was said, as Otter.ai writes it", async () => {
    const found = await read(
      "Ida Holm  0:05  \nHello\n\nBen O'Neil  0:12  \nSo it is.\nAnd more: a lot.\n\n1:01:00  \nyes\n\nTranscribed by https://otter.ai\n",
      "Standup_otter_ai.txt",
    );
    expect(found).toMatchObject({ formats: ["transcript"], problems: [] });
    expect(
      first(found).messages.map(({ author, localTime, at, text }) => [author, localTime, at, text]),
    ).toEqual([
      ["Ida Holm", "0:05", null, "Hello"],
      ["Ben O'Neil", "0:12", null, "So it is.\nAnd more: a lot."],
      ["Speaker", "1:01:00", null, "yes"],
    ]);
  });

  it("keeps what stands above the first name and time as a problem that is told", async () => {
    const found = await read(
      "Weekly\nSpeaker 1  00:03\nWe begin.\nSpeaker 2  00:09\nYes.\nSpeaker 1  00:12\nGood.\n",
    );
    expect(first(found).messages.map(({ author }) => author)).toEqual([
      "Speaker 1",
      "Speaker 2",
      "Speaker 1",
    ]);
    expect(found.problems).toMatchObject([
      { code: "bad-line", place: expect.stringMatching(/line 1$/) },
    ]);
  });

  it("knows users, assistants and prompts by their usual names", async () => {
    const found = await read(
      "System: be brief\nUser: hi\nAI: hello\nUser: bye\nAI: bye\nUser: ok\n",
    );
    expect(
      first(found)
        .messages.map(({ role, kind }) => `${role} ${kind}`)
        .slice(0, 3),
    ).toEqual(["system system", "user text", "assistant text"]);
  });

  it.each([
    ["headers of records", "Title: a\nAuthor: b\n\nTitle: c\nAuthor: d\n"],
    ["settings", "host: a\nport: b\nhost: c\nport: d\n"],
    ["names that come once", "Anna: 3 apples\nBen: 4 pears\nCleo: 5 plums\nDora: 6 figs\n"],
    ["levels of a log", "INFO: it is up\nERROR: it is down\nINFO: it is up\nERROR: it is down\n"],
    ["values", "Host: a\nAccept: x\nHost: b\nAccept: y\nHost: c\nAccept: z\n"],
    ["chapters", "Intro  0:00\nThe boat  4:10\nThe sail  9:30\nThe end  12:00\n"],
    ["a timetable", "Bus A  9:30\nlate\nBus B  8:10\nlate\nBus A  7:00\nlate\nBus B  6:00\nlate\n"],
    ["records", "Processor: a b\nVendor: c d\nFlags: e f\n".repeat(3)],
    ["questions and answers", "Q: what is it?\nA: a lamp\nQ: whose is it?\nA: a friend's\n"],
    [
      "a play",
      "ACT I\nSCENE 1\nIDA: who is there?\nOLAV: a friend\n[Exit OLAV]\nIDA: oh no\nOLAV: so\n",
    ],
    ["one name", "Note: a\nNote: b\nNote: c\n"],
    ["prose", "Anna: hi\nThen they walked.\nAnd talked.\nBen: ho\nAnna: hi\nAnd went home.\n"],
  ])("is not taken for %s", async (_, text) => {
    expect(await rejection(text)).toBe("not-a-chat-log");
  });

  it("is not taken for a file of a program, and is one under another name", async () => {
    const text = "Loop: move a\nEnd: jump to it\nLoop: go on\nEnd: so be it\n";
    await expect(read(text, "labels.asm")).rejects.toMatchObject({ code: "not-a-chat-log" });
    expect((await read(text, "labels.txt")).formats).toEqual(["transcript"]);
  });

  it("divides a message that has no end", async () => {
    const text = `Ida: hi there\nOlav: well then\nIda: oh no\nOlav: so\n${`${"so ".repeat(20_000)}\n`.repeat(90)}`;
    const found = await read(text);
    expect(found.problems.map(({ code }) => code)).toEqual(["long-entry"]);
    expect(
      first(found)
        .messages.map(({ author }) => author)
        .slice(3),
    ).toEqual(["Olav", "Olav"]);
  });
});
