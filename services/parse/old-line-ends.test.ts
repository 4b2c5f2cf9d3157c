// Tests of files whose lines end in returns alone, as on old Macs.
import { expect, it } from "vitest";
import { first, read } from "./parse.builders.ts";

it.each([
  ["#c/2020-01-01.log", "[10:00] <ann> one\n[10:01] <ben> two\n[10:02] <ann> drei ä\n", "latin1"],
  [
    "rows.jsonl",
    '{"id":"a","messages":[{"role":"user","content":"one"}]}\n{"id":"b","messages":[]}\n',
    "utf8",
  ],
] as const)("%s with returns is read as the same with newlines", async (name, text, encoding) => {
  const expected = await read(Buffer.from(text, encoding), name);
  const found = await read(Buffer.from(text.replaceAll("\n", "\r"), encoding), name);
  expect(first(found).messages.length).toBeGreaterThan(0);
  expect(found).toEqual({ ...expected, progress: found.progress });
});
