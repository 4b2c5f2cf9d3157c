// The folders of the embedded profile: made with rights for this user alone.
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The home's folders, for this user alone. */
export const makeHome = async (home: string) => {
  for (const folder of [home, join(home, "collections"), join(home, "blobs")]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
};
