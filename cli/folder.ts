// Packs a folder into a tar stream: the same files give the same bytes, so that a repeated import is recognised.
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";

/** Regular files below a folder in a fixed order, without links and hidden files. */
const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Streams the folder; errors while reading it become errors of the stream. */
export const packFolder = (folder: string): Readable => {
  const top = resolve(folder);
  const archive = pack();
  const fill = async () => {
    for (const path of await filesBelow(top)) {
      const { size } = await stat(path);
      const name = [basename(top), ...relative(top, path).split(sep)].join("/");
      await pipeline(createReadStream(path), archive.entry({ name, size, mtime: new Date(0) }));
    }
    archive.finalize();
  };
  fill().catch((error: unknown) =>
    archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
};
