// Retry-After headers as servers and proxies write them.
import { describe, expect, it } from "vitest";
import { readRetryAfter } from "./retry-after.ts";

describe("readRetryAfter", () => {
  const now = Date.parse("2026-05-20T12:00:00Z");

  it("reads seconds and dates", () => {
    expect(readRetryAfter("3", now)).toBe(3_000);
    expect(readRetryAfter("Wed, 20 May 2026 12:00:07 GMT", now)).toBe(7_000);
    expect(readRetryAfter("Wed, 20 May 2026 11:59:00 GMT", now)).toBe(0);
  });

  it("is undefined where the header is missing or not readable", () => {
    expect([null, "", "soon"].map((header) => readRetryAfter(header, now))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
