// Tests of keywords: characteristic words before frequent ones, phrases before their parts, no words of single people, parents too.
import { describe, expect, it } from "vitest";
import { tokenize } from "#index-store/index-store.ts";
import { keywordsOf } from "./keywords.ts";
import { openTermCounter } from "./terms.ts";

/** Texts by topic; each text by another author in another conversation, unless both are given with it. */
const countsOf = (topics: readonly (readonly (string | { text: string; by: number })[])[]) => {
  const counter = openTermCounter({ topics: topics.length, tokenize, authors: [] });
  let next = 1000;
  for (const [topic, texts] of topics.entries())
    for (const one of texts) {
      const text = typeof one === "string" ? one : one.text;
      const by = typeof one === "string" ? next++ : one.by;
      counter.add({ text, topic, language: "en", conversation: by, author: by });
    }
  return counter.counts();
};

const times = <T>(count: number, value: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => value(i));
const plain = (count: number, ...texts: string[]) =>
  texts.flatMap((text) => times(count, () => text));
const termsOf = (keywords: readonly { readonly term: string }[]) =>
  keywords.map(({ term }) => term);

const wireless = plain(
  8,
  "the wireless card in my laptop is not found",
  "a wireless card, again with ndiswrapper",
  "ndiswrapper on my laptop",
);
const sound = plain(8, "no sound from my laptop", "alsa and the sound mixer", "the mixer: alsa");
const printing = plain(
  8,
  "the printer in my office",
  "a printer for the laptop",
  "cups and printer",
);

describe("keywordsOf", () => {
  const counts = countsOf([wireless, sound, printing]);

  it("ranks words that distinguish the topic above words that are frequent everywhere", () => {
    const terms = termsOf(keywordsOf(counts, [0], { outside: [1, 2] }));
    expect(terms.slice(0, 2).sort()).toEqual(["ndiswrapper", "wireless card"]);
    expect(terms.indexOf("laptop")).not.toBe(0);
  });

  it("takes a phrase instead of the words that it explains", () => {
    const terms = termsOf(keywordsOf(counts, [0], { outside: [1, 2] }));
    expect(terms).toContain("wireless card");
    expect(terms).not.toContain("wireless");
    expect(terms).not.toContain("card");
    expect(termsOf(keywordsOf(counts, [1], { outside: [] }))).toEqual(
      expect.arrayContaining(["alsa"]),
    );
  });

  it("says how many texts hold a keyword, and their share", () => {
    const found = keywordsOf(counts, [0], { outside: [1, 2] });
    expect(found[0]?.weight).toBe(1);
    const ndiswrapper = found.find(({ term }) => term === "ndiswrapper");
    expect(ndiswrapper).toMatchObject({ texts: 16, words: ["ndiswrapper"] });
    expect(ndiswrapper?.share).toBeCloseTo(16 / 24);
    for (const { weight, share } of found) {
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(1);
      expect(share).toBeLessThanOrEqual(1);
    }
  });

  it("leaves out words that one person says in one conversation", () => {
    const obsessed = times(40, () => ({ text: "the flux capacitor again", by: 1 }));
    const found = keywordsOf(countsOf([[...wireless, ...obsessed], sound]), [0], { outside: [1] });
    expect(termsOf(found)).toContain("ndiswrapper");
    expect(termsOf(found).join(" ")).not.toMatch(/flux|capacitor/);
  });

  it("adds up the leaf topics of a parent", () => {
    const parent = keywordsOf(counts, [0, 1], { outside: [2] });
    expect(parent.find(({ term }) => term === "laptop")?.texts).toBe(24);
    expect(termsOf(parent)).toEqual(expect.arrayContaining(["ndiswrapper", "alsa"]));
    expect(termsOf(parent)).not.toContain("printer");
  });

  it("does not list inflections of one word", () => {
    const oil = plain(
      6,
      "change the oil",
      "changing oil",
      "oil changed",
      "oil changes",
      "the garage",
    );
    const [first, second] = termsOf(
      keywordsOf(countsOf([oil, sound]), [0], { outside: [1], count: 3 }),
    );
    expect([first, second].join(" ")).toMatch(/oil/);
    expect([first, second].join(" ")).toMatch(/garage/);
  });

  it("gives as many as are asked for, and none for a topic without words", () => {
    expect(keywordsOf(counts, [0], { outside: [1], count: 2 })).toHaveLength(2);
    expect(keywordsOf(counts, [], { outside: [] })).toEqual([]);
    expect(keywordsOf(countsOf([[], []]), [0], { outside: [1] })).toEqual([]);
    expect(keywordsOf(countsOf([["hello there"], []]), [0], { outside: [] })).toEqual([]);
    expect(keywordsOf(countsOf([wireless]), [0], { outside: [] })[0]?.weight).toBe(1);
  });
});
