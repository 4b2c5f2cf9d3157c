// Tests of the glossary: one entry for each word, and one word for each thing.
import { describe, expect, it } from "vitest";
import { glossary, modeWords } from "./glossary.ts";
import { searchMode } from "./search.ts";

const entries = glossary.flatMap((group) => group.entries);

describe("the glossary", () => {
  it("explains each word once", () => {
    const words = entries.map(({ word }) => word);
    expect(new Set(words).size).toBe(words.length);
  });

  it("names the API's value beside each way to search", () => {
    for (const mode of searchMode.options)
      expect(entries.find(({ word }) => word === modeWords[mode])?.also).toEqual([mode]);
  });

  it("explains things in its own words", () => {
    for (const { means } of entries) expect(means).not.toMatch(/\b(chunks?|rows?)\b/i);
  });
});
