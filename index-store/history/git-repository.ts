// Makes the bare repository of an index under another name and renames it, or restores a missing file of it.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { flushFile, flushFolder, ifThere, writeDurably } from "./disk.ts";
import { runGit } from "./git-command.ts";
import { MAIN } from "./git-refs.ts";
import { HistoryError } from "./history.ts";

const BARE = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

const isWhole = async (path: string): Promise<boolean> => {
  const found = await Promise.all(
    ["HEAD", "objects", "config"].map((name) => ifThere(stat(join(path, name)))),
  );
  return found.every((entry) => entry !== undefined);
};

/** Makes a repository under another name and renames it, so that two processes that open a new index get the same one. */
const makeRepository = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true });
  const building = join(dirname(path), `.${basename(path)}.${randomUUID()}.new`);
  await runGit(["init", "--quiet", "--bare", "--initial-branch=main", "--template=", building]);
  for (const name of ["HEAD", "config"]) await flushFile(join(building, name));
  for (const name of ["objects", "refs", "refs/heads", "refs/tags", "."])
    await flushFolder(join(building, name));
  try {
    await rename(building, path);
  } catch (cause) {
    if (!(await isWhole(path)))
      throw new HistoryError(
        "unavailable",
        `${path} holds files but is no index: name an empty folder, or restore the index from a backup.`,
        { cause },
      );
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  await flushFolder(dirname(path));
};

/** Makes the repository, or restores the files and folders without which git does not recognise it. */
export const ensureRepository = async (path: string): Promise<void> => {
  const head = join(path, "HEAD");
  const started = await ifThere(stat(join(path, "objects")));
  if (started === undefined) await makeRepository(path);
  const found = await ifThere(readFile(head, "latin1"));
  if (found !== `ref: ${MAIN}\n`) await writeDurably(head, `ref: ${MAIN}\n`);
  if ((await ifThere(stat(join(path, "config")))) === undefined)
    await writeDurably(join(path, "config"), BARE);
  // git recognises no repository without refs/; a copy may have left out the empty folder.
  await mkdir(join(path, "refs", "heads"), { recursive: true });
  await mkdir(join(path, "refs", "tags"), { recursive: true });
};
