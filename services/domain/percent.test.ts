// Tests of shares in words: never 0 % where something is there, never 100 % where something is missing.
import { describe, expect, it } from "vitest";
import { percent } from "./percent.ts";

describe("a share as per cent", () => {
  it("has one decimal below ten, and none from there on", () => {
    expect([0, 0.0123, 0.07, 0.0996, 0.1234, 0.5, 1].map((share) => percent(share))).toEqual([
      ...["0 %", "1.2 %", "7 %", "10 %", "12 %", "50 %", "100 %"],
    ]);
  });

  it("is never zero or whole where it is not", () => {
    expect([0.00001, 0.9999, -0.00001, -0.2].map((share) => percent(share))).toEqual([
      ...["<0.1 %", ">99 %", "−<0.1 %", "−20 %"],
    ]);
  });

  it("keeps number and sign together where a page asks for it", () => {
    expect(percent(0.5, "\u00a0%")).toBe("50\u00a0%");
  });
});
