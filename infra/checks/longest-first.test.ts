// The list of the longest test files names files that are there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { longest } from "./longest-first.ts";

it.each(longest)("%s is a test file", (path) => {
  expect(existsSync(join(import.meta.dirname, "..", "..", path))).toBe(true);
});
