// Which tags are refused and why, and which version an address means.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import type { Version } from "./history.ts";
import { checkTag, pick } from "./tag-name.ts";

const hash = "0123456789abcdef0123456789abcdef01234567";

describe("a tag", () => {
  it.each([
    ["", "letters"],
    ["@", "letters"],
    ["-f", "letters"],
    ["--upload-pack", "letters"],
    [".hidden", "letters"],
    ["a b", "letters"],
    ["a/b", "letters"],
    ["refs/heads/main", "letters"],
    ["heads/x", "letters"],
    ["HEAD~1", "letters"],
    ["v1^{commit}", "letters"],
    ["main:file", "letters"],
    ["größe", "letters"],
    ["x".repeat(101), "letters"],
    ["a\n", "letters"],
    ["7", "version number"],
    ["000123", "version number"],
    ["deadbeef", "commit hash"],
    ["DEADBEEF", "commit hash"],
    [hash, "commit hash"],
    [hash.toUpperCase(), "commit hash"],
    ["ab".repeat(32), "commit hash"],
    ["a..b", "git does not allow"],
    ["a.", "git does not allow"],
    ["x.lock", "git does not allow"],
    ["x.LOCK", "git does not allow"],
    ["HEAD", "git uses"],
    ["head", "git uses"],
    ["FETCH_HEAD", "git uses"],
    ["orig_head", "git uses"],
    ["AUTO_MERGE", "git uses"],
    ["main", "git uses"],
    ["Master", "git uses"],
    ["refs", "git uses"],
    ["heads", "git uses"],
    ["tags", "git uses"],
    ["config", "git uses"],
    ["packed-refs", "git uses"],
  ])("%j is refused: %s", (name, reason) => {
    expect(() => checkTag(name)).toThrow(expect.objectContaining({ code: "bad-tag" }));
    expect(() => checkTag(name)).toThrow(reason);
  });

  it("may be any other name, and git then finds the tag by its name alone", async () => {
    const repository = join(await temporaryFolder(), "r");
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", repository, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", repository]);
    const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
    const author = ["-c", "user.name=n", "-c", "user.email=e@localhost"];
    const [first, second] = ["1", "2"].map((message) =>
      git(...author, "commit-tree", "-m", message, tree),
    );
    git("update-ref", "refs/heads/main", second ?? "");
    for (const name of ["v1.0", "before-cleanup", "2024-11-03", "ahead", "mainly", "beef", "x_y"]) {
      checkTag(name);
      git("update-ref", `refs/tags/${name}`, first ?? "");
      expect(git("rev-parse", "--verify", name)).toBe(first);
    }
  });
});

describe("an address", () => {
  const version = (number: number, id: string, tags: readonly string[] = []): Version => ({
    number,
    id,
    parent: null,
    message: "",
    at: 0,
    tags,
  });
  const versions = [
    version(3, "abcdef1000000000000000000000000000000000"),
    version(2, "abcdef1200000000000000000000000000000000", ["good"]),
    version(1, hash, ["main"]),
  ];

  it.each([
    [2, 2],
    ["2", 2],
    ["good", 2],
    ["abcdef12", 2],
    [hash, 1],
    // Tags that were given before these names were refused are still found.
    ["main", 1],
  ])("%j is version %d", (address, number) => {
    expect(pick(versions, address).number).toBe(number);
  });

  it.each([0, 4, "nothing", "HEAD", "abcdef", "abcdef1", "ABCDEF12"])("%j is none", (address) => {
    expect(() => pick(versions, address)).toThrow(
      expect.objectContaining({ code: "unknown-version" }),
    );
  });
});
