// Reads git's own objects and checks each against its name, which git itself does not do.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { ifThere } from "./disk.ts";
import { type Git, GitRefusal } from "./git-command.ts";
import { HistoryError } from "./history.ts";

const inflateAsync = promisify(inflate);
const OBJECT_ID = /^[0-9a-f]{40}$/;
// This history writes no larger object into git; one that claims to be larger is damaged.
const MAX_OBJECT_BYTES = 256 << 20;

interface GitObject {
  readonly type: string;
  readonly body: Buffer;
}

export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

export const isObjectId = (text: string): boolean => OBJECT_ID.test(text);

const checked = (id: string, type: string, body: Buffer): GitObject => {
  const actual = createHash("sha1").update(`${type} ${body.length}\0`).update(body).digest("hex");
  if (actual !== id) throw new HistoryError("damaged", `git object ${id} is damaged`);
  return { type, body };
};

const parseLoose = async (id: string, packed: Buffer): Promise<GitObject> => {
  const raw = await inflateAsync(packed, { maxOutputLength: MAX_OBJECT_BYTES }).catch(
    (cause: unknown) => {
      throw new HistoryError("damaged", `git object ${id} is damaged`, { cause });
    },
  );
  const end = raw.indexOf(0);
  const [type, size] = raw.subarray(0, Math.max(end, 0)).toString("latin1").split(" ");
  const body = raw.subarray(end + 1);
  if (end < 0 || type === undefined || Number(size) !== body.length)
    throw new HistoryError("damaged", `git object ${id} is damaged`);
  return checked(id, type, body);
};

/** Cuts the answer of `git cat-file --batch`: a head line, the body, a line feed, for each id in turn. */
const parseBatch = (ids: readonly string[], answer: Buffer): GitObject[] => {
  let at = 0;
  return ids.map((id) => {
    const end = answer.indexOf(10, at);
    const [found, type, size] = answer
      .subarray(at, end < 0 ? at : end)
      .toString("latin1")
      .split(" ");
    if (found !== id || type === undefined || size === undefined)
      throw new HistoryError("damaged", `git object ${id} is missing or damaged`);
    const body = answer.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + Number(size);
    return checked(id, type, body);
  });
};

export interface GitObjects {
  /** The objects with these ids, in order. @throws HistoryError "damaged" where one is missing or not what its name says. */
  read(ids: readonly string[], type: "commit" | "tree" | "blob"): Promise<Buffer[]>;
}

/** Reads loose objects directly, and packed ones by one `git cat-file` for all of them. */
export const openGitObjects = (repository: string, git: Git): GitObjects => ({
  read: async (ids, type) => {
    const found = new Map<string, GitObject>();
    const packed: string[] = [];
    for (const id of new Set(ids)) {
      if (!isObjectId(id)) throw new HistoryError("damaged", `"${id}" is no git object id`);
      const path = join(repository, "objects", id.slice(0, 2), id.slice(2));
      const bytes = await ifThere(readFile(path));
      if (bytes === undefined) packed.push(id);
      else found.set(id, await parseLoose(id, bytes));
    }
    if (packed.length > 0) {
      const input = `${packed.join("\n")}\n`;
      const answer = await git(["cat-file", "--batch"], { input }).catch((cause: unknown) => {
        if (!(cause instanceof GitRefusal)) throw cause;
        throw new HistoryError("damaged", "git could not read its objects", { cause });
      });
      for (const [place, object] of parseBatch(packed, answer).entries())
        found.set(packed[place] ?? "", object);
    }
    return ids.map((id) => {
      const object = found.get(id);
      if (object?.type !== type)
        throw new HistoryError("damaged", `git object ${id} is no ${type}`);
      return object.body;
    });
  },
});

/** The entries of a tree object: `<mode> <name>\0<20 bytes>` again and again. */
export const parseTree = (body: Buffer): TreeEntry[] => {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const zero = body.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 21 > body.length)
      throw new HistoryError("damaged", "a git tree is damaged");
    entries.push({
      mode: body.toString("latin1", at, space),
      name: body.toString("utf8", space + 1, zero),
      id: body.toString("hex", zero + 1, zero + 21),
    });
    at = zero + 21;
  }
  return entries;
};
