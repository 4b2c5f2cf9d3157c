// Captions: speakers in tags and before a colon, marks of style, remarks, and times from the beginning of the recording.
import { describe, expect, it } from "vitest";
import { first, fixture, read } from "./parse.builders.ts";

const cue = (n: number, text: string) => `${n}\n00:00:0${n},000 --> 00:00:0${n},900\n${text}\n\n`;

describe("captions", () => {
  it("of WebVTT have the speakers of their tags, without marks of style, and remarks as notices", async () => {
    const found = await read(fixture("captions-voices.vtt"), "Weekly talk.vtt");
    expect(found.problems).toEqual([]);
    expect(first(found)).toMatchObject({ source: "captions", title: "Weekly talk" });
    expect(
      first(found).messages.map(({ kind, author, at, localTime, text }) => [
        kind,
        author,
        at,
        localTime,
        text,
      ]),
    ).toEqual([
      ["system", "Note", null, null, "recorded on Monday"],
      ["text", "Ida Holm", null, "00:00:01.000", "Shall we & begin?"],
      ["text", "Olav", null, "00:00:03.500", "Yes, now.\nThe gate."],
    ]);
  });

  it("of WebVTT have speakers with signs that its marks are made of", async () => {
    const found = await read(
      "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ida &amp; Ben>we &lt; you</v>\n",
    );
    expect(first(found).messages).toMatchObject([{ author: "Ida & Ben", text: "we < you" }]);
  });

  it("of SRT have the names before a colon where most cues have one, and go on without", async () => {
    const text = [
      cue(1, "Ida Holm: hello"),
      cue(2, "and so on"),
      cue(3, "Olav: yes"),
      cue(4, "Ida Holm: no: never"),
    ];
    expect(
      first(await read(text.join(""))).messages.map(({ author, text: words }) => [author, words]),
    ).toEqual([
      ["Ida Holm", "hello"],
      ["Ida Holm", "and so on"],
      ["Olav", "yes"],
      ["Ida Holm", "no: never"],
    ]);
  });

  it("without names are a speaker's whom nobody names, colons and all", async () => {
    const text = [cue(1, "hello there"), cue(2, "Look: a gate"), cue(3, "it squeaks")].join("");
    expect(
      first(await read(text)).messages.map(({ author, text: words }) => [author, words]),
    ).toEqual([
      ["Speaker", "hello there"],
      ["Speaker", "Look: a gate"],
      ["Speaker", "it squeaks"],
    ]);
  });

  it("that are cut off keep what was said before", async () => {
    const whole = cue(1, "hello") + cue(2, "there");
    const { messages } = first(await read(whole.slice(0, -5)));
    expect(messages.map(({ text }) => text)).toEqual(["hello", "th"]);
  });

  it("of a style sheet only say that they have no words", async () => {
    const found = await read("WEBVTT\n\nSTYLE\n::cue { color: red }\n");
    expect(found.problems.map(({ code }) => code)).toEqual(["empty-session"]);
  });

  it("of many voices in one cue keep each its own words only", async () => {
    const text = `WEBVTT\n\n00:01.000 --> 00:02.000\n${"<v Ida>so </v>".repeat(20_000)}\n`;
    const { messages } = first(await read(text));
    expect(messages).toHaveLength(20_000);
    expect(messages[0]?.raw).toBe("00:01.000 --> 00:02.000\n<v Ida>so </v>");
    expect(messages[1]?.raw).toBe("<v Ida>so </v>");
  });

  it("without an end are divided, and a line that is cut is told", async () => {
    const text = `WEBVTT\n\n00:01.000 --> 00:02.000\n${`${"word ".repeat(200)}\n`.repeat(1200)}\n`;
    const long = await read(text);
    expect(long.problems.map(({ code }) => code)).toEqual(["long-entry"]);
    expect(first(long).messages.map((one) => one.text.split("\n").length)).toEqual([1049, 151]);
    const cut = await read(cue(1, "hello there"), "talk.srt", { limits: { lineBytes: 30 } });
    expect(cut.problems).toEqual([]);
    const shorter = await read(cue(1, "a ".repeat(40)), "talk.srt", { limits: { lineBytes: 40 } });
    expect(shorter.problems.map(({ code }) => code)).toEqual(["long-line"]);
  });
});
