// Tests of words for what became of a topic.
import { expect, test } from "vitest";
import { changeWords } from "./change-words.ts";

test.each([
  ["grew", 10, 20, "grew"],
  ["shrank", 20, 10, "shrank"],
  ["shrank", 191, 243, "shrank as a share of all messages"],
  ["grew", 20, 20, "grew as a share of all messages"],
  ["kept", 20, 30, "kept"],
])("%s from %i to %i", (kind, sizeBefore, sizeAfter, words) => {
  expect(changeWords({ kind, sizeBefore, sizeAfter })).toBe(words);
});
