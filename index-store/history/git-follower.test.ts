// Following a git history in the writer's own folder: nothing is written there, and nothing need be there yet.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { followerSuite } from "./follower.suite.ts";
import { openGitHistory } from "./git.ts";
import { openGitFollower } from "./git-follower.ts";
import { adoptText, attachText, commitVersion } from "./history.suite.ts";

followerSuite({
  name: "git in the same folder",
  open: async () => {
    const path = await temporaryFolder();
    const writer = await openGitHistory({ path, now: Date.now });
    return { writer, follower: openGitFollower({ path }) };
  },
});

/** Every file with its bytes, and when each folder last changed. */
const pictureOf = async (folder: string) => {
  const picture: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    picture[path] = entry.isFile()
      ? (await readFile(path)).toString("base64")
      : String((await stat(path)).mtimeMs);
  }
  return picture;
};

describe("a follower in the same folder", () => {
  it("writes nothing, whatever it is asked", async () => {
    const path = await temporaryFolder();
    const writer = await openGitHistory({ path, now: Date.now });
    const object = await adoptText(writer, "words");
    for (const manifest of ["1", "2"])
      await attachText(
        writer,
        await commitVersion(writer, manifest, { "a.idx": object }),
        manifest,
      );
    const before = await pictureOf(path);
    const follower = openGitFollower({ path });
    await follower.follow();
    for (const version of await follower.list()) await follower.read(version);
    for (const one of await follower.attachments("analysis")) await follower.readAttachment(one);
    await follower.verify(object);
    await follower.recover();
    await follower.erasureMark();
    await follower.close();
    expect(await pictureOf(path)).toEqual(before);
  });

  it("finds nothing, and makes no folder, where there is no index yet", async () => {
    const path = join(await temporaryFolder(), "later");
    const follower = openGitFollower({ path });
    expect(await follower.follow()).toBeNull();
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
    const writer = await openGitHistory({ path, now: Date.now });
    await commitVersion(writer, "1");
    expect((await follower.head())?.number).toBe(1);
  });
});
