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

  it("is no other person for the domain that two addresses share", () => {
    const people = ["olga@example.org", "mira@example.org"];
    expect(nearest("nobody@example.org", people)).toBeUndefined();
    expect(nearest("nobody@exmaple.org", people)).toBeUndefined();
    expect(nearest("oiga@example.org", people)).toBe("olga@example.org");
    expect(nearest("mira@exmaple.org", people)).toBe("mira@example.org");
    expect(nearest("mira@Example.org", people)).toBe("mira@example.org");
    expect(nearest("mira.example.org", people)).toBe("mira@example.org");
  });
});
