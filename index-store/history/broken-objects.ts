// Removes git objects whose file is not what its name says: git does not write an object again while a file of that name is there.
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { ifThere } from "./disk.ts";

const unpack = promisify(inflate);

const isWhole = async (path: string, id: string): Promise<boolean> => {
  const packed = await ifThere(readFile(path));
  if (packed === undefined) return true;
  try {
    const bytes = await unpack(packed);
    return createHash("sha1").update(bytes).digest("hex") === id;
  } catch (error) {
    // What cannot be unpacked was not written by git.
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
};

/** Looks through the loose objects of a repository; what lies in packs stays. */
export const removeBrokenObjects = async (repository: string): Promise<void> => {
  const objects = join(repository, "objects");
  for (const folder of await readdir(objects)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await readdir(join(objects, folder))) {
      const path = join(objects, folder, name);
      if (/^[0-9a-f]{38}$/.test(name) && !(await isWhole(path, `${folder}${name}`)))
        await rm(path, { force: true });
    }
  }
};
