// Tests that a full disk is recognised from all sources of errors, and that nothing else is taken for one.
import { describe, expect, it } from "vitest";
import { diskFull, isDiskFull } from "./disk-full.ts";
import { corrupt, unavailable } from "./errors.ts";

describe("a full disk", () => {
  it("is recognised in errors of the system, of SQLite, of git and in our own", () => {
    for (const error of [
      Object.assign(new Error("write"), { code: "ENOSPC" }),
      Object.assign(new Error("write"), { code: "EDQUOT" }),
      Object.assign(new Error("database or disk is full"), { errcode: 13 }),
      Object.assign(new Error("disk I/O error"), { errcode: 4874 }),
      new Error("git write-tree: fatal: unable to write file: No space left on device"),
      diskFull("nothing was saved"),
    ]) {
      expect(isDiskFull(error), error.message).toBe(true);
      expect(isDiskFull(unavailable("wrapped", { code: "x", cause: error }))).toBe(true);
    }
  });

  it("is not recognised in other errors", () => {
    const circle = new Error("a circle") as Error & { cause?: unknown };
    circle.cause = circle;
    for (const error of [
      circle,
      undefined,
      "ENOSPC",
      Object.assign(new Error("disk I/O error"), { errcode: 10 }),
      corrupt("The disk is damaged.", { code: "damaged" }),
    ])
      expect(isDiskFull(error)).toBe(false);
  });
});
