// For tests of erasing: every place of a home where a text still stands, in files, packed bytes and the objects of git.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflateSync, zstdDecompressSync } from "node:zlib";

const run = promisify(execFile);

const ZSTD = 0xfd2fb528;

/** What a file in zstd holds, from its start or behind the header of a packed upload; nothing of another file. */
const unpacked = (bytes: Buffer): Buffer => {
  const at = [0, 16].find(
    (place) => bytes.length > place + 4 && bytes.readUInt32LE(place) === ZSTD,
  );
  return at === undefined ? Buffer.alloc(0) : zstdDecompressSync(bytes.subarray(at));
};

/** Files of the home that hold the text, as they are or unpacked, and objects of git that do. */
export const tracesOf = async (folder: string, text: string): Promise<string[]> => {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (bytes.includes(text) || unpacked(bytes).includes(text)) found.push(path);
    else if (/\/objects\/..$/.test(entry.parentPath) && inflateSync(bytes).includes(text))
      found.push(path);
    if (entry.name === "HEAD" && entry.parentPath.endsWith("index.git")) {
      const args = ["-C", entry.parentPath, "cat-file", "--batch", "--batch-all-objects"];
      const { stdout } = await run("git", args, { encoding: "buffer", maxBuffer: 1 << 28 });
      if (stdout.includes(text)) found.push(`${entry.parentPath} (packed)`);
    }
  }
  return found;
};
