// Tests of long texts in pieces: nothing is lost, words stay whole where there is white space, characters always stay whole.
import { describe, expect, it } from "vitest";
import { textPieces } from "./text-pieces.ts";

describe("textPieces", () => {
  it("does not change a short or empty text", () => {
    expect([...textPieces("hello")]).toEqual(["hello"]);
    expect([...textPieces("")]).toEqual([""]);
  });

  it.each([
    ["words", "some words and more "],
    ["one word", "a"],
    ["characters of two units, from an odd place", "😀"],
    ["white space", " \n"],
  ])("loses nothing of a text of %s", (_, unit) => {
    const text = `x${unit.repeat(Math.ceil(300_000 / unit.length))}`;
    const pieces = [...textPieces(text)];
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe(text);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(65_536);
      expect(piece.isWellFormed()).toBe(true);
    }
  });

  it("ends pieces between words", () => {
    const pieces = [...textPieces("slug fence beans ".repeat(10_000))];
    const words = new Set(pieces.flatMap((piece) => piece.trim().split(" ")));
    expect(words).toEqual(new Set(["slug", "fence", "beans"]));
  });
});
