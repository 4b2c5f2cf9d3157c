// Reads git's refs from their files: the head, the tags, and the log of the commits that the head has named.
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "./disk.ts";
import { isObjectId } from "./git-objects.ts";
import { HistoryError } from "./history.ts";

export const MAIN = "refs/heads/main";
export const TAGS = "refs/tags/";
export const ATTACHMENTS = "refs/attachments/";
/** Names the commit that the last erasure left as the head; moved in the same transaction, so that readers notice an erasure. */
export const ERASED = "refs/index/erased";
/** Names a blob with the ids of versions that were dropped, one a line. Only the ref says that they are gone: their commits stay. */
export const DROPPED = "refs/index/dropped";
const LOG_TAIL_BYTES = 16 << 10;
const TEN_MINUTES = 10 * 60 * 1000;
const NOBODY_AT_WORK_MS = 2000;

export interface GitRefs {
  /** Commit id of the head; null where there is none. @throws HistoryError "damaged" for a file that holds no id. */
  head(): Promise<string | null>;
  tags(): Promise<ReadonlyMap<string, string>>;
  /** What the last erasure left as the head; null before the first. */
  erased(): Promise<string | null>;
  /** Id of the blob that lists dropped versions; null where none was dropped. */
  dropped(): Promise<string | null>;
  /** The newest attachment of each name. */
  attachments(): Promise<ReadonlyMap<string, string>>;
  /** The commits that the head named lately, newest first; empty after an erasure. */
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

/** Name → id of every ref in a folder that holds one; folders in it are left out. */
export const refsUnder = async (
  repository: string,
  prefix: string,
): Promise<Map<string, string>> => {
  const refs = new Map<string, string>();
  for (const [name, id] of await packedRefs(repository))
    if (name.startsWith(prefix) && !name.includes("/", prefix.length))
      refs.set(name.slice(prefix.length), id);
  const folder = join(repository, prefix);
  for (const entry of (await ifThere(readdir(folder, { withFileTypes: true }))) ?? []) {
    const { name } = entry;
    if (name.endsWith(".lock") || entry.isDirectory()) continue;
    const id = (await ifThere(readFile(join(folder, name), "latin1")))?.trim() ?? "";
    if (isObjectId(id)) refs.set(name, id);
    else refs.delete(name);
  }
  return refs;
};

const locksUnder = async (repository: string, prefix: string): Promise<string[]> =>
  ((await ifThere(readdir(join(repository, prefix)))) ?? [])
    .filter((name) => name.endsWith(".lock"))
    .map((name) => join(prefix, name));

export const openGitRefs = (repository: string): GitRefs => {
  const lock = join(repository, `${MAIN}.lock`);
  const read = async (ref: string): Promise<string | null> => {
    const text = await ifThere(readFile(join(repository, ref), "latin1"));
    if (text === undefined) return (await packedRefs(repository)).get(ref) ?? null;
    return text.replace(/\n$/, "");
  };
  return {
    head: async () => {
      const id = await read(MAIN);
      if (id !== null && !isObjectId(id))
        throw new HistoryError("damaged", `${MAIN} of ${repository} holds no commit id`);
      return id;
    },
    erased: () => read(ERASED),
    dropped: () => read(DROPPED),
    tags: () => refsUnder(repository, TAGS),
    attachments: () => refsUnder(repository, ATTACHMENTS),
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
      const names = [
        `${MAIN}.lock`,
        "packed-refs.lock",
        "HEAD.lock",
        "config.lock",
        ...(await locksUnder(repository, TAGS)),
        ...(await locksUnder(repository, ATTACHMENTS)),
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
