// When a history is done: what every driver must keep, git's and the one in memory.
import { readFile, utimes, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import type { History, HistoryReader, ObjectRef, Version, VersionFile } from "./history.ts";

export interface HistoryUnderTest {
  readonly name: string;
  open(folder: string): Promise<History>;
}

const text = (content: string): VersionFile => ({ kind: "inline", bytes: Buffer.from(content) });

export const adoptText = async (history: History, content: string): Promise<ObjectRef> => {
  const staged = await history.stage();
  await writeFile(staged, content);
  return history.adopt(staged);
};

/** Commits a version whose files are the manifest and these objects. */
export const commitVersion = async (
  history: History,
  manifest: string,
  objects: Readonly<Record<string, ObjectRef>> = {},
): Promise<Version> => {
  const head = await history.head();
  const files = new Map([["manifest.json", text(manifest)]]);
  for (const [path, object] of Object.entries(objects)) files.set(path, { kind: "object", object });
  const number = (head?.number ?? 0) + 1;
  return history.commit({
    parent: head?.id ?? null,
    files,
    message: `Version ${number}`,
    at: 1_700_000_000_000 + number,
  });
};

/** Attaches a small and a large file; the large one holds `content`. */
export const attachText = async (
  history: History,
  version: Version,
  content: string,
  isWanted?: () => Promise<boolean>,
) => {
  const object = await adoptText(history, content);
  return history.attach({
    version,
    name: "analysis",
    files: new Map<string, VersionFile>([
      ["topics.json", text(`{"of":"${content}"}`)],
      ["frame.arrow", { kind: "object", object }],
    ]),
    message: `Analysis of ${content}`,
    at: 5,
    ...(isWanted === undefined ? {} : { isWanted }),
  });
};

/** The large file's content of each attachment, newest first; undefined where its bytes are not what they were. */
export const attachedTexts = async (history: HistoryReader): Promise<(string | undefined)[]> => {
  const texts: (string | undefined)[] = [];
  for (const one of await history.attachments("analysis")) {
    const file = (await history.readAttachment(one)).get("frame.arrow");
    if (file?.kind !== "object" || !(await history.verify(file.object))) texts.push(undefined);
    else texts.push(await readFile(history.objectPath(file.object), "utf8"));
  }
  return texts;
};

export const manifestOf = async (history: HistoryReader, version: Version): Promise<string> => {
  const file = (await history.read(version)).get("manifest.json");
  return file?.kind === "inline" ? Buffer.from(file.bytes).toString() : "";
};

export const historySuite = ({ name, open }: HistoryUnderTest): void => {
  const opened = async () => open(await temporaryFolder());

  describe(`${name} as a history`, () => {
    it("is empty at first", async () => {
      const history = await opened();
      expect(await history.head()).toBeNull();
      expect(await history.list()).toEqual([]);
      await expect(history.find(1)).rejects.toMatchObject({ code: "unknown-version" });
    });

    it("gives back what was committed, numbered from 1", async () => {
      const history = await opened();
      const object = await adoptText(history, "a large file");
      const first = await commitVersion(history, "one", { "segments/a/vectors.faiss": object });
      const second = await commitVersion(history, "two\n\nwith an odd end \n");
      expect([first.number, second.number]).toEqual([1, 2]);
      expect(second.parent).toBe(first.id);
      expect(second.at).toBe(1_700_000_000_002);
      expect(await history.head()).toEqual(second);
      expect(await manifestOf(history, first)).toBe("one");
      expect(await manifestOf(history, second)).toBe("two\n\nwith an odd end \n");
      expect((await history.read(first)).get("segments/a/vectors.faiss")).toEqual({
        kind: "object",
        object,
      });
      expect(await readFile(history.objectPath(object), "utf8")).toBe("a large file");
    });

    it("keeps messages of any kind as they are", async () => {
      const history = await opened();
      const message = "Größe: 1\n\nVersion: 99\n  indented\n# not a comment";
      const version = await history.commit({
        parent: null,
        files: new Map([["manifest.json", text("{}")]]),
        message,
        at: 5,
      });
      expect(version).toMatchObject({ message, number: 1, at: 5 });
      expect((await history.find(1)).message).toBe(message);
    });

    it("lists the newest first and in pages", async () => {
      const history = await opened();
      for (let number = 1; number <= 5; number++) await commitVersion(history, String(number));
      const numbers = async (page?: { limit?: number; before?: number }) =>
        (await history.list(page)).map((version) => version.number);
      expect(await numbers()).toEqual([5, 4, 3, 2, 1]);
      expect(await numbers({ limit: 2 })).toEqual([5, 4]);
      expect(await numbers({ limit: 2, before: 4 })).toEqual([3, 2]);
    });

    it("finds by number, tag, id and the beginning of an id", async () => {
      const history = await opened();
      const first = await commitVersion(history, "1");
      await commitVersion(history, "2");
      await history.tag(first, "before-cleanup");
      for (const address of [1, "1", "before-cleanup", first.id, first.id.slice(0, 9)])
        expect((await history.find(address)).number).toBe(1);
      expect((await history.find(1)).tags).toEqual(["before-cleanup"]);
      for (const address of [3, 0, "nothing", "--help", "HEAD~1"])
        await expect(history.find(address)).rejects.toMatchObject({ code: "unknown-version" });
    });

    it("refuses tags that are taken or could be mistaken", async () => {
      const history = await opened();
      const first = await commitVersion(history, "1");
      await history.tag(first, "v1.0");
      for (const tag of [
        "v1.0",
        "",
        "12",
        "deadbeef",
        "--upload-pack",
        "a..b",
        "x.lock",
        "a b",
        "a/b",
      ])
        await expect(history.tag(first, tag)).rejects.toMatchObject({ code: "bad-tag" });
    });

    it("removes a tag of a version, which may then be given again", async () => {
      const history = await opened();
      const first = await commitVersion(history, "1");
      const second = await commitVersion(history, "2");
      await history.tag(first, "release");
      await history.tag(first, "kept");
      expect(await history.untag(second, "release")).toBe(false);
      expect(await history.untag(first, "release")).toBe(true);
      expect((await history.find(1)).tags).toEqual(["kept"]);
      await expect(history.find("release")).rejects.toMatchObject({ code: "unknown-version" });
      for (const tag of ["release", "--delete", "../heads/main"])
        expect(await history.untag(first, tag)).toBe(false);
      await history.tag(second, "release");
      expect((await history.find("release")).number).toBe(2);
    });

    it("tells the second of two writers", async () => {
      const history = await opened();
      const first = await commitVersion(history, "1");
      await commitVersion(history, "2");
      const late = { files: new Map([["manifest.json", text("late")]]), message: "late", at: 1 };
      await expect(history.commit({ ...late, parent: first.id })).rejects.toMatchObject({
        code: "conflict",
      });
      await expect(history.commit({ ...late, parent: null })).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await history.list()).toHaveLength(2);
    });

    it("refuses a version that names an object which was never adopted", async () => {
      const history = await opened();
      const object = { sha256: "0".repeat(64), size: 1 };
      await expect(commitVersion(history, "1", { "a/words.idx": object })).rejects.toThrow(
        /never adopted/,
      );
      expect(await history.head()).toBeNull();
    });

    it("keeps the same bytes once", async () => {
      const history = await opened();
      const one = await adoptText(history, "same");
      const two = await adoptText(history, "same");
      expect(two).toEqual(one);
      expect(await history.verify(one)).toBe(true);
    });

    it("notices a damaged, a shortened and a missing object", async () => {
      const history = await opened();
      const object = await adoptText(history, "some bytes");
      const path = history.objectPath(object);
      await writeFile(path, "some bytez");
      expect(await history.verify(object)).toBe(false);
      await writeFile(path, "some");
      expect(await history.verify(object)).toBe(false);
      expect(await history.verify({ sha256: "a".repeat(64), size: 3 })).toBe(false);
      await adoptText(history, "some bytes");
      expect(await history.verify(object)).toBe(true);
    });

    it("rewrites every version and removes what only the old ones named", async () => {
      const history = await opened();
      const secret = await adoptText(history, "secret");
      const shared = await adoptText(history, "shared");
      const orphan = await adoptText(history, "orphan");
      await commitVersion(history, "1", { "s/a.idx": shared });
      await commitVersion(history, "2", { "s/a.idx": shared, "s/b.idx": secret });
      const third = await commitVersion(history, "3", { "s/a.idx": shared });
      await history.tag(third, "release");
      const before = await history.list();
      await history.rewrite(async (files) => {
        if (!files.has("s/b.idx")) return files;
        const cleaned = new Map(files);
        cleaned.delete("s/b.idx");
        return cleaned;
      });
      const after = await history.list();
      const told = ({ number, message, at, tags }: Version) => ({ number, message, at, tags });
      expect(after.map(told)).toEqual(before.map(told));
      expect([...(await history.read(await history.find(2))).keys()].sort()).toEqual([
        "manifest.json",
        "s/a.idx",
      ]);
      expect(await history.verify(shared)).toBe(true);
      expect(await history.verify(secret)).toBe(false);
      expect(await history.verify(orphan)).toBe(false);
      expect((await commitVersion(history, "4")).number).toBe(4);
    });

    it("collects what no version names once its grace is over", async () => {
      const history = await opened();
      const kept = await adoptText(history, "kept");
      const orphan = await adoptText(history, "12345");
      const staged = await history.stage();
      await writeFile(staged, "1234567");
      const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
      await utimes(staged, twoDaysAgo, twoDaysAgo);
      await commitVersion(history, "1", { "s/a.idx": kept });
      const now = Date.now();
      expect(await history.collectGarbage({ now, graceMs: 60_000 })).toBe(7);
      expect(await history.verify(orphan)).toBe(true);
      const later = now + 120_000;
      expect(await history.collectGarbage({ now: later, graceMs: 60_000 })).toBe(5);
      expect(await history.verify(orphan)).toBe(false);
      expect(await history.verify(kept)).toBe(true);
    });

    it("drops versions that are chosen, and what they alone named", async () => {
      const history = await opened();
      const [old, shared, analysed, named] = [
        await adoptText(history, "12345"),
        await adoptText(history, "shared"),
        await adoptText(history, "analysed"),
        await adoptText(history, "named"),
      ];
      const first = await commitVersion(history, "1", { "s/a.idx": old, "s/b.idx": shared });
      await attachText(history, await commitVersion(history, "2", { "s/a.idx": analysed }), "what");
      const third = await commitVersion(history, "3", { "s/a.idx": named });
      await history.tag(third, "before-the-move");
      const newest = await commitVersion(history, "4", { "s/b.idx": shared });
      expect(await history.drop((versions) => versions)).toBe(5);
      expect((await history.list()).map(({ number }) => number)).toEqual([4, 3, 2]);
      expect(await history.verify(old)).toBe(false);
      for (const object of [shared, analysed, named])
        expect(await history.verify(object)).toBe(true);
      for (const address of [1, first.id])
        await expect(history.find(address)).rejects.toMatchObject({ code: "unknown-version" });
      expect((await history.head())?.id).toBe(newest.id);
      expect((await commitVersion(history, "5")).number).toBe(5);
      expect(await history.drop(() => [])).toBe(0);
      await history.rewrite(async (files) => files);
      expect((await history.list()).map(({ number }) => number)).toEqual([5, 4, 3, 2]);
    });

    it("keeps attachments beside versions, newest first", async () => {
      const history = await opened();
      const first = await commitVersion(history, "1");
      const second = await commitVersion(history, "2");
      expect(await history.attachmentNames()).toEqual([]);
      expect(await history.attachments("analysis")).toEqual([]);
      const one = await attachText(history, first, "one");
      const two = await attachText(history, second, "two");
      await attachText(history, second, "two again");
      expect(two).toMatchObject({ version: 2, parent: one?.id, message: "Analysis of two", at: 5 });
      expect(await history.attachmentNames()).toEqual(["analysis"]);
      expect((await history.attachments("analysis")).map(({ version }) => version)).toEqual([
        2, 2, 1,
      ]);
      expect(await attachedTexts(history)).toEqual(["two again", "two", "one"]);
      const [newest] = await history.attachments("analysis");
      const topics = newest && (await history.readAttachment(newest)).get("topics.json");
      expect(topics?.kind === "inline" && Buffer.from(topics.bytes).toString()).toBe(
        '{"of":"two again"}',
      );
      expect((await history.list()).map(({ number }) => number)).toEqual([2, 1]);
      await commitVersion(history, "3");
      expect(await attachedTexts(history)).toEqual(["two again", "two", "one"]);
    });

    it("attaches nothing that names an object which was never adopted, or under an odd name", async () => {
      const history = await opened();
      const version = await commitVersion(history, "1");
      await attachText(history, version, "one");
      const nothing = { kind: "object", object: { sha256: "0".repeat(64), size: 1 } } as const;
      const late = { version, message: "late", at: 1, files: new Map([["a.arrow", nothing]]) };
      await expect(history.attach({ ...late, name: "analysis" })).rejects.toThrow(/never adopted/);
      for (const name of ["", "../heads/main", "-x", "Upper", "a b"])
        await expect(history.attach({ ...late, name })).rejects.toMatchObject({ code: "bad-tag" });
      expect(await attachedTexts(history)).toEqual(["one"]);
    });

    it("attaches nothing that is not wanted any more, or to a version that was rewritten", async () => {
      const history = await opened();
      const version = await commitVersion(history, "1");
      expect(await attachText(history, version, "late", async () => false)).toBeNull();
      await history.rewrite(async () => new Map([["manifest.json", text("other")]]));
      await expect(attachText(history, version, "later")).rejects.toMatchObject({
        code: "conflict",
      });
      expect(await history.attachments("analysis")).toEqual([]);
    });

    it("lets go of older attachments, whose objects go with the garbage", async () => {
      const history = await opened();
      const version = await commitVersion(history, "1");
      for (const content of ["1", "22", "333", "4444"]) await attachText(history, version, content);
      await history.detach("analysis", 2);
      expect(await attachedTexts(history)).toEqual(["4444", "333"]);
      expect((await history.attachments("analysis")).at(-1)?.parent).toBeNull();
      const later = Date.now() + 120_000;
      expect(await history.collectGarbage({ now: later, graceMs: 60_000 })).toBe(3);
      expect(await attachedTexts(history)).toEqual(["4444", "333"]);
      await attachText(history, version, "55555");
      expect(await attachedTexts(history)).toEqual(["55555", "4444", "333"]);
      await history.detach("analysis");
      expect(await history.attachmentNames()).toEqual([]);
      expect(await history.collectGarbage({ now: later, graceMs: 60_000 })).toBe(12);
    });

    it("notices a damaged attachment", async () => {
      const history = await opened();
      const version = await commitVersion(history, "1");
      await attachText(history, version, "one");
      const [newest] = await history.attachments("analysis");
      const file = newest && (await history.readAttachment(newest)).get("frame.arrow");
      if (file?.kind === "object") await writeFile(history.objectPath(file.object), "0ne");
      expect(await attachedTexts(history)).toEqual([undefined]);
    });

    it("drops all attachments when versions are rewritten or when told to, versions staying", async () => {
      const history = await opened();
      const shared = await adoptText(history, "shared");
      const version = await commitVersion(history, "1", { "s/a.idx": shared });
      const attached = await adoptText(history, "attached");
      await attachText(history, version, "attached");
      await history.rewrite(async (files) => files);
      expect(await history.attachmentNames()).toEqual([]);
      expect(await history.verify(attached)).toBe(false);
      const same = await history.find(1);
      await attachText(history, same, "attached");
      await history.eraseAttachments();
      expect(await history.attachmentNames()).toEqual([]);
      expect(await history.verify(attached)).toBe(false);
      expect(await history.verify(shared)).toBe(true);
      expect(await history.head()).toEqual(same);
    });
  });
};
