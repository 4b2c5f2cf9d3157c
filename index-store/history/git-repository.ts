// The bare repository of an index: made beside its place and moved there whole, or mended where a file is missing.
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

/** Makes a repository beside its place and moves it there whole, so that two who open the same new index get the same one. */
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

/** Makes the repository, or mends the one file without which git does not take the folder for one. */
export const ensureRepository = async (path: string): Promise<void> => {
  const head = join(path, "HEAD");
  const started = await ifThere(stat(join(path, "objects")));
  if (started === undefined) await makeRepository(path);
  const found = await ifThere(readFile(head, "latin1"));
  if (found !== `ref: ${MAIN}\n`) await writeDurably(head, `ref: ${MAIN}\n`);
  if ((await ifThere(stat(join(path, "config")))) === undefined)
    await writeDurably(join(path, "config"), BARE);
  // git takes a folder without refs/ for no repository; an empty one may have been left out of a copy.
  await mkdir(join(path, "refs", "heads"), { recursive: true });
  await mkdir(join(path, "refs", "tags"), { recursive: true });
};
