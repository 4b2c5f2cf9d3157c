// Tests of sentiment: labelled sentences in each language, texts without sentiment, and bounds for any text.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentimentName } from "#services/analyse/frame/select.ts";
import { sentimentOf } from "./sentiment.ts";
import { sentimentLanguages } from "./sentiment-lexicon.ts";

type Labelled = Record<string, Record<string, string[]>>;
const read = (name: string): Labelled =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));

/** The word lists were corrected with these sentences at hand. */
const labelled = read("sentiment-sentences");
/** These sentences were written after the lists, and the lists were not changed for them. */
const heldOut = read("sentiment-held-out");

const told = (text: string, language: string | null) => {
  const value = sentimentOf(text, language);
  return value === null ? "neutral" : sentimentName(Math.round(value * 100));
};

describe("sentiment", () => {
  it.each(sentimentLanguages)(
    "gets at least four in five labelled sentences right in %s",
    (language) => {
      const sentences = Object.entries(labelled[language] ?? {}).flatMap(([label, texts]) =>
        texts.map((text) => ({ label, text })),
      );
      const wrong = sentences
        .filter(({ label, text }) => told(text, language) !== label)
        .map(({ label, text }) => `${label}: ${text} → ${sentimentOf(text, language)?.toFixed(2)}`);
      expect(sentences.length).toBeGreaterThanOrEqual(20);
      expect(wrong.length / sentences.length, wrong.join("\n")).toBeLessThanOrEqual(0.2);
    },
  );

  it("misses sentiment in held-out sentences, but hardly ever reverses it", () => {
    const all = Object.entries(heldOut).flatMap(([language, labels]) =>
      Object.entries(labels).flatMap(([label, texts]) =>
        texts.map((text) => ({ label, got: told(text, language) })),
      ),
    );
    const right = all.filter(({ label, got }) => label === got).length;
    const turned = all.filter(
      ({ label, got }) => label !== got && label !== "neutral" && got !== "neutral",
    ).length;
    expect(right / all.length).toBeGreaterThanOrEqual(0.65);
    expect(turned / all.length).toBeLessThanOrEqual(0.03);
  });

  it("reverses negated words, and raises intensified ones", () => {
    const value = (text: string) => sentimentOf(text, "en") ?? 0;
    expect(value("this is good")).toBeGreaterThan(0);
    expect(value("this is not good")).toBeLessThan(0);
    expect(value("this is very good")).toBeGreaterThan(value("this is good"));
    expect(value("this is slightly annoying")).toBeGreaterThan(value("this is annoying"));
    expect(value("nice idea, but it is terrible")).toBeLessThan(0);
    expect(value("GREAT!!!")).toBeGreaterThan(value("great"));
    expect(value("never mind the rest. great")).toBeGreaterThan(0);
  });

  it("leaves out code, links and quotations", () => {
    expect(
      sentimentOf("`horrible` https://awful.example/terrible\n> this sucks\n```\nhate\n```", "en"),
    ).toBeNull();
    expect(sentimentOf("look in /usr/share/awful/terrible.txt", "en")).toBeNull();
  });

  it("is null for neutral texts and for languages without a lexicon", () => {
    expect(sentimentOf("The file has two columns", "en")).toBeNull();
    expect(sentimentOf("Dette er forferdelig", "no")).toBeNull();
    expect(sentimentOf("great", null)).toBeNull();
    expect(sentimentOf("これは 😍", "ja")).toBeGreaterThan(0);
    expect(sentimentOf("", "en")).toBeNull();
  });

  it("stays between −1 and 1 for any text, and is fast", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 400 }),
        fc.constantFrom(...sentimentLanguages),
        (text, language) => {
          const value = sentimentOf(text, language);
          if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
    for (const part of ["but great ", "/", "great/", ">", "`", "not ", "n'", "😀"])
      expect(() => sentimentOf(part.repeat(2000), "en")).not.toThrow();
  });
});
