// Files of agents' sessions below a folder, and which bytes of them are sent.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";

/** A file as it was when it was looked at. */
export interface SeenFile {
  readonly path: string;
  /** Below the watched folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** Claude Code and Codex write `….jsonl`; Gemini CLI `session-….json` and `.jsonl`. What is in them is judged by the server. */
const isSession = (name: string): boolean =>
  name.endsWith(".jsonl") || (name.startsWith("session-") && name.endsWith(".json"));

const lookAt = async (folder: string, path: string): Promise<SeenFile | undefined> => {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, name: relative(folder, path), size, changedAt: mtimeMs };
  } catch (error) {
    // It was removed meanwhile.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** All session files that are not empty, without links, in the order of their paths. @throws the file system's error */
export const sessionFiles = async (folder: string): Promise<SeenFile[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && isSession(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const seen = await Promise.all(paths.map((path) => lookAt(folder, path)));
  return seen.filter((file) => file !== undefined && file.size > 0) as SeenFile[];
};

/** The bytes that the file had then: what an agent has added since comes the next time. */
export const bytesOf = ({ path, size }: SeenFile): Readable =>
  createReadStream(path, { start: 0, end: size - 1 });

/** As the server has it of an upload. */
export const sha256Of = async (file: SeenFile): Promise<string> => {
  const hash = createHash("sha256");
  for await (const piece of bytesOf(file)) hash.update(piece as Buffer);
  return hash.digest("hex");
};
