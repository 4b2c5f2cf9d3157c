// The git history: the port's promise, real git and git-lfs on what it writes, killed writers, stale locks, damaged records.
import { execFile, spawn } from "node:child_process";
import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { available } from "../testing/programs.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openGitHistory } from "./git.ts";
import {
  adoptText,
  attachedTexts,
  attachText,
  commitVersion,
  historySuite,
  manifestOf,
} from "./history.suite.ts";
import type { History } from "./history.ts";

const open = (path: string) => openGitHistory({ path, now: Date.now });
historySuite({ name: "git", open });

const run = promisify(execFile);
const writerFile = fileURLToPath(new URL("../testing/history-writer.ts", import.meta.url));
const writer = (path: string, count: number, name: string) =>
  spawn(process.execPath, [writerFile, path, String(count), name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
const ended = (child: ReturnType<typeof spawn>) =>
  new Promise<number | null>((done) => child.on("close", (code) => done(code)));

/** How many there are in an unbroken line, each with its bytes. */
const soundAttachments = async (history: History): Promise<number> => {
  const attachments = await history.attachments("lines");
  if (attachments.length > 0) expect(attachments.at(-1)?.parent).toBeNull();
  for (const one of attachments)
    for (const file of (await history.readAttachment(one)).values())
      if (file.kind === "object") expect(await history.verify(file.object)).toBe(true);
  return attachments.length;
};

const hasLfs = available("git", ["lfs", "version"], "git-lfs tests");
const hasStrace = available("strace", ["-V"], "fsync trace");

describe("git", () => {
  it("writes what git itself finds in order", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    const object = await adoptText(history, "words");
    for (const manifest of ["1", "2", "3"])
      await commitVersion(history, manifest, { "segments/a/words.idx": object });
    await history.tag(await history.find(2), "second");
    await run("git", ["-C", path, "fsck", "--strict"]);
    const log = await run("git", ["-C", path, "log", "--format=%s", "main"]);
    expect(log.stdout).toBe("Version 3\nVersion 2\nVersion 1\n");
    const pointer = await run("git", ["-C", path, "show", "second:segments/a/words.idx"]);
    expect(pointer.stdout).toBe(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${object.sha256}\nsize 5\n`,
    );
  });

  it.skipIf(!hasLfs)("is whole to git lfs fsck and can be pushed with its objects", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "index");
    const remote = join(folder, "remote");
    const history = await open(path);
    for (const content of ["one", "two"]) {
      const object = await adoptText(history, content);
      await commitVersion(history, content, { "segments/a/vectors.faiss": object });
    }
    const fsck = await run("git", ["-C", path, "lfs", "fsck"]);
    expect(fsck.stdout).toContain("Git LFS fsck OK");
    await run("git", ["init", "--quiet", "--bare", remote]);
    await run("git", ["-C", path, "remote", "add", "backup", `file://${remote}`]);
    await run("git", ["-C", path, "lfs", "push", "--all", "backup"]);
    await run("git", ["-C", path, "push", "--quiet", "backup", "main"]);
    const pushed = await open(remote);
    const [newest] = await pushed.list();
    expect(newest?.number).toBe(2);
    for (const version of await pushed.list())
      for (const file of (await pushed.read(version)).values())
        if (file.kind === "object") expect(await pushed.verify(file.object)).toBe(true);
  });

  it("keeps every commit of eight writers at once", { timeout: 60_000 }, async () => {
    const path = await temporaryFolder();
    await open(path);
    const each = 2;
    const children = Array.from({ length: 8 }, (_, place) => writer(path, each, `w${place}`));
    expect(await Promise.all(children.map(ended))).toEqual(children.map(() => 0));
    const history = await open(path);
    const [newest] = await history.list();
    expect(newest?.number).toBe(8 * each);
    const file = newest && (await history.read(newest)).get("lines.txt");
    const lines =
      file?.kind === "inline" ? Buffer.from(file.bytes).toString().trim().split("\n") : [];
    expect(new Set(lines).size).toBe(8 * each);
    await run("git", ["-C", path, "fsck", "--strict"]);
  });

  it("keeps what it acknowledged when its process is killed", { timeout: 60_000 }, async () => {
    const path = await temporaryFolder();
    let acknowledged = 0;
    // Fewer than there are versions: a writer may have been killed between committing one and attaching to it.
    let attached = 0;
    for (let round = 0; round < 6; round++) {
      const child = writer(path, 1000, `r${round}`);
      const wanted = 1 + round;
      let lines = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line.split(" ")[0]);
        lines++;
        attached++;
        if (lines === wanted) setTimeout(() => child.kill("SIGKILL"), round * 7);
      }
      await ended(child);
      const history = await open(path);
      const head = await history.head();
      expect(head?.number).toBeGreaterThanOrEqual(acknowledged);
      for (const file of head ? (await history.read(head)).values() : [])
        if (file.kind === "object") expect(await history.verify(file.object)).toBe(true);
      expect(await soundAttachments(history)).toBeGreaterThanOrEqual(attached);
    }
    await run("git", ["-C", path, "fsck", "--strict"]);
  });

  it("tells the history of attachments in git's own words, and reads it out of packs", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    for (const content of ["one", "two", "three"])
      await attachText(history, await commitVersion(history, content), content);
    const log = await run("git", ["-C", path, "log", "--format=%s", "refs/attachments/analysis"]);
    expect(log.stdout).toBe("Analysis of three\nAnalysis of two\nAnalysis of one\n");
    await run("git", ["-C", path, "pack-refs", "--all"]);
    await run("git", ["-C", path, "gc", "--quiet", "--prune=now"]);
    const reopened = await open(path);
    expect(await attachedTexts(reopened)).toEqual(["three", "two", "one"]);
    await attachText(reopened, await reopened.find(1), "four");
    await reopened.detach("analysis", 1);
    expect(await attachedTexts(reopened)).toEqual(["four"]);
    await reopened.detach("analysis");
    expect(await (await open(path)).attachmentNames()).toEqual([]);
  });

  it.each([
    ["zeroed", Buffer.alloc(41)],
    ["naming nothing", Buffer.from(`${"1".repeat(40)}\n`)],
  ])("begins attachments anew whose ref is %s, and versions do not mind", async (_, bytes) => {
    const path = await temporaryFolder();
    const history = await open(path);
    const version = await commitVersion(history, "1");
    await attachText(history, version, "one");
    await writeFile(join(path, "refs/attachments/analysis"), bytes);
    const reopened = await open(path);
    expect((await reopened.head())?.id).toBe(version.id);
    await reopened.collectGarbage({ now: Date.now(), graceMs: 60_000 });
    await attachText(reopened, version, "two");
    expect(await attachedTexts(reopened)).toEqual(["two"]);
  });

  it("lets nothing outlive an erasure that another process was attaching meanwhile", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    const other = await open(path);
    const version = await commitVersion(history, "1");
    // Both handles are of this process: what counts is that the eraser waits for the other one's mark.
    let erased: Promise<void> | undefined;
    await attachText(other, version, "secret", async () => {
      erased = history.eraseAttachments();
      await new Promise((done) => setTimeout(done, 200));
      return true;
    });
    await erased;
    expect(await history.attachmentNames()).toEqual([]);
    const left = await readdir(join(path, "lfs/objects"), { recursive: true });
    expect(left.filter((name) => /[0-9a-f]{64}$/.test(name))).toEqual([]);
  });

  it("removes a lock that a killed git left", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    await commitVersion(history, "1");
    const lock = join(path, "refs/heads/main.lock");
    await writeFile(lock, "");
    const longAgo = Date.now() / 1000 - 60;
    await utimes(lock, longAgo, longAgo);
    const warnings: string[] = [];
    const reopened = await openGitHistory({
      path,
      now: Date.now,
      onWarning: (warning) => warnings.push(warning),
    });
    expect((await commitVersion(reopened, "2")).number).toBe(2);
    expect(warnings.join()).toContain("main.lock");
  });

  it("finishes an erasure that was killed half-way", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    const secret = await adoptText(history, "secret");
    await commitVersion(history, "1");
    await writeFile(join(path, "erasure-pending"), "");
    const reopened = await open(path);
    await reopened.collectGarbage({ now: Date.now(), graceMs: 3_600_000 });
    expect(await reopened.verify(secret)).toBe(false);
    expect(await readdir(path)).not.toContain("erasure-pending");
    expect((await reopened.head())?.number).toBe(1);
  });

  it.each([
    ["zeroed", Buffer.alloc(41)],
    ["cut", Buffer.from("12ab")],
    ["naming nothing", Buffer.from(`${"1".repeat(40)}\n`)],
  ])("says so when the head is %s, recovers, and mends it at the next commit", async (_, bytes) => {
    const path = await temporaryFolder();
    const history = await open(path);
    await commitVersion(history, "1");
    const second = await commitVersion(history, "2");
    await writeFile(join(path, "refs/heads/main"), bytes);
    const reopened = await open(path);
    await expect(reopened.head()).rejects.toMatchObject({ code: "damaged" });
    const recovered = await reopened.recover();
    expect(recovered?.id).toBe(second.id);
    const third = await reopened.commit({
      parent: second.id,
      files: new Map([["manifest.json", { kind: "inline", bytes: Buffer.from("3") }]]),
      message: "mended",
      at: 9,
    });
    expect(third.number).toBe(3);
    expect((await reopened.head())?.id).toBe(third.id);
  });

  it("notices that the head was turned back behind its log", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    const first = await commitVersion(history, "1");
    const second = await commitVersion(history, "2");
    await writeFile(join(path, "refs/heads/main"), `${first.id}\n`);
    const reopened = await open(path);
    await expect(reopened.head()).rejects.toMatchObject({ code: "damaged" });
    expect((await reopened.recover())?.id).toBe(second.id);
  });

  it("notices swapped objects, which git does not", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    const first = await commitVersion(history, "1");
    const second = await commitVersion(history, "2");
    const place = (id: string) => join(path, "objects", id.slice(0, 2), id.slice(2));
    const bytes = await readFile(place(first.id));
    await rm(place(second.id));
    await writeFile(place(second.id), bytes);
    const reopened = await open(path);
    await expect(reopened.head()).rejects.toMatchObject({ code: "damaged" });
    const recovered = await reopened.recover();
    expect(recovered?.number).toBe(1);
    expect(recovered && (await manifestOf(reopened, recovered))).toBe("1");
  });

  it("reads versions out of packs as well", async () => {
    const path = await temporaryFolder();
    const history = await open(path);
    for (const manifest of ["1", "2", "3"]) await commitVersion(history, manifest);
    await run("git", ["-C", path, "gc", "--quiet", "--prune=now"]);
    const reopened = await open(path);
    const manifests = [];
    for (const version of await reopened.list())
      manifests.push(await manifestOf(reopened, version));
    expect(manifests).toEqual(["3", "2", "1"]);
    expect((await commitVersion(reopened, "4")).number).toBe(4);
  });

  it.skipIf(!hasStrace)("flushes every file and folder before the head moves", async () => {
    const path = await temporaryFolder();
    const trace = join(await temporaryFolder(), "trace");
    await open(path);
    const calls = "trace=openat,fsync,fdatasync,rename,renameat,renameat2,link,linkat,close";
    await run("strace", [
      "-f",
      "-y",
      "-o",
      trace,
      "-e",
      calls,
      process.execPath,
      writerFile,
      path,
      "1",
      "w",
    ]);
    const lines = (await readFile(trace, "utf8")).split("\n");
    const moved = lines.findIndex((line) => /rename.*main\.lock.*refs\/heads\/main"/.test(line));
    expect(moved).toBeGreaterThan(0);
    const before = lines.slice(0, moved);
    const flushed = (name: RegExp) =>
      before.some((line) => /(?:fsync|fdatasync)\(\d+</.test(line) && name.test(line));
    const version = await (await open(path)).find(1);
    expect(flushed(/main\.lock>/)).toBe(true);
    expect(flushed(/lfs\/tmp\/[^>]*\.part>/)).toBe(true);
    expect(flushed(/lfs\/objects\/..\/..>/)).toBe(true);
    expect(flushed(new RegExp(`/objects/${version.id.slice(0, 2)}>`))).toBe(true);
    const objects = before.filter((line) => /fsync\(\d+<[^>]*tmp_obj_/.test(line));
    // Two blobs and the attributes, two trees, one commit.
    expect(objects.length).toBeGreaterThanOrEqual(6);
    const after = lines.slice(moved).some((line) => /fsync\(\d+<[^>]*refs\/heads>/.test(line));
    expect(after).toBe(true);
  });
});
