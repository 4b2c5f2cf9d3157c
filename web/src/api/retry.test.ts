// Which failed requests are sent again, and after how long.
import { describe, expect, it } from "vitest";
import { ProblemError, UnreachableError } from "./plain-request.ts";
import { retryDelayMs, shouldRetry, shouldRetryFile } from "./retry.ts";

const failed = (status: number, retryAfterMs?: number) =>
  new ProblemError({ type: "", title: "", status, code: "x", detail: "" }, retryAfterMs);

describe("a failed request", () => {
  it("is sent again up to three times while the server is busy", () => {
    const tries = [0, 1, 2, 3].map((failures) => shouldRetry(failures, failed(503)));
    expect(tries).toEqual([true, true, true, false]);
  });

  it("is not sent again after any other answer of the server", () => {
    for (const status of [400, 404, 409, 500, 507])
      expect(shouldRetry(0, failed(status))).toBe(false);
  });

  it("is not sent again by itself where the server did not answer", () => {
    expect(shouldRetry(0, new UnreachableError(""))).toBe(false);
  });

  it("is sent again for a file of which more were asked for than are allowed, when the server says", () => {
    const tries = [0, 1, 2, 3].map((failures) => shouldRetryFile(failures, failed(429)));
    expect(tries).toEqual([true, true, true, false]);
    expect(shouldRetryFile(0, failed(503))).toBe(true);
    expect(shouldRetryFile(0, failed(404))).toBe(false);
    expect(retryDelayMs(0, failed(429, 12_000))).toBe(12_000);
  });

  it("waits as long as the server says, 30 s at most, else twice as long each time", () => {
    expect(retryDelayMs(0, failed(503, 4_000))).toBe(4_000);
    expect(retryDelayMs(0, failed(503, 600_000))).toBe(30_000);
    expect([0, 1, 2].map((failures) => retryDelayMs(failures, failed(503)))).toEqual([
      1_000, 2_000, 4_000,
    ]);
  });
});
