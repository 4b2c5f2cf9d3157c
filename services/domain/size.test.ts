// Tests of sizes as text.
import { expect, it } from "vitest";
import { readSize, size } from "./size.ts";

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

it.each([
  ["2048", 2048],
  ["10 GB", 10_000_000_000],
  ["1.5kb", 1500],
  [" 3 tb ", 3_000_000_000_000],
  ["ten", undefined],
  ["-1", undefined],
  ["1 PB", undefined],
  ["", undefined],
])("reads %j as %s bytes", (text, bytes) => {
  expect(readSize(text)).toBe(bytes);
});
