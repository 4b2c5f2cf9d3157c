// Tests of finding code blocks: fences of both characters, of any length, closed or not.
import { describe, expect, it } from "vitest";
import { codeBlocks } from "./code-blocks.ts";

const blocksIn = (text: string) => codeBlocks(text).map(({ start, end }) => text.slice(start, end));

describe("codeBlocks", () => {
  it.each<[string, string, readonly string[]]>([
    ["one between prose", "see\n```js\na();\n```\nthere", ["```js\na();\n```"]],
    ["indented ones and ones of tildes", "  ~~~\nx\n  ~~~\n", ["  ~~~\nx\n  ~~~"]],
    ["ones that hold a shorter fence", "````\n```\n````", ["````\n```\n````"]],
    ["ones that hold the other sign", "```\n~~~\n```", ["```\n~~~\n```"]],
    ["two in a row", "```\na\n```\n```\nb\n```", ["```\na\n```", "```\nb\n```"]],
    ["none where a fence is never closed", "```\na\nb", []],
    ["none in a line of prose with backticks", "use ``` for code", []],
    ["none in an empty text", "", []],
  ])("finds %s", (_, text, expected) => {
    expect(blocksIn(text)).toEqual(expected);
  });
});
