// Tests of stop words: by language, folded like texts, with the collection's main language as the default.
import { describe, expect, it } from "vitest";
import { tokenize } from "#index-store/index-store.ts";
import { openStopWords, WordRole } from "./stop-words.ts";

const roleOf = openStopWords(tokenize, "en");

describe("stop words", () => {
  it.each([
    ["en", "the which because don't please"],
    ["de", "nicht für und daß"],
    ["fr", "c'est où très"],
    ["es", "está también que"],
    ["it", "perché della"],
    ["pt", "não você"],
    ["nl", "het een"],
    ["sv", "och är"],
    ["da", "og ikke"],
    ["no", "ikke jeg"],
    ["fi", "että mutta"],
    ["pl", "się jest"],
    ["cs", "není jsem"],
    ["ru", "что это"],
    ["uk", "що та"],
    ["tr", "için ve"],
    ["ar", "من على"],
    ["he", "של על"],
    ["hi", "और है"],
    ["zh", "我们 什么"],
    ["ja", "これ から"],
    ["ko", "그리고"],
  ])("are known in %s: %s", (language, words) => {
    for (const { term, compound } of tokenize(words))
      if (!compound && term.length > 1)
        expect([term, roleOf(term, language)]).not.toEqual([term, WordRole.content]);
  });

  it("do not include English words that topics are made of", () => {
    for (const word of "computer system page room order book table call card".split(" "))
      expect([word, roleOf(word, "en")]).toEqual([word, WordRole.content]);
  });

  it("allow some words inside a phrase", () => {
    expect(roleOf("of", "en")).toBe(WordRole.joining);
    expect(roleOf("von", "de")).toBe(WordRole.joining);
    expect(roleOf("is", "en")).toBe(WordRole.stop);
  });

  it("treat texts of unknown language as the collection's, whose stop words apply to every text", () => {
    const german = openStopWords(tokenize, "de");
    expect(german("nicht", null)).toBe(WordRole.stop);
    expect(german("nicht", "en")).toBe(WordRole.stop);
    expect(roleOf("nicht", null)).toBe(WordRole.content);
    expect(roleOf("lol", "de")).toBe(WordRole.stop);
    expect(roleOf("whatever", "xx")).toBe(WordRole.stop);
  });
});
