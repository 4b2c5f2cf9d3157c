// Following a git history of another host, which two folders stand for: what is fetched when, checked, mended and erased.
import { execFile } from "node:child_process";
import { readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { openFarObjects } from "./far-objects.ts";
import { followerSuite } from "./follower.suite.ts";
import { openGitHistory } from "./git.ts";
import { openFarGitHistory } from "./git-far.ts";
import { adoptText, attachText, commitVersion, manifestOf } from "./history.suite.ts";
import type { History, ObjectRef } from "./history.ts";

const run = promisify(execFile);

const hosts = async (remoteOf = (path: string) => path) => {
  const folder = await temporaryFolder();
  const [there, here] = [join(folder, "there"), join(folder, "here")];
  const writer = await openGitHistory({ path: there, now: Date.now });
  const warnings: string[] = [];
  const follow = () =>
    openFarGitHistory({
      path: here,
      far: { remote: remoteOf(there), objects: openFarObjects(there) },
      now: Date.now,
      onWarning: (warning) => warnings.push(warning),
    });
  return { there, here, writer, warnings, follow, follower: await follow() };
};

const objectsIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, "lfs/objects"), { recursive: true }))
    .map((path) => path.split("/").at(-1) ?? "")
    .filter((name) => name.length === 64)
    .sort();

/** Erases the object from every version of the writer's. */
const eraseFrom = (writer: History, { sha256 }: ObjectRef) =>
  writer.rewrite(async (files) => {
    const left = [...files].filter(
      ([, file]) => file.kind === "inline" || file.object.sha256 !== sha256,
    );
    return left.length === files.size ? files : new Map(left);
  });

followerSuite({
  name: "git of another host",
  open: () => hosts((path) => pathToFileURL(path).href),
});

describe("a follower of another host", () => {
  it("fetches the newest version's objects at once and older ones when they are asked for", async () => {
    const { writer, here, follower } = await hosts();
    const old = await adoptText(writer, "old");
    const current = await adoptText(writer, "current");
    await commitVersion(writer, "1", { "a.idx": old });
    await commitVersion(writer, "2", { "a.idx": current });
    await follower.follow();
    expect(await objectsIn(here)).toEqual([current.sha256]);
    expect(await follower.verify(old)).toBe(true);
    expect(await objectsIn(here)).toEqual([current.sha256, old.sha256].sort());
  });

  it("drops what was dropped there, with its objects", async () => {
    const { writer, here, follower } = await hosts();
    const old = await adoptText(writer, "old");
    const current = await adoptText(writer, "current");
    await commitVersion(writer, "1", { "a.idx": old });
    await follower.follow();
    await commitVersion(writer, "2", { "a.idx": current });
    await writer.drop((versions) => versions);
    await follower.follow();
    expect(await objectsIn(here)).toEqual([current.sha256]);
    expect((await follower.list()).map(({ number }) => number)).toEqual([2]);
    await expect(follower.find(1)).rejects.toMatchObject({ code: "unknown-version" });
  });

  it("goes on from what it has when it is opened again", async () => {
    const { writer, follow, follower } = await hosts();
    await commitVersion(writer, "1", { "a.idx": await adoptText(writer, "words") });
    await follower.follow();
    await follower.close();
    const again = await follow();
    expect((await again.head())?.number).toBe(1);
    await commitVersion(writer, "2");
    expect((await again.follow())?.number).toBe(2);
  });

  it.each([
    ["changed", (path: string) => writeFile(path, "wordz")],
    ["longer", (path: string) => writeFile(path, "words and more")],
    ["cut", (path: string) => truncate(path, 2)],
    ["absent", (path: string) => rm(path)],
  ])("keeps its newest version where an object of the next one is %s there", async (_, harm) => {
    const { writer, here, follower } = await hosts();
    await commitVersion(writer, "1");
    await follower.follow();
    const object = await adoptText(writer, "words");
    await commitVersion(writer, "2", { "a.idx": object });
    await harm(writer.objectPath(object));
    await expect(follower.follow()).rejects.toMatchObject({
      code: expect.stringMatching(/damaged|unavailable/),
    });
    expect((await follower.head())?.number).toBe(1);
    expect(await objectsIn(here)).toEqual([]);
    expect(await readdir(join(here, "lfs/tmp"))).toEqual([]);
    await writeFile(writer.objectPath(object), "words");
    expect((await follower.follow())?.number).toBe(2);
    expect(await follower.verify(object)).toBe(true);
  });

  it("fetches again what was damaged or lost here", async () => {
    const { writer, follower } = await hosts();
    const object = await adoptText(writer, "words");
    await commitVersion(writer, "1", { "a.idx": object });
    await follower.follow();
    await writeFile(follower.objectPath(object), "wordz");
    expect(await follower.verify(object)).toBe(true);
    expect(await readFile(follower.objectPath(object), "utf8")).toBe("words");
    await rm(follower.objectPath(object));
    expect(await follower.verify(object)).toBe(true);
    await writeFile(follower.objectPath(object), "wordz");
    await rm(writer.objectPath(object));
    expect(await follower.verify(object)).toBe(false);
  });

  it("erases what was erased there even where the new version cannot be completed", async () => {
    const { writer, here, follower } = await hosts();
    const secret = await adoptText(writer, "secret");
    await commitVersion(writer, "1", { "a.idx": secret });
    await follower.follow();
    await eraseFrom(writer, secret);
    const shared = await adoptText(writer, "shared");
    await commitVersion(writer, "2", { "a.idx": shared });
    await rm(writer.objectPath(shared));
    await expect(follower.follow()).rejects.toMatchObject({ code: "unavailable" });
    expect(await objectsIn(here)).toEqual([]);
    expect((await follower.head())?.number).toBe(2);
    expect(await follower.erasureMark()).toBe(await writer.erasureMark());
  });

  it("keeps nothing of a first attempt that failed half-way once it is erased there", async () => {
    const { writer, here, follower } = await hosts();
    const [secret, lost] = [await adoptText(writer, "secret"), await adoptText(writer, "lost")];
    const version = await commitVersion(writer, "1", { "a.idx": secret, "b.idx": lost });
    await rm(writer.objectPath(lost));
    await expect(follower.follow()).rejects.toMatchObject({ code: "unavailable" });
    expect(await objectsIn(here)).toEqual([secret.sha256]);
    await writer.rewrite(
      async () => new Map([["manifest.json", { kind: "inline", bytes: Buffer.from("clean") }]]),
    );
    await follower.follow();
    expect(await objectsIn(here)).toEqual([]);
    await expect(run("git", ["-C", here, "cat-file", "-e", version.id])).rejects.toThrow();
  });

  it("leaves no trace of what was erased, in git's objects neither", async () => {
    const { writer, here, follower } = await hosts();
    await commitVersion(writer, "canary-in-a-manifest");
    await attachText(writer, await commitVersion(writer, "2"), "canary-attached");
    await follower.follow();
    const traces = async () => {
      const all = await run(
        "git",
        ["-C", here, "cat-file", "--batch", "--batch-all-objects", "--unordered"],
        { encoding: "latin1", maxBuffer: 1 << 26 },
      );
      return all.stdout.match(/canary[a-z-]*/g) ?? [];
    };
    expect(await traces()).toContain("canary-in-a-manifest");
    await writer.rewrite(
      async () => new Map([["manifest.json", { kind: "inline", bytes: Buffer.from("clean") }]]),
    );
    await follower.follow();
    expect(await traces()).toEqual([]);
    const head = await follower.head();
    expect(head && (await manifestOf(follower, head))).toBe("clean");
    await run("git", ["-C", here, "fsck", "--strict"]);
  });

  it("finishes an erasure that was killed half-way", async () => {
    const { writer, here, follow, follower } = await hosts();
    await commitVersion(writer, "1", { "a.idx": await adoptText(writer, "kept") });
    await follower.follow();
    const orphan = join(here, "lfs/objects/ab/cd", `abcd${"0".repeat(60)}`);
    await run("mkdir", ["-p", join(here, "lfs/objects/ab/cd")]);
    await writeFile(orphan, "left over");
    await writeFile(join(here, "erasure-pending"), "");
    await (await follow()).follow();
    expect(await objectsIn(here)).toHaveLength(1);
    expect(await readdir(here)).not.toContain("erasure-pending");
  });

  it("keeps its versions where the other host cannot be reached or has none", async () => {
    const { writer, there, follower } = await hosts();
    await commitVersion(writer, "1");
    await follower.follow();
    await rename(there, `${there}-away`);
    await expect(follower.follow()).rejects.toMatchObject({ code: "unavailable" });
    await openGitHistory({ path: there, now: Date.now });
    await expect(follower.follow()).rejects.toMatchObject({ code: "unavailable" });
    expect((await follower.head())?.number).toBe(1);
  });

  it("takes no names that could leave its folder of refs, and no protocol that runs a program", async () => {
    const { writer, there, follower } = await hosts();
    const version = await commitVersion(writer, "1");
    for (const ref of ["tags/deep/er", "tags/-x", "attachments/Über", "tags/ok"])
      await run("git", ["-C", there, "update-ref", `refs/${ref}`, version.id]);
    await follower.follow();
    expect((await follower.head())?.tags).toEqual(["ok"]);
    expect(await follower.attachmentNames()).toEqual([]);
    const { follower: odd } = await hosts(() => "ext::touch never");
    await expect(odd.follow()).rejects.toThrow(/not allowed/);
    const { follower: option } = await hosts(() => "--upload-pack=touch never");
    await expect(option.follow()).rejects.toMatchObject({ code: "unavailable" });
  });

  it("can be told to stop", async () => {
    const { writer, follower } = await hosts();
    await commitVersion(writer, "1");
    const reason = new Error("enough");
    await expect(follower.follow(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect((await follower.follow())?.number).toBe(1);
  });

  describe("where a record is gone that the other host's refs name", () => {
    /** A shell runs `afterwards` after each fetch and each look at the refs; `$tree` is the record that is away. */
    const missing = async (afterwards: string) => {
      const { writer, there, here, follower } = await hosts((path) => `ssh://far${path}`);
      const { id } = await commitVersion(writer, "1");
      const tree = (await run("git", ["-C", there, "rev-parse", `${id}^{tree}`])).stdout.trim();
      const record = join(there, "objects", tree.slice(0, 2), tree.slice(2));
      await rename(record, `${record}.away`);
      const calls = join(here, "calls");
      const command = `f() { echo "$2" >> '${calls}'; sh -c "$2"; code=$?; tree='${record}'; ${afterwards}; exit $code; }; f`;
      await run("git", ["-C", here, "config", "core.sshCommand", command]);
      await run("git", ["-C", here, "config", "ssh.variant", "simple"]);
      const called = async () => (await readFile(calls, "utf8")).trim().split("\n").length;
      return { writer, follower, called, restore: () => rename(`${record}.away`, record) };
    };

    it("fetches again, since an erasure may just have removed it", async () => {
      const { writer, follower, called } = await missing('mv "$tree.away" "$tree" 2>/dev/null');
      expect(await follower.follow()).toEqual(await writer.head());
      // A fetch, a look at the refs, a fetch.
      expect(await called()).toBe(3);
    });

    it("gives up where the same refs fail again, and follows once they are whole", async () => {
      const { writer, follower, called, restore } = await missing("true");
      await expect(follower.follow()).rejects.toMatchObject({ code: "unavailable" });
      expect(await called()).toBe(4);
      expect(await follower.head()).toBeNull();
      await restore();
      expect(await follower.follow()).toEqual(await writer.head());
    });
  });

  it("follows while the other host commits and erases", { timeout: 60_000 }, async () => {
    const { writer, here, follower } = await hosts();
    let done = false;
    const write = async () => {
      for (let round = 0; round < 4; round++) {
        const secret = await adoptText(writer, `secret ${round}`);
        const kept = await adoptText(writer, `kept ${round}`);
        await commitVersion(writer, `${round}`, { "a.idx": kept, "b.idx": secret });
        await eraseFrom(writer, secret);
      }
      done = true;
    };
    const follow = async () => {
      while (!done) await follower.follow();
      return follower.follow();
    };
    const [, head] = await Promise.all([write(), follow()]);
    expect(head).toEqual(await writer.head());
    const names: string[] = [];
    for (const sha of await objectsIn(here))
      names.push(
        await readFile(join(here, "lfs/objects", sha.slice(0, 2), sha.slice(2, 4), sha), "utf8"),
      );
    expect(names.filter((name) => name.startsWith("secret"))).toEqual([]);
  });
});
