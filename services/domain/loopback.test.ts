// Tests of what counts as this machine.
import { describe, expect, it } from "vitest";
import { isLoopback, isWildcard } from "./loopback.ts";

describe("this machine", () => {
  it("is told from hosts whose names look like it", () => {
    for (const url of ["http://localhost:1", "http://127.0.0.1", "http://127.1", "http://[::1]:80"])
      expect(isLoopback(new URL(url).hostname), url).toBe(true);
    for (const url of [
      "http://127.0.0.1.example.org",
      "http://127.example.org",
      "http://localhost.example.org",
      "http://10.0.0.1",
      "http://0.0.0.0",
      "http://[::2]",
      "http://[::ffff:127.0.0.1]",
    ])
      expect(isLoopback(new URL(url).hostname), url).toBe(false);
  });

  it("is told from all its addresses together", () => {
    expect(["0.0.0.0", "::", ""].map(isWildcard)).toEqual([true, true, true]);
    expect(["127.0.0.1", "localhost", "10.0.0.1"].map(isWildcard)).toEqual([false, false, false]);
  });
});
