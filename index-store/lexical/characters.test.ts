// Folding: the short cuts for single characters agree with Unicode normalisation, and folding twice is folding once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, foldWord, Kind, kindAt } from "./characters.ts";

/** Every character of the basic plane that is not half of a pair. */
const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
  (char) => !/[\ud800-\udfff]/.test(char),
);

describe("folding", () => {
  it("leaves of a word what its whole folded text has of letters, digits and marks", () => {
    const differing = characters.filter(
      (char) => foldWord(char) !== fold(char).replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ""),
    );
    expect(differing).toEqual([]);
  });

  it("folds a word of several characters as its characters together", () => {
    const unit = fc.constantFrom("大", "か", "\u3099", "ガ", "é", "A", "ﬁ", "ß", "한", "𝒜");
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
        const word = units.join("");
        expect(foldWord(word)).toBe(fold(word).replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ""));
        expect(foldWord(foldWord(word))).toBe(foldWord(word));
      }),
    );
  });

  it("knows what a character is", () => {
    const kinds = Object.entries({
      a: "word",
      é: "word",
      "7": "word",
      "/": "joiner",
      "'": "joiner",
    });
    for (const [char, kind] of kinds) expect(kindAt(char, 0)).toBe(Kind[kind as keyof typeof Kind]);
    for (const char of ["大", "か", "ส"]) expect(kindAt(char, 0)).toBe(Kind.unspaced);
    expect(kindAt("👍", 0)).toBe(Kind.emoji);
    for (const char of [" ", "\n", "!", "\ud83d"]) expect(kindAt(char, 0)).toBe(Kind.separator);
  });
});
