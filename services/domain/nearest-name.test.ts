// Tests of the known word that a mistyped one is nearest to.
import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "./nearest-name.ts";

const commands = ["search", "serve", "collections", "conversations", "jobs"];

describe("the nearest known word", () => {
  it.each([
    ["serch", "search"],
    ["seacrh", "search"],
    ["Collection", "collections"],
    ["job", "jobs"],
  ])("to “%s” is “%s”", (word, known) => {
    expect(nearest(word, commands)).toBe(known);
  });

  it("is none where none is near", () => {
    expect(nearest("rollback", commands)).toBeUndefined();
    expect(didYouMean("x", commands)).toBe("");
    expect(didYouMean("serch", commands)).toBe(" Did you mean “search”?");
  });
});
