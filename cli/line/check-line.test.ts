// Tests of command lines with unknown options, too many arguments, and words that begin with a hyphen.
import { describe, expect, it } from "vitest";
import { misuseOf, wordsLast } from "./check-line.ts";

const args = {
  query: { type: "positional", required: true, description: "What to search for" },
  collection: { type: "string", alias: "c" },
  mode: { type: "string" },
  acceptEmpty: { type: "boolean" },
  limit: { type: "string" },
  k: { type: "string" },
} as const;

const wrong = (line: string, takesMany = false) =>
  misuseOf("search", args, { typed: line.split(" "), takesMany });

describe("a command line", () => {
  it.each([
    ["oven --collection Work --accept-empty"],
    ["oven -c Work --acceptEmpty --no-accept-empty"],
    ["oven -cWork"],
    ["--limit=3 oven"],
    ["oven --k 3"],
    ["--limit -3 oven"],
    ["-- --nope"],
    ["-"],
  ])("“%s” is right", (line) => {
    expect(wrong(line)).toBeUndefined();
  });

  it.each([
    ["--k 3", "“parlance search” needs QUERY: what to search for."],
    ["oven --nope", "“parlance search” has no option “--nope”."],
    ["oven --moed lexical", "“parlance search” has no option “--moed”. Did you mean “--mode”?"],
    ["oven --query x -z", "“parlance search” has no option “--query”, “-z”."],
    ["oven --no-limit", "“parlance search” has no option “--no-limit”."],
    ["oven --limit", "“--limit” needs a value."],
    ["oven --limit=", "“--limit” needs a value."],
    ["oven door", "“parlance search” takes one argument at most: “door” is too many."],
    [
      "oven limt 3",
      "“parlance search” takes one argument at most: “limt”, “3” are too many. Did you mean “--limit”?",
    ],
  ])("“%s” is refused", (line, says) => {
    expect(wrong(line)).toBe(says);
  });

  it("may have any number of arguments where its command takes them", () => {
    expect(wrong("oven door handle", true)).toBeUndefined();
  });
});

describe("a text on a command line", () => {
  it.each([
    ["wireless -nvidia", "-- wireless -nvidia"],
    ["-cups printer -c Work", "-c Work -- -cups printer"],
    ["oven --limit 3 -door", "--limit 3 -- oven -door"],
    ["--limit=3 df -h", "--limit=3 -- df -h"],
    ["--accept-empty oven -- --mode -c x", "--accept-empty -- oven --mode -c x"],
    ["oven --nope", "--nope -- oven"],
    ["oven -c", "--collection= -- oven"],
  ])("“%s” is read as “%s”", (line, read) => {
    expect(wordsLast(args, line.split(" ")).join(" ")).toBe(read);
  });
});
