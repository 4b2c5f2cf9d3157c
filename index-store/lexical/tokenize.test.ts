// Tests of splitting texts into terms, and of finding a question's words in them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highlightSpans } from "./highlight.ts";
import { phraseTerms, tokenize } from "./tokenize.ts";

const terms = (text: string): string =>
  tokenize(text)
    .map(({ term }) => term)
    .join(" ");

describe("tokenize", () => {
  it.each([
    ["Edit /etc/apt/sources.list!", "edit etc/apt/sources.list etc apt sources.list sources list"],
    ["0x80070005, E-1234: ENOENT", "0x80070005 e-1234 e 1234 enoent"],
    ["linux-image-2.6.32-21", "linux-image-2.6.32-21 linux image 2.6.32 2 6 32 21"],
    ["c++ c# and C", "c++ c c# c and c"],
    ["wait...what -- yes,no 1,000", "wait what yes no 1,000 1 000"],
    ["don't, Ann's, we’re, l'homme", "dont ann we l'homme l homme"],
    ["[[thufir]] |Jake| nick[away]", "thufir jake nick[away nick away"],
    ["ＡＢＣ ﬁn Ärger ĲSSEL", "abc fin arger ijssel"],
    ["北京大学", "北京 北 京 大学 大 学"],
    ["使用Python", "使用 使 用 python"],
    ["👍🏽 👨‍👩‍👧 🇩🇪", "👍 👨‍👩‍👧 🇩🇪"],
    ["  \n…!?", ""],
  ])("splits %s", (text, expected) => {
    expect(terms(text)).toBe(expected);
  });

  it("gives offsets in order that lie in the text, compounds around their parts", () => {
    const any = fc.string({ unit: "grapheme", maxLength: 60 });
    const chat = fc
      .array(fc.constantFrom("ab", ".", "/", "-", "'", "s", "1", " ", "大学", "é", "+"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(any, chat), (text) => {
        let before = 0;
        let word = 0;
        for (const { term, start, end, compound } of tokenize(text)) {
          expect(term).not.toBe("");
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          if (!compound) expect(start).toBeGreaterThanOrEqual(word);
          if (!compound) word = end;
          before = start;
        }
      }),
    );
  });

  it("splits a term like the text it comes from", () => {
    const chat = fc
      .array(fc.constantFrom("ab", ".", "/", "-", "1", " ", "x_y", "é", "+", "#", ":"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(chat, (text) => {
        for (const { term, start, end, compound } of tokenize(text)) {
          if (compound) expect(phraseTerms(term)).toEqual(phraseTerms(text.slice(start, end)));
          else expect(phraseTerms(term)).toEqual([term]);
        }
      }),
    );
  });

  it("cuts long words and leaves long compounds in parts", () => {
    expect(terms("x".repeat(5000))).toBe("x".repeat(200));
    expect(new Set(tokenize("ab/".repeat(100_000)).map(({ term }) => term))).toEqual(
      new Set(["ab"]),
    );
  });
});

describe("highlights", () => {
  const marked = (text: string, wanted: Parameters<typeof highlightSpans>[1]): string[] =>
    highlightSpans(text, wanted).map(({ start, end }) => text.slice(start, end));

  it("mark terms, phrases and prefixes, and what overlaps once", () => {
    const text = "Installing Größe: edit /etc/apt/sources.list then list it";
    expect(marked(text, { terms: ["grosse", "list"] })).toEqual(["Größe", "list", "list"]);
    expect(marked(text, { prefixes: ["instal"] })).toEqual(["Installing"]);
    expect(marked(text, { terms: ["etc/apt/sources.list", "apt"] })).toEqual([
      "etc/apt/sources.list",
    ]);
    const phrase = tokenize("sources.list then").map(({ term }) => term);
    expect(marked(text, { phrases: [phrase] })).toEqual(["sources.list then"]);
    expect(marked(text, { phrases: [["edit"]] })).toEqual(["edit"]);
    expect(marked(text, { phrases: [["list", "sources"]] })).toEqual([]);
  });
});
