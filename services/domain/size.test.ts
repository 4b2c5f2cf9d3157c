// Tests of sizes as text.
import { expect, it } from "vitest";
import { size } from "./size.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1536, "1.5 KB"],
  [9_960, "10.0 KB"],
  [999_499, "999 KB"],
  [999_500, "1.0 MB"],
  [268_435_456, "268 MB"],
  [75_000_000_000, "75 GB"],
  [5e15, "5000 TB"],
])("writes %d bytes as %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
