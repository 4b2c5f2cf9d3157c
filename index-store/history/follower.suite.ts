// When following a history is done: what every follower must keep, of a writer in the same folder, of another host, in memory.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  adoptText,
  attachedTexts,
  attachText,
  commitVersion,
  manifestOf,
} from "./history.suite.ts";
import type { FollowedHistory, History, HistoryReader } from "./history.ts";

export interface FollowerUnderTest {
  readonly name: string;
  /** A writer's new history, and a follower of it. */
  open(): Promise<{ readonly writer: History; readonly follower: FollowedHistory }>;
}

/** What the newest version holds: manifest, and the content of its objects where they are whole. */
const newest = async (history: HistoryReader) => {
  const head = await history.head();
  if (head === null) return null;
  const objects: Record<string, string> = {};
  for (const [path, file] of await history.read(head))
    if (file.kind === "object" && (await history.verify(file.object)))
      objects[path] = await readFile(history.objectPath(file.object), "utf8");
  return { head, manifest: await manifestOf(history, head), objects };
};

export const followerSuite = ({ name, open }: FollowerUnderTest): void => {
  describe(`${name} as a follower`, () => {
    it("is empty before the writer's first version", async () => {
      const { follower } = await open();
      expect(await follower.follow()).toBeNull();
      expect(await follower.head()).toBeNull();
      expect(await follower.list()).toEqual([]);
      expect(await follower.erasureMark()).toBe("");
      await expect(follower.find(1)).rejects.toMatchObject({ code: "unknown-version" });
    });

    it("takes over versions, tags and their objects", async () => {
      const { writer, follower } = await open();
      const shared = await adoptText(writer, "shared");
      const first = await commitVersion(writer, "1", { "s/a.idx": shared });
      expect(await follower.follow()).toEqual(first);
      expect(await newest(follower)).toMatchObject({
        manifest: "1",
        objects: { "s/a.idx": "shared" },
      });
      const second = await adoptText(writer, "second");
      await commitVersion(writer, "2", { "s/a.idx": shared, "s/b.idx": second });
      await writer.tag(first, "good");
      await commitVersion(writer, "3", { "s/b.idx": second });
      await follower.follow();
      expect(await follower.list()).toEqual(await writer.list());
      expect(await newest(follower)).toEqual(await newest(writer));
      expect((await follower.find("good")).number).toBe(1);
      expect(await follower.verify(shared)).toBe(true);
      expect(await follower.follow()).toEqual(await writer.head());
    });

    it("takes over attachments, and lets go of those that the writer let go of", async () => {
      const { writer, follower } = await open();
      const version = await commitVersion(writer, "1");
      for (const content of ["one", "two"]) await attachText(writer, version, content);
      await follower.follow();
      expect(await follower.attachmentNames()).toEqual(["analysis"]);
      expect(await attachedTexts(follower)).toEqual(["two", "one"]);
      await writer.detach("analysis", 1);
      await follower.follow();
      expect(await attachedTexts(follower)).toEqual(["two"]);
      const [kept] = await writer.attachments("analysis");
      const file = kept && (await writer.readAttachment(kept)).get("frame.arrow");
      await writer.eraseAttachments();
      await follower.follow();
      expect(await follower.attachmentNames()).toEqual([]);
      expect(file?.kind === "object" && (await follower.verify(file.object))).toBe(false);
      expect((await follower.head())?.id).toBe(version.id);
    });

    it("drops what the writer erased, and tells of it by its mark", async () => {
      const { writer, follower } = await open();
      const shared = await adoptText(writer, "shared");
      const secret = await adoptText(writer, "secret");
      await commitVersion(writer, "1", { "s/a.idx": shared, "s/b.idx": secret });
      const second = await commitVersion(writer, "2", { "s/a.idx": shared, "s/b.idx": secret });
      await writer.tag(second, "release");
      await follower.follow();
      expect(await follower.verify(secret)).toBe(true);
      const before = await follower.erasureMark();
      await writer.rewrite(async (files) => {
        const cleaned = new Map(files);
        cleaned.delete("s/b.idx");
        return cleaned;
      });
      await follower.follow();
      expect(await follower.erasureMark()).not.toBe(before);
      expect(await follower.verify(secret)).toBe(false);
      await expect(readFile(follower.objectPath(secret))).rejects.toThrow(/ENOENT/);
      expect(await follower.verify(shared)).toBe(true);
      expect(await follower.list()).toEqual(await writer.list());
      await expect(follower.find(second.id)).rejects.toThrow();
      expect((await follower.find("release")).number).toBe(2);
      const after = await follower.erasureMark();
      await commitVersion(writer, "3", { "s/a.idx": shared });
      expect((await follower.follow())?.number).toBe(3);
      expect(await follower.erasureMark()).toBe(after);
    });
  });
};
