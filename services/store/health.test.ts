// Tests of the health that is shown: the worst reason alone, where others would contradict it.
import { expect, it } from "vitest";
import { shownHealth } from "./health.ts";

const shown = (...codes: string[]) =>
  shownHealth({
    health:
      codes.length === 0
        ? null
        : JSON.stringify({
            state: "rebuilding",
            reasons: codes.map((code) => ({ code, message: `${code}.` })),
          }),
  });
const codesOf = (...codes: string[]) => shown(...codes).reasons.map(({ code }) => code);

it("is ok without a record", () => {
  expect(shown()).toEqual({ state: "ok", reasons: [] });
});

it("names only the worst reason where it covers the others", () => {
  expect(codesOf("texts-damaged", "words-damaged", "index-damaged")).toEqual(["index-damaged"]);
  expect(codesOf("vectors-damaged", "version-damaged")).toEqual(["version-damaged"]);
  expect(codesOf("words-damaged", "columns-damaged")).toEqual(["columns-damaged"]);
});

it("keeps reasons side by side that hold together, and says that searching is not affected only where it is not", () => {
  expect(codesOf("vectors-damaged", "words-damaged", "texts-damaged")).toEqual([
    "vectors-damaged",
    "words-damaged",
  ]);
  expect(codesOf("texts-damaged")).toEqual(["texts-damaged"]);
});
