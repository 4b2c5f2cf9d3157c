// History in a bare git repository: a version is a commit on main, its large files are Git LFS pointers, the ref is the commit point.
import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type CommitRecord, fileOf, identity, parseCommit } from "./commit-record.ts";
import { flushFolder, ifThere, writeDurably } from "./disk.ts";
import { erase, eraseAttached, finishErasure, type Sweeper, sweep } from "./garbage.ts";
import { filesOfAll, openGitAttachments } from "./git-attachments.ts";
import { type Git, GitRefusal, gitFor, gitTrouble } from "./git-command.ts";
import { isObjectId, openGitObjects, parseTree } from "./git-objects.ts";
import { type GitRefs, MAIN, openGitRefs } from "./git-refs.ts";
import { ensureRepository } from "./git-repository.ts";
import { writeCommit } from "./git-write.ts";
import { type History, HistoryError, type Version, type VersionFile } from "./history.ts";
import { openHolds } from "./holds.ts";
import { openObjectStore } from "./object-store.ts";
import { checkTag, pick } from "./tag-name.ts";

const ZERO_ID = "0".repeat(40);
const LOCK_TRIES = 12;
const RECOVERY_DEPTH = 100;

export interface GitHistoryOptions {
  /** The bare repository; made where absent. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onWarning?: (message: string) => void;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Commits as they were read, by id: they never change. */
const recordReader = (objects: ReturnType<typeof openGitObjects>) => {
  const records = new Map<string, CommitRecord>();
  const read = async (ids: readonly string[]): Promise<CommitRecord[]> => {
    const missing = ids.filter((id) => !records.has(id));
    for (const [place, body] of (await objects.read(missing, "commit")).entries()) {
      const id = missing[place] ?? "";
      records.set(id, parseCommit(id, body));
    }
    return ids.flatMap((id) => records.get(id) ?? []);
  };
  const one = async (id: string): Promise<CommitRecord> => {
    const [record] = await read([id]);
    if (!record) throw new HistoryError("damaged", `commit ${id} cannot be read`);
    return record;
  };
  return { read, one, forget: () => records.clear() };
};

/** Moves main from one commit to another, or says that somebody else was first. */
const moveHead = async (
  git: Git,
  refs: GitRefs,
  move: { from: string | null; to: string; clearLocks: () => Promise<void> },
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const old = move.from ?? ZERO_ID;
      await git(["update-ref", "--end-of-options", MAIN, move.to, old], { env: identity });
      return;
    } catch (cause) {
      if (!(cause instanceof GitRefusal)) throw cause;
      const head = await refs.head();
      if (head === move.to) return;
      if (head !== move.from)
        throw new HistoryError("conflict", "Another writer committed first.", { cause });
      if (attempt === LOCK_TRIES || !/lock/i.test(cause.stderr)) throw cause;
      await pause(20 * attempt);
      await move.clearLocks();
    }
  }
};

/** Opens the history of the index in this folder. Removes locks that a killed process left. */
export const openGitHistory = async (options: GitHistoryOptions): Promise<History> => {
  const path = resolve(options.path);
  const trouble = await gitTrouble();
  if (trouble !== undefined) options.onWarning?.(trouble);
  await ensureRepository(path);
  const git = gitFor(path);
  const refs = openGitRefs(path);
  const objects = openGitObjects(path, git);
  const store = await openObjectStore(path);
  const holds = openHolds(store.staging, options.now);
  const commits = recordReader(objects);
  let chain: { head: string; ids: readonly string[] } | undefined;
  let trusted: string | undefined;

  const clearLocks = async () => {
    const cleared = await refs.clearStaleLocks(options.now(), (await holds.others()) === 0);
    for (const name of cleared)
      options.onWarning?.(`Removed ${name} of ${path}, left by a process that was killed.`);
  };
  await clearLocks();

  const versionOf = (record: CommitRecord, tags: ReadonlyMap<string, string>): Version => {
    const { tree: _, ...version } = record;
    const named = [...tags].filter(([, id]) => id === record.id).map(([name]) => name);
    return { ...version, tags: named.sort() };
  };

  /** The head's id, once the log of its moves agrees with it. */
  const trustedHead = async (): Promise<string | null> => {
    for (let attempt = 0; ; attempt++) {
      const id = await refs.head();
      if (id !== null && id === trusted) return id;
      const [logged] = await refs.log();
      // Between the line in the log and the move of the ref lies a moment; the lock tells it from damage.
      if (logged === undefined || logged === id || (await refs.headIsLocked())) {
        if (id !== null) await commits.one(id);
        trusted = id ?? undefined;
        return id;
      }
      if (attempt === 3)
        throw new HistoryError(
          "damaged",
          `${MAIN} of ${path} and its log name different versions; the newest whole one is used`,
        );
      await pause(5);
    }
  };

  /** Ids of the main line, newest first. */
  const mainLine = async (head: string): Promise<readonly string[]> => {
    if (chain?.head === head) return chain.ids;
    const { parent } = await commits.one(head);
    const known = chain;
    if (known && parent === known.head) {
      chain = { head, ids: [head, ...known.ids] };
      return chain.ids;
    }
    const listed = await git(["rev-list", "--first-parent", "--end-of-options", head]).catch(
      (cause: unknown) => {
        throw new HistoryError("damaged", `the versions of ${path} cannot all be read`, { cause });
      },
    );
    chain = { head, ids: listed.toString("latin1").trim().split("\n") };
    return chain.ids;
  };

  const recover = async (): Promise<Version | null> => {
    const tags = await refs.tags();
    const traces = new Set([...(await refs.log()), ...tags.values()]);
    const head = await refs.head().catch((error: unknown) => {
      options.onWarning?.(String(error));
      return null;
    });
    if (head !== null) traces.add(head);
    let best: CommitRecord | undefined;
    for (const trace of traces) {
      let id: string | null = trace;
      for (let depth = 0; id !== null && depth < RECOVERY_DEPTH; depth++) {
        const record: CommitRecord | undefined = await intact(id);
        if (record === undefined) break;
        if (!best || record.number > best.number) best = record;
        id = record.number > (best?.number ?? 0) ? record.parent : null;
      }
    }
    return best ? versionOf(best, tags) : null;
  };

  /** The record of a commit whose whole tree can be read, otherwise undefined. */
  const intact = async (id: string): Promise<CommitRecord | undefined> => {
    try {
      const record = await commits.one(id);
      await readTree(record.tree);
      return record;
    } catch (error) {
      if (error instanceof HistoryError) return undefined;
      throw error;
    }
  };

  const readTree = async (root: string): Promise<Map<string, { id: string; blob: Buffer }>> => {
    const blobs: { path: string; id: string }[] = [];
    let level = [{ path: "", id: root }];
    while (level.length > 0) {
      const ids = level.map(({ id }) => id);
      const bodies = await objects.read(ids, "tree");
      const next: typeof level = [];
      for (const [place, body] of bodies.entries())
        for (const entry of parseTree(body)) {
          const to = { path: `${level[place]?.path ?? ""}${entry.name}`, id: entry.id };
          if (entry.mode === "40000") next.push({ ...to, path: `${to.path}/` });
          else blobs.push(to);
        }
      level = next;
    }
    const ids = blobs.map(({ id }) => id);
    const bodies = await objects.read(ids, "blob");
    const files = new Map<string, { id: string; blob: Buffer }>();
    for (const [place, blob] of bodies.entries()) {
      const { path: name, id } = blobs[place] ?? { path: "", id: "" };
      files.set(name, { id, blob });
    }
    return files;
  };

  const read = async (id: string): Promise<Map<string, VersionFile>> => {
    const files = await readTree((await commits.one(id)).tree);
    files.delete(".gitattributes");
    return new Map([...files].map(([name, { blob }]) => [name, fileOf(blob)] as const));
  };

  const list = async (): Promise<Version[]> => {
    const head = await trustedHead();
    if (head === null) return [];
    const tags = await refs.tags();
    const records = await commits.read(await mainLine(head));
    return records.map((record) => versionOf(record, tags));
  };

  const write = async (
    version: { parent: string | null; number: number; message: string; at: number },
    files: ReadonlyMap<string, VersionFile>,
    known: ReadonlySet<string>,
  ) => {
    // A pointer to nothing would be a version that can never be read.
    for (const file of files.values())
      if (file.kind === "object" && !(await ifThere(stat(store.path(file.object)))))
        throw new HistoryError("unavailable", `object ${file.object.sha256} was never adopted`);
    const { parent, number, message, at } = version;
    return writeCommit(path, git, store.staging, { files, parent, number, message, at, known });
  };

  const attachments = openGitAttachments({
    path,
    git,
    refs,
    commit: commits.one,
    read,
    write: (commit, files) => write(commit, files, new Set()),
    find: async (number) => pick(await list(), number),
    hold: holds.take,
    clearLocks,
  });

  const sweeper: Sweeper = {
    path,
    git,
    store,
    now: options.now,
    othersAtWork: () => holds.others(),
    list,
    read: (version) => read(version.id),
    attached: () => filesOfAll(attachments),
    dropAttachments: attachments.drop,
    forget: () => {
      chain = undefined;
      trusted = undefined;
      commits.forget();
    },
  };

  /** Makes a damaged head name a version that is whole, so that the next commit has something to stand on. */
  const mendHead = async (id: string): Promise<void> => {
    options.onWarning?.(`The head of ${path} was damaged; it now names ${id}.`);
    await writeDurably(join(path, MAIN), `${id}\n`);
    await rm(join(path, "logs", MAIN), { force: true });
    sweeper.forget();
  };

  const headForWriting = async (parent: string | null): Promise<string | null> => {
    try {
      return await trustedHead();
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
      const found = await recover();
      if (!found || found.id !== parent) throw error;
      await mendHead(found.id);
      return found.id;
    }
  };

  return {
    recover,
    stage: store.stage,
    adopt: store.adopt,
    objectPath: store.path,
    verify: store.verify,
    hold: holds.take,
    head: async () => {
      const id = await trustedHead();
      return id === null ? null : versionOf(await commits.one(id), await refs.tags());
    },
    list: async (page = {}) => {
      const before = page.before ?? Number.POSITIVE_INFINITY;
      const versions = (await list()).filter((version) => version.number < before);
      return versions.slice(0, page.limit ?? versions.length);
    },
    find: async (address) => {
      // A whole id needs no list, which may be unreadable where an older commit is damaged.
      if (typeof address === "string" && isObjectId(address)) {
        const record = await commits.one(address);
        return versionOf(record, await refs.tags());
      }
      return pick(await list(), address);
    },
    read: (version) => read(version.id),
    commit: async (version) => {
      const release = await holds.take();
      try {
        const { parent, message, at } = version;
        if ((await headForWriting(parent)) !== parent)
          throw new HistoryError("conflict", "Another writer committed first.");
        const before = parent === null ? null : await commits.one(parent);
        const kept = before === null ? [] : [...(await readTree(before.tree)).values()];
        const known = new Set(kept.map(({ id }) => id));
        const number = (before?.number ?? 0) + 1;
        const id = await write({ parent, number, message, at }, version.files, known);
        await moveHead(git, refs, { from: parent, to: id, clearLocks });
        await flushFolder(join(path, "refs", "heads"));
        return versionOf(await commits.one(id), await refs.tags());
      } finally {
        await release();
      }
    },
    tag: async (version, name) => {
      checkTag(name);
      const release = await holds.take();
      try {
        if ((await refs.tags()).has(name))
          throw new HistoryError("bad-tag", `The tag "${name}" is taken.`);
        const ref = `refs/tags/${name}`;
        await git(["update-ref", "--end-of-options", ref, version.id, ZERO_ID]);
        await flushFolder(join(path, "refs", "tags"));
      } finally {
        await release();
      }
    },
    rewrite: async (change) => {
      const release = await holds.take();
      try {
        const rewritten = (
          version: Version,
          parent: string | null,
          files: Map<string, VersionFile>,
        ) => write({ ...version, parent }, files, new Set());
        await erase(sweeper, refs.tags, { change, write: rewritten });
      } finally {
        await release();
      }
    },
    attach: attachments.attach,
    attachmentNames: attachments.attachmentNames,
    attachments: attachments.attachments,
    readAttachment: attachments.readAttachment,
    detach: attachments.detach,
    eraseAttachments: async () => {
      const release = await holds.take();
      try {
        await eraseAttached(sweeper);
      } finally {
        await release();
      }
    },
    collectGarbage: async (limits) => {
      const release = await holds.take();
      try {
        const unfinished = await finishErasure(sweeper);
        return unfinished + (await sweep(sweeper, limits));
      } finally {
        await release();
      }
    },
    close: async () => sweeper.forget(),
  };
};
