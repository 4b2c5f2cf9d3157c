// Takes away what no version or attachment names: after an erasure at once and down to the last byte, otherwise after a time of grace.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere, writeDurably } from "./disk.ts";
import { type Git, GitRefusal } from "./git-command.ts";
import { ERASED, MAIN } from "./git-refs.ts";
import { HistoryError, type Version, type VersionFile } from "./history.ts";
import { dayBefore, type ObjectStore } from "./object-store.ts";
import { moveRefs } from "./ref-moves.ts";

/** What is left to do of an erasure stands in this file until it is done, so that a killed one is finished later. */
const PENDING = "erasure-pending";
const REPACK_AT_LOOSE_OBJECTS = 4000;
const WAIT_FOR_WRITERS_MS = 60_000;
const WAIT_STEP_MS = 50;
const MOVE_TRIES = 20;

type Files = ReadonlyMap<string, VersionFile>;

export interface Sweeper {
  readonly path: string;
  readonly git: Git;
  readonly store: ObjectStore;
  readonly now: () => number;
  othersAtWork(): Promise<number>;
  list(): Promise<Version[]>;
  read(version: Version): Promise<Map<string, VersionFile>>;
  /** The files of every attachment that can be read. */
  attached(): Promise<readonly Files[]>;
  /** Removes the refs of all attachments. */
  dropAttachments(): Promise<void>;
  /** Makes the mark of erasures name the head. */
  markErasure(): Promise<void>;
  /** Drops what is remembered of commits. */
  forget(): void;
}

export interface Rewriting {
  tags(): Promise<ReadonlyMap<string, string>>;
  /** What the erasure before left as the head. */
  erased(): Promise<string | null>;
  change(files: Files, version: Version): Promise<Files>;
  write(version: Version, parent: string | null, files: Map<string, VersionFile>): Promise<string>;
}

/** Adds up the objects that some version or attachment names. */
const namedObjects = async (sweeper: Sweeper): Promise<Set<string>> => {
  const named = new Set<string>();
  const add = (files: Files) => {
    for (const file of files.values()) if (file.kind === "object") named.add(file.object.sha256);
  };
  for (const version of await sweeper.list()) add(await sweeper.read(version));
  for (const files of await sweeper.attached()) add(files);
  return named;
};

const removeUnnamed = async (sweeper: Sweeper, changedBefore: number): Promise<number> => {
  const named = await namedObjects(sweeper);
  let freed = 0;
  for (const object of await sweeper.store.list()) {
    if (named.has(object.sha256) || object.changedAt >= changedBefore) continue;
    await sweeper.store.remove(object.sha256);
    freed += object.size;
  }
  return freed;
};

/** A writer at work may be about to publish objects that nothing names yet: it is let finish first. */
const waitForOthers = async (sweeper: Sweeper): Promise<void> => {
  for (let waited = 0; (await sweeper.othersAtWork()) > 0; waited += WAIT_STEP_MS) {
    if (waited >= WAIT_FOR_WRITERS_MS)
      throw new HistoryError(
        "unavailable",
        `Another process has been writing to ${sweeper.path} for a minute; the erasure is noted and is finished when it is asked for again.`,
      );
    await new Promise((done) => setTimeout(done, WAIT_STEP_MS));
  }
};

/** Notes that an erasure has begun, before anything is done about it. */
export const noteErasure = (path: string): Promise<void> => writeDurably(join(path, PENDING), "");

/** Finishes an erasure that was begun, by this process or a killed one; returns bytes freed, 0 where there is none. */
export const finishErasure = async (sweeper: Sweeper): Promise<number> => {
  const pending = join(sweeper.path, PENDING);
  if (!(await ifThere(stat(pending)))) return 0;
  await waitForOthers(sweeper);
  // After the wait: who was at work may have attached what it had worked out from the old versions.
  await sweeper.dropAttachments();
  sweeper.forget();
  // Again where others have committed since, and where the erasure was killed between moving the head and telling of it.
  await sweeper.markErasure();
  await sweeper.git(["reflog", "expire", "--expire=now", "--all"]);
  await rm(join(sweeper.path, "logs"), { recursive: true, force: true });
  await sweeper.git(["gc", "--quiet", "--prune=now"]);
  const everything = Number.POSITIVE_INFINITY;
  const freed =
    (await sweeper.store.sweepStaging(everything)) + (await removeUnnamed(sweeper, everything));
  await rm(pending, { force: true });
  return freed;
};

/**
 * Rewrites all versions, moves main and the tags in one transaction, then erases what the old ones alone named. Versions that
 * other writers commit meanwhile are rewritten on top, so that a busy index is erased from as well.
 */
export const erase = async (sweeper: Sweeper, rewriting: Rewriting): Promise<void> => {
  await noteErasure(sweeper.path);
  const renamed = new Map<string, string>();
  for (let tries = 1; ; tries++) {
    const versions = await sweeper.list();
    await rewriteNew(sweeper, [...versions].reverse(), renamed, rewriting);
    const [head] = versions;
    const moves = [[MAIN, head?.id ?? ""] as const, ...tagRefs(await rewriting.tags())]
      .map(([ref, from]) => ({ ref, from, to: renamed.get(from) ?? from }))
      .filter(({ from, to }) => from !== to);
    try {
      if (head !== undefined && moves.length > 0) {
        // The mark moves last: who reads it before the head takes the new version for an old one, never the reverse.
        const from = await rewriting.erased();
        const mark = { ref: ERASED, from, to: renamed.get(head.id) ?? head.id };
        await moveRefs(sweeper.git, mark.from === mark.to ? moves : [...moves, mark]);
      }
      break;
    } catch (cause) {
      if (!(cause instanceof GitRefusal)) throw cause;
      if (tries === MOVE_TRIES)
        throw new HistoryError("conflict", "Others kept committing during the erasure.", { cause });
    }
  }
  await finishErasure(sweeper);
};

/** Takes away all attachments and every trace of them; versions stay as they are. */
export const eraseAttached = async (sweeper: Sweeper): Promise<void> => {
  await noteErasure(sweeper.path);
  await finishErasure(sweeper);
};

const rewriteNew = async (
  sweeper: Sweeper,
  versions: readonly Version[],
  renamed: Map<string, string>,
  rewriting: Rewriting,
): Promise<void> => {
  let parent: string | null = null;
  for (const version of versions) {
    let id = renamed.get(version.id);
    if (id === undefined) {
      const files = await sweeper.read(version);
      const changed = await rewriting.change(files, version);
      const same: boolean = changed === files && version.parent === parent;
      id = same ? version.id : await rewriting.write(version, parent, new Map(changed));
      renamed.set(version.id, id);
    }
    parent = id;
  }
};

const tagRefs = (tags: ReadonlyMap<string, string>) =>
  [...tags].map(([name, id]) => [`refs/tags/${name}`, id] as const);

const looseObjects = async (path: string): Promise<number> => {
  let count = 0;
  for (const folder of await readdir(join(path, "objects")))
    if (folder.length === 2) count += (await readdir(join(path, "objects", folder))).length;
  return count;
};

/** The everyday tidying: leftovers past their grace, and git's own small files into a pack once there are thousands. */
export const sweep = async (
  sweeper: Sweeper,
  limits: { readonly now: number; readonly graceMs: number },
): Promise<number> => {
  const staged = await sweeper.store.sweepStaging(dayBefore(limits.now));
  const freed = staged + (await removeUnnamed(sweeper, limits.now - limits.graceMs));
  const quiet = (await sweeper.othersAtWork()) === 0;
  if (quiet && (await looseObjects(sweeper.path)) > REPACK_AT_LOOSE_OBJECTS)
    await sweeper.git(["gc", "--quiet", "--prune=2.weeks.ago"]);
  return freed;
};
