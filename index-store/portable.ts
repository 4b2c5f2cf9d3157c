// Copies an index to another folder: its git repository and the large files of versions and attachments, each of them checked.
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { asked, isDamage } from "./head.ts";
import { flushFolder, ifThere } from "./history/disk.ts";
import { openGitHistory } from "./history/git.ts";
import { runGit } from "./history/git-command.ts";
import type { History, VersionFile } from "./history/history.ts";
import { IndexError } from "./index-error.ts";

/** Copies the repository and the objects of every version and attachment. @throws IndexError "damaged" where a file is not what was written. */
const copyIndex = async (source: string, target: string): Promise<void> => {
  const existing = (await ifThere(readdir(target))) ?? [];
  if (existing.length > 0)
    throw new IndexError("unavailable", `${target} is not empty: name a new folder.`);
  const folder = resolve(target);
  await mkdir(dirname(folder), { recursive: true });
  const building = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`);
  await rm(building, { recursive: true, force: true });
  const options = { now: Date.now };
  const from = await asked(openGitHistory({ path: source, ...options }));
  const release = await asked(from.hold());
  try {
    const url = `file://${resolve(source)}`;
    const clone = [
      "clone",
      "--quiet",
      "--mirror",
      "--no-local",
      "--template=",
      "--",
      url,
      building,
    ];
    await asked(runGit(clone));
    const to = await asked(openGitHistory({ path: building, ...options }));
    await copyObjects(from, to);
    await to.close();
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
    await flushFolder(dirname(folder));
  } finally {
    await release();
    await from.close();
    await rm(building, { recursive: true, force: true });
  }
};

const copyObjects = async (from: History, to: History): Promise<void> => {
  const copied = new Set<string>();
  const copy = async (files: Iterable<VersionFile>) => {
    for (const file of files) {
      if (file.kind !== "object" || copied.has(file.object.sha256)) continue;
      const source = from.objectPath(file.object);
      const staged = await to.stage();
      await copyFile(source, staged).catch((cause: unknown) => {
        throw new IndexError("damaged", `${source} is gone: verify the index first.`, { cause });
      });
      const { sha256 } = await to.adopt(staged);
      if (sha256 !== file.object.sha256)
        throw new IndexError(
          "damaged",
          `${source} is damaged, so the copy would be: verify the index first.`,
        );
      copied.add(sha256);
    }
  };
  for (const version of await asked(to.list()))
    await copy((await asked(to.read(version))).values());
  for (const name of await asked(to.attachmentNames()))
    try {
      for (const one of await asked(to.attachments(name)))
        await copy((await asked(to.readAttachment(one))).values());
    } catch (error) {
      // Attachments can be computed again, so a damaged one does not stop the copy of the versions.
      if (!isDamage(error)) throw error;
      await asked(to.detach(name));
    }
};

/** Writes a copy of the index, all its versions and tags, into a new folder. It may be in use meanwhile. */
export const exportIndex = (store: { readonly path: string }, directory: string): Promise<void> =>
  copyIndex(store.path, directory);

/** Puts a copy that `exportIndex` wrote where an index is to be, after checking every file of it. */
export const restoreIndex = (directory: string, path: string): Promise<void> =>
  copyIndex(directory, path);
