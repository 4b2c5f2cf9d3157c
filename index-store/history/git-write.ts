// Writes a version into git: blobs, a tree through a temporary index, a commit; all of it on the disk before the ref moves.
import { createHash, randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ATTRIBUTES, attributesFile, blobOf, commitMessage, identity } from "./commit-record.ts";
import { flushFolder, ifThere } from "./disk.ts";
import type { Git } from "./git-command.ts";
import { HistoryError, type VersionFile } from "./history.ts";

export interface CommitPlan {
  readonly files: ReadonlyMap<string, VersionFile>;
  readonly parent: string | null;
  readonly number: number;
  readonly message: string;
  readonly at: number;
  /** Blobs that are known to lie in the repository already. */
  readonly known: ReadonlySet<string>;
}

const PATH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_.][A-Za-z0-9._-]*$/;

/** git's id of a blob with these bytes. */
export const blobId = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Writes what is not there yet with one `git hash-object`; returns path → blob id. */
const writeBlobs = async (git: Git, staging: string, plan: CommitPlan) => {
  const ids = new Map<string, string>();
  const fresh = new Map<string, Uint8Array>();
  for (const [path, file] of [[ATTRIBUTES, attributesFile] as const, ...plan.files]) {
    if (!PATH.test(path) || path.includes(".."))
      throw new HistoryError("unavailable", `"${path}" is no path of a version`);
    const bytes = blobOf(file);
    const id = blobId(bytes);
    ids.set(path, id);
    if (!plan.known.has(id)) fresh.set(id, bytes);
  }
  if (fresh.size === 0) return { ids, fresh: [] };
  const stem = join(staging, `${process.pid}-${randomUUID()}`);
  const paths = [...fresh.keys()].map((_, place) => `${stem}.${place}.blob`);
  try {
    for (const [place, bytes] of [...fresh.values()].entries())
      await writeFile(paths[place] ?? "", bytes);
    const input = `${paths.join("\n")}\n`;
    const written = await git(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input });
    if (written.toString("latin1") !== `${[...fresh.keys()].join("\n")}\n`)
      throw new HistoryError("unavailable", "git wrote other blobs than it was given");
  } finally {
    for (const path of paths) await rm(path, { force: true });
  }
  return { ids, fresh: [...fresh.keys()] };
};

/** git flushes the objects but not the folders that name them. */
const flushObjectFolders = async (repository: string): Promise<void> => {
  const objects = join(repository, "objects");
  // git does not say which folders it wrote trees into; flushing an unchanged folder costs microseconds.
  const folders = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
  await Promise.all(folders.map((name) => ifThere(flushFolder(join(objects, name)))));
  await flushFolder(objects);
};

/** Writes the commit, reachable from nowhere yet, and returns its id. */
export const writeCommit = async (
  repository: string,
  git: Git,
  staging: string,
  plan: CommitPlan,
): Promise<string> => {
  const { ids } = await writeBlobs(git, staging, plan);
  const index = join(staging, `${process.pid}-${randomUUID()}.index`);
  const env = { GIT_INDEX_FILE: index };
  try {
    const input = [...ids].map(([path, id]) => `100644 ${id}\t${path}\0`).join("");
    await git(["update-index", "-z", "--index-info"], { input, env });
    const tree = (await git(["write-tree"], { env })).toString("latin1").trim();
    const date = `@${Math.floor(plan.at / 1000)} +0000`;
    const parent = plan.parent === null ? [] : ["-p", plan.parent];
    const written = await git(["commit-tree", ...parent, "-F", "-", tree], {
      input: commitMessage(plan.message, plan.number, plan.at),
      env: { ...identity, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    });
    await flushObjectFolders(repository);
    return written.toString("latin1").trim();
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
};
