// What a version is written as in git: a commit whose message ends in its number and its time, and pointers for large files.
import { HistoryError, type ObjectRef, type Version, type VersionFile } from "./history.ts";

export const identity = {
  GIT_AUTHOR_NAME: "Index store",
  GIT_AUTHOR_EMAIL: "index-store@localhost",
  GIT_COMMITTER_NAME: "Index store",
  GIT_COMMITTER_EMAIL: "index-store@localhost",
};

/** Which files git-lfs takes for pointers; part of every version's tree. */
export const attributesFile: VersionFile = {
  kind: "inline",
  bytes: Buffer.from(
    ["faiss", "idx", "arrow", "zst"]
      .map((ending) => `*.${ending} filter=lfs diff=lfs merge=lfs -text\n`)
      .join(""),
  ),
};
export const ATTRIBUTES = ".gitattributes";

const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n$/;
const POINTER_LIMIT = 200;

const pointerTo = (object: ObjectRef): Buffer =>
  Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${object.sha256}\nsize ${object.size}\n`,
  );

/** A blob as the file it stands for: pointers become objects, everything else is itself. */
export const fileOf = (blob: Buffer): VersionFile => {
  const match = blob.length <= POINTER_LIMIT ? POINTER.exec(blob.toString("latin1")) : null;
  return match
    ? { kind: "object", object: { sha256: match[1] ?? "", size: Number(match[2]) } }
    : { kind: "inline", bytes: blob };
};

export const blobOf = (file: VersionFile): Uint8Array =>
  file.kind === "inline" ? file.bytes : pointerTo(file.object);

/** The message as git keeps it. git knows whole seconds only, so the time in milliseconds stands there too. */
export const commitMessage = (message: string, number: number, at: number): string =>
  `${message.replaceAll("\0", "")}\n\nVersion: ${number}\nMilliseconds: ${at}\n`;

export interface CommitRecord extends Omit<Version, "tags"> {
  readonly tree: string;
}

/** @throws HistoryError "damaged" for a commit that this store did not write. */
export const parseCommit = (id: string, body: Buffer): CommitRecord => {
  const text = body.toString("utf8");
  const split = text.indexOf("\n\n");
  const headers = text.slice(0, split).split("\n");
  const header = (name: string) =>
    headers.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const tree = header("tree");
  const tail = /^([\s\S]*)\n\nVersion: (\d{1,9})\nMilliseconds: (\d{1,16})\n$/.exec(
    text.slice(split + 2),
  );
  if (tree === undefined || tail === null)
    throw new HistoryError("damaged", `commit ${id} was not written by this store`);
  return {
    id,
    tree,
    parent: header("parent") ?? null,
    message: tail[1] ?? "",
    number: Number(tail[2]),
    at: Number(tail[3]),
  };
};
