// Tests of the words that a collection knows: typed, in another form, corrected, strange.
import { describe, expect, it } from "vitest";
import { knownWords } from "./known-words.ts";
import { relativesOf, type Vocabulary } from "./nearest.ts";
import { parseQuestion } from "./query.ts";

const distance = (a: string, b: string): number => {
  const table = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) (table[0] ?? [])[j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      (table[i] ?? [])[j] = Math.min(
        (table[i - 1]?.[j] ?? 0) + 1,
        (table[i]?.[j - 1] ?? 0) + 1,
        (table[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
  return table[a.length]?.[b.length] ?? 99;
};

/** A vocabulary of 200,000 rows that contains these words so often. */
const vocabularyOf = (words: Readonly<Record<string, number>>): Vocabulary => {
  const all = Object.entries(words).map(([term, documentFrequency]) => ({
    term,
    documentFrequency,
  }));
  const known = new Map(Object.entries(words));
  return {
    rows: 200_000,
    documentFrequency: (term) => known.get(term) ?? 0,
    similarTerms: (term, maxEdits, limit) =>
      all
        .map((one) => ({ ...one, edits: distance(term, one.term) }))
        .filter(({ edits }) => edits <= maxEdits)
        .sort((a, b) => a.edits - b.edits || b.documentFrequency - a.documentFrequency)
        .slice(0, limit),
    termsWithPrefix: (prefix, limit) =>
      all.filter(({ term }) => term.startsWith(prefix)).slice(0, limit),
  };
};

const vocabulary = vocabularyOf({
  how: 9000,
  do: 9000,
  i: 40_000,
  the: 60_000,
  wireless: 4000,
  driver: 3000,
  drivers: 2000,
  upgrade: 2500,
  read: 1500,
  klear: 1,
  "xorg.conf": 300,
  xorg: 500,
  conf: 900,
  无线: 20,
});

const judged = (typed: string) => knownWords(parseQuestion(typed, 0), vocabulary, ["en"]);
const kinds = (typed: string) =>
  judged(typed).content.map(({ word, knowledge }) => `${word} ${knowledge.kind}`);

describe("the words of a question", () => {
  it("are its content words, known in any form", () => {
    expect(kinds("how do i upgrade the driver")).toEqual(["upgrade known", "driver known"]);
    expect(kinds("upgrades")).toEqual(["upgrades known"]);
  });

  it("are all its words where there are no others", () => {
    expect(kinds("how do i")).toEqual(["how known", "do known", "i known"]);
    expect(judged("how do i").isStrange).toBe(false);
  });

  it("are corrected where a frequent word is near", () => {
    expect(kinds("wireles")).toEqual(["wireles corrected"]);
    expect(judged("wireles").isStrange).toBe(false);
  });

  it("are unknown where only somebody's rare word is near, which is offered all the same", () => {
    const { content, isStrange } = judged("klexr");
    expect(isStrange).toBe(true);
    expect(content).toMatchObject([{ knowledge: { kind: "unknown", near: [{ term: "klear" }] } }]);
  });

  it.each(["zzqqxx", "how do i florbinate the wexiquon", "reag uhepwsk geutrhx", "0x9f3kq"])(
    "are strange: %s",
    (typed) => expect(judged(typed).isStrange).toBe(true),
  );

  it.each(["wireless florbinate", "/etc/X11/xorg.conf", "无线", "how do i"])(
    "are not strange: %s",
    (typed) => expect(judged(typed).isStrange).toBe(false),
  );

  it("with two letters swapped were probably meant as a frequent word, however many others are as near", () => {
    const near = Object.fromEntries(
      Array.from("abcdefghijklmnopqrstuvwxyz", (letter) => [`${letter}pugrade`, 1]),
    );
    const rare = vocabularyOf({ upgrade: 2500, upgrades: 900, pugrade: 2, ...near });
    expect(relativesOf("pugrade", ["en"], rare).nearest).toMatchObject([
      { term: "upgrade", edits: 1 },
    ]);
    expect(relativesOf("upgrade", ["en"], rare).nearest).toEqual([]);
  });

  it("knows a compound by one of its parts", () => {
    expect(kinds("xorg.snorblatt")).toEqual(["xorg.snorblatt known"]);
  });

  it("are looked up for the first 24 only, however many are pasted", () => {
    let looked = 0;
    const counting: Vocabulary = {
      ...vocabulary,
      similarTerms: (...asked) => {
        looked += 1;
        return vocabulary.similarTerms(...asked);
      },
    };
    const pasted = Array.from(
      { length: 128 },
      (_, at) => `snorb${"abcdefghijklmnop"[at % 16]}${"abcdefgh"[at >> 4]}tok`,
    );
    const { content } = knownWords(parseQuestion(pasted.join(" "), 0), counting, ["en"]);
    expect(content).toHaveLength(24);
    expect(looked).toBeLessThanOrEqual(48);
  });
});
