// The sample that ships, as files to upload: its folders are packed like the exports of their sources.
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { zipSync } from "fflate";

const folder = join(import.meta.dirname, "..", "..", "infra", "sample");

export interface SampleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const zipped = async (path: string, keepTop: boolean): Promise<Uint8Array> => {
  const base = keepTop ? join(path, "..") : path;
  const files: Record<string, Uint8Array> = {};
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const name of names.sort())
    files[relative(base, name).split(sep).join("/")] = await readFile(name);
  // A fixed time in the archive, so that the same sample is the same upload.
  return zipSync(files, { mtime: new Date(2026, 0, 1) });
};

/** @throws Error where files of the sample are missing. */
export const readSample = async (): Promise<SampleFile[]> => {
  const plain = (name: string, path: string) =>
    readFile(join(folder, path)).then((bytes): SampleFile => ({ name, bytes }));
  return [
    await plain("chatgpt-conversations.json", "chatgpt/conversations.json"),
    { name: "claude-export.zip", bytes: await zipped(join(folder, "claude"), false) },
    { name: "slack-export.zip", bytes: await zipped(join(folder, "slack"), false) },
    await plain("support.jsonl", "support.jsonl"),
    await plain("sharegpt.json", "sharegpt.json"),
    { name: "irc-hardware.zip", bytes: await zipped(join(folder, "irc", "hardware"), true) },
  ];
};
