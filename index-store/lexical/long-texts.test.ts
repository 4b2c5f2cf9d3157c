// Megabytes without a space: every term stays short, nothing runs out of stack or memory, and what was cut is still found.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { highlightSpans } from "./highlight.ts";
import { nothing, statisticsOf } from "./lexical.suite.ts";
import { postingsEngine } from "./postings.ts";
import { MAX_TERM, phraseTerms, visitTokens } from "./tokenize.ts";

const MEGABYTE = 1_000_000;

/** Something repeated until it is that long. */
const long = (piece: string, length = MEGABYTE) => piece.repeat(Math.ceil(length / piece.length));

const look = (text: string) => {
  let longest = 0;
  let terms = 0;
  let before = 0;
  let inOrder = true;
  visitTokens(text, (term, start, end) => {
    terms += 1;
    longest = Math.max(longest, term.length);
    inOrder &&= start >= before && end > start && end <= text.length;
    before = start;
  });
  return { longest, terms, inOrder };
};

describe("a text without spaces", () => {
  it.each([
    ["a word of 20 MB", long("x", 20 * MEGABYTE), 1],
    ["an accented word", long("é"), 1],
    ["letters with endless marks", `a${long("\u0301")}`, 1],
    ["a path", long("ab/"), MEGABYTE / 3],
    ["names in versions in paths", long("a.b-c/"), MEGABYTE / 3],
    ["contractions", long("n't"), MEGABYTE / 4],
    ["figures", long("1,"), MEGABYTE / 3],
    ["Chinese", long("北京大学", MEGABYTE / 20), MEGABYTE / 20],
    ["Thai", long("สวัสดีชาวโลก", MEGABYTE / 20), 1000],
    ["katakana", long("ア", MEGABYTE / 20), 1],
    ["emoji", long("👍"), MEGABYTE / 3],
    ["joined emoji", long("👨\u200d", 10 * MEGABYTE), 1000],
    ["an emoji with endless variations", `👍${long("\ufe0f")}`, 1],
    ["flags", long("🇩🇪"), MEGABYTE / 5],
    ["invisible signs", long("\u200b"), 0],
    ["signs", long("/"), 0],
  ])("of %s has short terms only", { timeout: 60_000 }, (_, text, least) => {
    const { longest, terms, inOrder } = look(text);
    expect(inOrder).toBe(true);
    expect(longest).toBeLessThanOrEqual(MAX_TERM);
    expect(terms).toBeGreaterThanOrEqual(Math.floor(least));
  });

  it("in Chinese is split between words as a short one is", () => {
    const sentence = "北京大学在哪里";
    const once = phraseTerms(sentence);
    const times = 3000;
    expect(phraseTerms(sentence.repeat(times))).toEqual(
      Array.from({ length: times }, () => once).flat(),
    );
  });

  it("is indexed, found by a word as long or by its beginning, and marked", {
    timeout: 60_000,
  }, async () => {
    const path = join(await temporaryFolder(), "words.idx");
    const word = long("x", 4 * MEGABYTE);
    const url = `data:image/png;base64,${long("iVBORw0KGgo/")}`;
    await postingsEngine.build(["short", `see ${word} end`, url], path);
    const index = await postingsEngine.open(path);
    const search = { k: 5, statistics: statisticsOf(index) };
    const rows = (asked: Partial<typeof nothing>) => [
      ...index.search({ ...nothing, ...asked }, search).rows,
    ];
    for (const { term } of index.terms()) expect(term.length).toBeLessThanOrEqual(MAX_TERM);
    expect(rows({ must: phraseTerms(word).map((term) => ({ term, weight: 1 })) })).toEqual([1]);
    expect(rows({ prefixes: ["xxxx"] })).toEqual([1]);
    expect(rows({ phrases: [["image", "png"]] })).toEqual([2]);
    expect(rows({ phrases: [phraseTerms(`${word} end`)] })).toEqual([1]);
    // A question that never went through the tokenizer finds nothing, and costs no more than reading it.
    expect(rows({ prefixes: [word] })).toEqual([]);
    expect(rows({ must: [{ term: word, weight: 1 }] })).toEqual([]);
    expect(index.similarTerms(word, 2, 5)).toEqual([]);
    expect(index.similarTerms("x".repeat(MAX_TERM - 1), 1, 5)).toHaveLength(1);
    index.close();
    const text = `see ${word} end`;
    expect(highlightSpans(text, { prefixes: ["xx"], phrases: [["see", "x"], ["end"]] })).toEqual([
      { start: 4, end: 4 + word.length },
      { start: 5 + word.length, end: text.length },
    ]);
    expect(highlightSpans(url, { phrases: [["image", "png"]] })).toEqual([{ start: 5, end: 14 }]);
  });
});
