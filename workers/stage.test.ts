// A stage turns each way to fail into its verdict; work under one key is done one piece after the other.
import { describe, expect, it } from "vitest";
import { corrupt, rejected, unavailable } from "#services/domain/errors.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import { verdictFor } from "./stage.ts";

const running = new AbortController().signal;

describe("a verdict", () => {
  it("tries again only what trying again may mend", () => {
    const kinds = [rejected, unavailable, corrupt].map(
      (fail) => verdictFor(fail("no", { code: "x" }), running).kind,
    );
    expect(kinds).toEqual(["bury", "retry", "bury"]);
    expect(verdictFor(new TypeError("a mistake of ours"), running).kind).toBe("retry");
  });

  it("leaves a job to the worker that came first", () => {
    expect(verdictFor(unavailable("taken", { code: "superseded" }), running)).toEqual({
      kind: "done",
    });
  });

  it("gives a job back at once when the worker is told to stop", () => {
    expect(verdictFor(rejected("no", { code: "x" }), AbortSignal.abort())).toEqual({
      kind: "yield",
    });
  });

  it("says where our code failed, and nothing that an error quotes", () => {
    const verdict = verdictFor(new SyntaxError("Unexpected token in my secret"), running);
    expect(verdict).toEqual({
      kind: "retry",
      reason: expect.stringMatching(
        /^An error in Parlance itself: SyntaxError at workers\/stage\.test\.ts:\d+\.$/,
      ),
    });
    const ours = unavailable("The disk is full.", { code: "disk-full" });
    expect(verdictFor(ours, running)).toMatchObject({ reason: "The disk is full." });
  });
});

describe("keyed locks", () => {
  it("lets one at a time through for each key, also after a failure", async () => {
    const locks = new KeyedLocks();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (name === "a") throw new Error("a failed");
    };
    const first = locks.hold("x", work("a")).catch((error: Error) => log.push(error.message));
    const others = [locks.hold("x", work("b")), locks.hold("x", work("c"))];
    await Promise.all([first, ...others]);
    expect(log.filter((line) => line !== "a failed")).toEqual([
      "a begins",
      "a ends",
      "b begins",
      "b ends",
      "c begins",
      "c ends",
    ]);
  });
});
