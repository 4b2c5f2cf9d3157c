// Tests of options that a command does not have.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unknownOptions } from "./unknown-options.ts";

const args = {
  query: { type: "positional" },
  collection: { type: "string", alias: "c" },
  acceptEmpty: { type: "boolean" },
  limit: { type: "string" },
} as const;

describe("unknown options", () => {
  it.each([
    ["oven --collection Work --accept-empty"],
    ["oven -c Work --acceptEmpty --no-accept-empty"],
    ["oven -cWork"],
    ["--limit=3 oven"],
    ["--limit -3 oven"],
    ["oven -- --nope"],
    ["oven -"],
  ])("are none in “%s”", (line) => {
    expect(unknownOptions(args, line.split(" "))).toEqual([]);
  });

  it.each([
    ["oven --nope", ["--nope"]],
    ["oven --moed lexical --limit=3", ["--moed"]],
    ["oven --query x -z", ["--query", "-z"]],
    ["oven --no-limit", ["--no-limit"]],
  ])("are found in “%s”", (line, found) => {
    expect(unknownOptions(args, line.split(" "))).toEqual(found);
  });

  it("are refused by every command, with the way to its help", async () => {
    const main = join(import.meta.dirname, "main.ts");
    const { code, err } = await new Promise<{ code: unknown; err: string }>((resolve) => {
      execFile(process.execPath, [main, "collections", "--nope"], (error, _, stderr) =>
        resolve({ code: error?.code, err: stderr }),
      );
    });
    expect(code).toBe(2);
    expect(err).toContain("“parlance collections” has no option “--nope”");
  });
});
