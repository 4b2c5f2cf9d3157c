// The folders of the embedded profile: made with rights for this user alone.
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The home's folders, for this user alone. @param indexes where the indexes are, instead of in the home */
export const makeHome = async (home: string, indexes = join(home, "collections")) => {
  for (const folder of [home, indexes, join(home, "blobs")]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
};
