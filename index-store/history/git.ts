// History in a bare git repository: a version is a commit on main, its large files are Git LFS pointers, moving the ref commits it.
import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { removeBrokenObjects } from "./broken-objects.ts";
import { blobOf } from "./commit-record.ts";
import { flushFolder, ifThere, writeDurably } from "./disk.ts";
import { dropVersions } from "./drop.ts";
import { noteDropped } from "./dropped.ts";
import { erase, eraseAttached, type Rewriting, type Sweeper, sweep } from "./garbage.ts";
import { filesOfAll } from "./git-attachment-reader.ts";
import { openGitAttachments } from "./git-attachments.ts";
import { type Git, GitRefusal, gitFor, gitTrouble } from "./git-command.ts";
import { readingOf } from "./git-follower.ts";
import { openGitReader } from "./git-reader.ts";
import { ERASED, type GitRefs, MAIN, openGitRefs, TAGS } from "./git-refs.ts";
import { ensureRepository } from "./git-repository.ts";
import { blobId, writeCommit } from "./git-write.ts";
import { type History, HistoryError, type VersionFile } from "./history.ts";
import { openHolds } from "./holds.ts";
import { openObjectStore } from "./object-store.ts";
import { moveRefs } from "./ref-moves.ts";
import { checkTag, unknownVersion } from "./tag-name.ts";

const LOCK_TRIES = 12;

export interface GitHistoryOptions {
  /** The bare repository; made where absent. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onWarning?: (message: string) => void;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Moves main from one commit to another. @throws HistoryError "conflict" where another writer was first */
const moveHead = async (
  git: Git,
  refs: GitRefs,
  move: { from: string | null; to: string; clearLocks: () => Promise<void> },
): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await moveRefs(git, [{ ref: MAIN, from: move.from, to: move.to }]);
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
  const reader = openGitReader({ path, git, refs, onWarning: options.onWarning });
  const store = await openObjectStore(path);
  const holds = openHolds(store.staging);

  const clearLocks = async () => {
    const cleared = await refs.clearStaleLocks(options.now(), (await holds.others()) === 0);
    for (const name of cleared)
      options.onWarning?.(`Removed ${name} of ${path}, left by a process that was killed.`);
  };
  await clearLocks();

  const write = async (
    version: { parent: string | null; number: number; message: string; at: number },
    files: ReadonlyMap<string, VersionFile>,
    known: ReadonlySet<string>,
  ) => {
    // A version with a pointer to an absent object could never be read. What the parent names may be absent: it is being repaired.
    for (const file of files.values())
      if (
        file.kind === "object" &&
        !known.has(blobId(blobOf(file))) &&
        !(await ifThere(stat(store.path(file.object))))
      )
        throw new HistoryError("unavailable", `object ${file.object.sha256} was never adopted`);
    const { parent, number, message, at } = version;
    return writeCommit(path, git, store.staging, { files, parent, number, message, at, known });
  };

  const attachments = openGitAttachments({
    path,
    git,
    refs,
    commit: reader.commit,
    read: reader.read,
    write: (commit, files) => write(commit, files, new Set()),
    find: async (number) => reader.find(number),
    hold: holds.take,
    clearLocks,
  });

  const sweeper: Sweeper = {
    path,
    git,
    store,
    now: options.now,
    holds,
    list: reader.list,
    read: (version) => reader.read(version.id),
    attached: () => filesOfAll(attachments),
    dropAttachments: attachments.drop,
    markErasure: async () => {
      const [head, mark] = [await refs.head(), await refs.erased()];
      if (head !== null && head !== mark)
        await moveRefs(git, [{ ref: ERASED, from: mark, to: head }]);
    },
    forget: reader.forget,
  };

  const rewriting: Rewriting = {
    readable: reader.readable,
    tags: refs.tags,
    erased: refs.erased,
    change: async (files) => files,
    write: (version, parent, files) => write({ ...version, parent }, files, new Set()),
    warn: (message) => options.onWarning?.(message),
  };

  /** Makes a damaged head name a whole version, so that the next commit has a parent. */
  const mendHead = async (id: string): Promise<void> => {
    options.onWarning?.(`The head of ${path} was damaged; it now names ${id}.`);
    await writeDurably(join(path, MAIN), `${id}\n`);
    await rm(join(path, "logs", MAIN), { force: true });
    await removeBrokenObjects(path);
    reader.forget();
  };

  /** Lets a history of which no commit can be read begin again. */
  const removeHead = async (): Promise<void> => {
    options.onWarning?.(`No version of ${path} can be read; its history begins again.`);
    await rm(join(path, MAIN), { force: true });
    await flushFolder(join(path, "refs", "heads"));
    await rm(join(path, "logs", MAIN), { force: true });
    await removeBrokenObjects(path);
    reader.forget();
  };

  /** What the commit holds already. Files of a damaged one are written again. */
  const knownBlobs = async (id: string): Promise<ReadonlySet<string>> => {
    try {
      return await reader.blobIds(id);
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
      await removeBrokenObjects(path);
      return new Set();
    }
  };

  const headForWriting = async (parent: string | null): Promise<string | null> => {
    try {
      const id = await reader.trustedHead();
      if (id === parent || id === null || parent === null) return id;
      // Another writer was first.
      if (await reader.isWhole(id)) return id;
      // A head whose files cannot be read gives way to the version before it that the writer builds on.
      const found = await reader.recover();
      if (found?.id !== parent) return id;
      await mendHead(found.id);
      return found.id;
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
      const found = await reader.recover();
      if (found === null && parent === null) {
        await removeHead();
        return null;
      }
      if (!found || found.id !== parent) throw error;
      await mendHead(found.id);
      return found.id;
    }
  };

  return {
    ...readingOf(reader, attachments),
    stage: store.stage,
    adopt: store.adopt,
    objectPath: store.path,
    verify: store.verify,
    hold: holds.take,
    commit: async (version) => {
      const release = await holds.take();
      try {
        const { parent, message, at } = version;
        if ((await headForWriting(parent)) !== parent)
          throw new HistoryError("conflict", "Another writer committed first.");
        const before = parent === null ? null : await reader.commit(parent);
        const known = before === null ? new Set<string>() : await knownBlobs(before.id);
        const number = (before?.number ?? 0) + 1;
        const id = await write({ parent, number, message, at }, version.files, known);
        await moveHead(git, refs, { from: parent, to: id, clearLocks });
        await flushFolder(join(path, "refs", "heads"));
        return reader.versionOf(id);
      } finally {
        await release();
      }
    },
    tag: async (version, name) => {
      checkTag(name);
      const release = await holds.take();
      try {
        if ((await reader.dropped()).has(version.id)) throw unknownVersion(version.number);
        if ((await refs.tags()).has(name))
          throw new HistoryError("bad-tag", `The tag "${name}" is taken.`);
        await moveRefs(git, [{ ref: `${TAGS}${name}`, from: null, to: version.id }]);
        await flushFolder(join(path, "refs", "tags"));
      } finally {
        await release();
      }
    },
    untag: async (version, name) => {
      const release = await holds.take();
      try {
        if ((await refs.tags()).get(name) !== version.id) return false;
        await moveRefs(git, [{ ref: `${TAGS}${name}`, from: version.id, to: null }]);
        await flushFolder(join(path, "refs", "tags"));
        return true;
      } finally {
        await release();
      }
    },
    rewrite: (change) => erase(sweeper, { ...rewriting, change }),
    drop: (choose) =>
      dropVersions(
        {
          holds,
          store,
          list: reader.list,
          read: sweeper.read,
          attached: sweeper.attached,
          analysed: async () => {
            const names = await attachments.attachmentNames();
            const all = await Promise.all(names.map((name) => attachments.chain(name)));
            return new Set(all.flatMap(({ found }) => found.map(({ version }) => version)));
          },
          note: async (versions) => {
            const ids = new Set([...(await reader.dropped()), ...versions.map(({ id }) => id)]);
            await noteDropped(git, refs, ids);
            await flushFolder(join(path, "refs", "index"));
          },
        },
        choose,
      ),
    attach: attachments.attach,
    detach: attachments.detach,
    eraseAttachments: () => eraseAttached(sweeper, rewriting),
    collectGarbage: (limits) => sweep(sweeper, rewriting, limits),
  };
};
