// Tests of the names of the ways to search.
import { expect, it } from "vitest";
import { readMode } from "./search-mode.ts";

it.each([
  ["meaning", "semantic"],
  ["words", "lexical"],
  ["both", "hybrid"],
  ["semantic", "semantic"],
  ["lexical", "lexical"],
  ["hybrid", "hybrid"],
])("reads %s as the API's %s", (name, mode) => {
  expect(readMode(name)).toBe(mode);
});

it.each(["constructor", "", "Meaning and words"])("refuses “%s”", (name) => {
  expect(() => readMode(name)).toThrow("is not known");
});
