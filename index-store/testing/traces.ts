// Looks for bytes that should not be anywhere under a folder: in files, in what they hold when unpacked, in git's packs.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { type Row, rowOf } from "./documents.ts";

const run = promisify(execFile);

/** A row whose id, text, author and vector stand nowhere else. */
export const canary: Row = {
  ...rowOf("canary-id-4711"),
  text: "apple zanzibarcanary frost",
  author: "secretauthor",
};

/** Whatever could be in this file: its bytes, and what they are when unpacked. */
const readings = (bytes: Buffer): Buffer[] => {
  const found = [bytes];
  for (const unpack of [inflateSync, zstdDecompressSync])
    try {
      found.push(unpack(bytes));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  return found;
};

/** Names of the canary's traces that are found anywhere under the index's folder. */
export const tracesIn = async (folder: string): Promise<string[]> => {
  const vector = Buffer.from(canary.vector.buffer, canary.vector.byteOffset, 32);
  const traces = new Map<string, Buffer>([
    ["id", Buffer.from("canary-id-4711")],
    ["word", Buffer.from("zanzibarcanary")],
    ["author", Buffer.from("secretauthor")],
    ["vector", vector.subarray(0, 12)],
  ]);
  const found = new Set<string>();
  const look = (bytes: Buffer) => {
    for (const [name, trace] of traces) if (bytes.includes(trace)) found.add(name);
  };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      for (const bytes of readings(await readFile(join(entry.parentPath, entry.name)))) look(bytes);
  const packed = await run(
    "git",
    ["-C", folder, "cat-file", "--batch", "--batch-all-objects", "--unordered"],
    { encoding: "buffer", maxBuffer: 1 << 28 },
  );
  look(packed.stdout);
  return [...found].sort();
};
