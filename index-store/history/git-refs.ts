// Reads git's refs straight from their files: the head, the tags, and the log of where the head has been.
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "./disk.ts";
import { isObjectId } from "./git-objects.ts";
import { HistoryError } from "./history.ts";

export const MAIN = "refs/heads/main";
const LOG_TAIL_BYTES = 16 << 10;
const TEN_MINUTES = 10 * 60 * 1000;
const NOBODY_AT_WORK_MS = 2000;

export interface GitRefs {
  /** Commit id of the head; null where there is none. @throws HistoryError "damaged" for a file that holds no id. */
  head(): Promise<string | null>;
  tags(): Promise<ReadonlyMap<string, string>>;
  /** Where the head has been of late, newest first; empty after an erasure. */
  log(): Promise<string[]>;
  headIsLocked(): Promise<boolean>;
  /** Removes lock files that a killed git left: older than ten minutes, or than two seconds where nobody is at work. */
  clearStaleLocks(now: number, nobodyAtWork: boolean): Promise<string[]>;
}

const packedRefs = async (repository: string): Promise<Map<string, string>> => {
  const text = (await ifThere(readFile(join(repository, "packed-refs"), "latin1"))) ?? "";
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [id, name] = line.split(" ");
    if (id !== undefined && name !== undefined && isObjectId(id)) refs.set(name, id);
  }
  return refs;
};

const readTail = async (path: string): Promise<string> => {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LOG_TAIL_BYTES);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, size - length);
    return tail.toString("latin1");
  } finally {
    await file.close();
  }
};

export const openGitRefs = (repository: string): GitRefs => {
  const lock = join(repository, `${MAIN}.lock`);
  return {
    head: async () => {
      const text = await ifThere(readFile(join(repository, MAIN), "latin1"));
      if (text === undefined) return (await packedRefs(repository)).get(MAIN) ?? null;
      const id = text.replace(/\n$/, "");
      if (!isObjectId(id))
        throw new HistoryError("damaged", `${MAIN} of ${repository} holds no commit id`);
      return id;
    },
    tags: async () => {
      const tags = new Map<string, string>();
      for (const [name, id] of await packedRefs(repository))
        if (name.startsWith("refs/tags/")) tags.set(name.slice("refs/tags/".length), id);
      const folder = join(repository, "refs", "tags");
      for (const name of (await ifThere(readdir(folder))) ?? []) {
        if (name.endsWith(".lock")) continue;
        const text = await ifThere(readFile(join(folder, name), "latin1"));
        const id = text?.trim() ?? "";
        if (isObjectId(id)) tags.set(name, id);
        else tags.delete(name);
      }
      return tags;
    },
    log: async () => {
      const tail = (await ifThere(readTail(join(repository, "logs", MAIN)))) ?? "";
      const ids: string[] = [];
      for (const line of tail.split("\n").reverse()) {
        const id = line.split(" ")[1] ?? "";
        if (isObjectId(id)) ids.push(id);
      }
      return ids;
    },
    headIsLocked: async () => (await ifThere(stat(lock))) !== undefined,
    clearStaleLocks: async (now, nobodyAtWork) => {
      const tags = join("refs", "tags");
      const taken = (await ifThere(readdir(join(repository, tags)))) ?? [];
      const names = [
        `${MAIN}.lock`,
        "packed-refs.lock",
        "HEAD.lock",
        "config.lock",
        ...taken.filter((name) => name.endsWith(".lock")).map((name) => join(tags, name)),
      ];
      const cleared: string[] = [];
      for (const name of names) {
        const info = await ifThere(stat(join(repository, name)));
        if (!info) continue;
        const age = now - info.mtimeMs;
        if (age < (nobodyAtWork ? NOBODY_AT_WORK_MS : TEN_MINUTES)) continue;
        await rm(join(repository, name), { force: true });
        cleared.push(name);
      }
      return cleared;
    },
  };
};
