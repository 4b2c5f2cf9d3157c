// Tests of Markdown without its marks: each mark, words that must stay, and hostile texts.
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainMarkdown, shownText } from "./plain-markdown.ts";

test.each([
  ["Use **grub** and *then* reboot.", "Use grub and then reboot."],
  ["***Both*** and **a *nested* one**", "Both and a nested one"],
  [
    "## Steps\n\n1. First\n* second\n- third\n  + fourth",
    "Steps\n\n1. First\n• second\n• third\n  • fourth",
  ],
  ["> quoted\n> > twice", "quoted\ntwice"],
  [
    'See [the docs](https://example.org/a_(b)) and ![a cat](cat.png "Cat").',
    "See the docs and a cat.",
  ],
  ["Run `npm ci --*` or ``a ` b``.", "Run npm ci --* or a ` b."],
  [
    "Before\n```ts\nconst a = **b**;\n# no heading\n```\nafter",
    "Before\nconst a = **b**;\n# no heading\nafter",
  ],
  ["~~~\n* as it is", "* as it is"],
  ["| a | b |\n|---|:-:|\n| **1** | 2 |", "a · b\n1 · 2"],
  ["above\n\n---\n\nbelow", "above\n\n\nbelow"],
  ["~~old~~ new<br>line \\*not\\*", "old new\nline *not*"],
  ["_so_ and __that__ is", "so and __that__ is"],
  ["__two words__ are strong", "two words are strong"],
  [
    "snake_case_name, __init__, 2*3*4, 2 * 3 * 4, a * b, *.ts",
    "snake_case_name, __init__, 2*3*4, 2 * 3 * 4, a * b, *.ts",
  ],
  ["C:\\dir and 5 > 3 #tag", "C:\\dir and 5 > 3 #tag"],
  ["[unfinished](https://example.org", "[unfinished](https://example.org"],
  ["a **half", "a **half"],
])("%j reads %j", (text, plain) => {
  expect(plainMarkdown(text)).toBe(plain);
});

test("loses no word, whatever the marks", () => {
  const piece = fc.constantFrom(
    ..."one two 3 x ** * _ __ ~~ ` `` ``` # > | --- [ ] ( ) ! \\ - + 1. <br>".split(" "),
    " ",
    "\n",
    "\n\n",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      // The word after a fence is the name of a language; what a link hides is its address.
      const text = pieces
        .join("")
        .replaceAll(/(```|~~~)[^\n]*/gu, "$1")
        .replaceAll("](", "] (");
      const words = (of: string) => of.replaceAll(/<br>/gu, " ").match(/one|two|3|x/gu) ?? [];
      expect(words(plainMarkdown(text))).toEqual(words(text));
    }),
    { numRuns: 2000 },
  );
});

test("hostile text is read in one pass", () => {
  for (const mark of [
    "*",
    "**a",
    "[",
    "[a](",
    "_",
    "~~",
    "`",
    "``a`",
    "> ",
    "| ",
    "\\",
    "# ",
    "-- ",
    "![]((",
  ])
    expect(plainMarkdown(`${mark.repeat(20_000)}\nend`)).toMatch(/end$/u);
});

test("only what assistants write is Markdown", () => {
  const text = "**so**";
  expect(shownText({ role: "assistant", text })).toBe("so");
  expect(shownText({ role: "assistant", kind: "attachment", text })).toBe(text);
  expect(shownText({ role: "person", text })).toBe(text);
});
