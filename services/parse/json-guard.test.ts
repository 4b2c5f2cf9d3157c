// The structure of JSON is never taken for damage, and a character too many, or one that is missing, is told.
import fc from "fast-check";
import { expect, it } from "vitest";
import { isBlank, QUOTE, StringState } from "./json-bytes.ts";
import { JsonGuard } from "./json-guard.ts";

const isBroken = (text: string): boolean => {
  const bytes = Buffer.from(text);
  const guard = new JsonGuard();
  const string = new StringState();
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] ?? 0;
    if (!isBlank(byte)) guard.pass(byte);
    i = byte === QUOTE ? string.enter(bytes, i + 1) : i + 1;
  }
  return guard.isBroken;
};

it("finds nothing in any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 2), (value, indent) => {
      expect(isBroken(JSON.stringify({ value }, null, indent))).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it("finds nothing in numbers that Python writes, nor behind more brackets than anybody nests", () => {
  expect(isBroken('{"a": NaN, "b": [-Infinity, 1.5e+10]}')).toBe(false);
  expect(isBroken(`{"a":${"[".repeat(20_000)}`)).toBe(false);
});

it.each([
  ["a brace too many", '{{"a":1}'],
  ["a brace too many before a value", '{"a":1,{"b":2}}'],
  ["a bracket too many", '{"a":[[{"b":1}],"c":2}'],
  ["an end of the other kind", '{"a":[1}'],
  ["a quote that is missing", '{"a":"b,"c":"d"}'],
  ["a comma too many", '{"a":1,,"b":2}'],
  ["a colon in a list", '["a":1]'],
  ["a value without a name", '{"a":1,2}'],
])("finds %s", (_, text) => {
  expect(isBroken(text)).toBe(true);
});
