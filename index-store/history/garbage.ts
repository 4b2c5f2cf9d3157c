// Removes what no version or attachment names: after an erasure at once and completely, otherwise after a grace period.
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeBrokenObjects } from "./broken-objects.ts";
import { ifThere, writeDurably } from "./disk.ts";
import { isDamaged } from "./git-attachment-reader.ts";
import { type Git, GitRefusal } from "./git-command.ts";
import { ERASED, MAIN } from "./git-refs.ts";
import { HistoryError, type Version, type VersionFile } from "./history.ts";
import type { Holds } from "./holds.ts";
import { dayBefore, type ObjectStore } from "./object-store.ts";
import { moveRefs, type RefMove } from "./ref-moves.ts";

/** This file is there from the beginning of an erasure to its end, so that one that was killed is finished later. */
const PENDING = "erasure-pending";
const REPACK_AT_LOOSE_OBJECTS = 4000;
const MOVE_TRIES = 20;

type Files = ReadonlyMap<string, VersionFile>;

export interface Sweeper {
  readonly path: string;
  readonly git: Git;
  readonly store: ObjectStore;
  readonly now: () => number;
  readonly holds: Pick<Holds, "take" | "others" | "alone">;
  list(): Promise<Version[]>;
  read(version: Version): Promise<Map<string, VersionFile>>;
  /** The files of every attachment that can be read. */
  attached(): Promise<readonly Files[]>;
  /** Removes the refs of all attachments. */
  dropAttachments(): Promise<void>;
  /** Makes the mark of erasures name the head. */
  markErasure(): Promise<void>;
  /** Drops commits kept in memory. */
  forget(): void;
}

export interface Rewriting {
  /** Versions of the main line, newest first; where the record of one is damaged, those that can still be read. */
  readable(): Promise<Version[]>;
  tags(): Promise<ReadonlyMap<string, string>>;
  /** What the erasure before left as the head. */
  erased(): Promise<string | null>;
  /** null: the version is dropped. */
  change(files: Files, version: Version): Promise<Files | null>;
  write(version: Version, parent: string | null, files: Map<string, VersionFile>): Promise<string>;
  /** Says for a person what was dropped. */
  warn(message: string): void;
}

/** The objects that some version or attachment names. */
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

/** The content of that file where only attachments are erased, so that searchers need not be closed. */
const ATTACHMENTS_ONLY = "attachments\n";

/** Notes that an erasure from versions has begun, before anything is done about it. */
export const noteErasure = (path: string): Promise<void> => writeDurably(join(path, PENDING), "");

/** The same of attachments alone; a note of another erasure stays as it is. */
const noteAttachments = async (path: string): Promise<void> => {
  const pending = join(path, PENDING);
  if (!(await ifThere(stat(pending)))) await writeDurably(pending, ATTACHMENTS_ONLY);
};

/** Whether a killed process left an erasure. Where it was one from versions, its mark is moved. */
const isPending = async (sweeper: Sweeper): Promise<boolean> => {
  const pending = await ifThere(readFile(join(sweeper.path, PENDING), "latin1"));
  // It may have been killed between moving the head and moving the mark.
  if (pending !== undefined && pending !== ATTACHMENTS_ONLY) await sweeper.markErasure();
  return pending !== undefined;
};

/**
 * Finishes an erasure that a killed process began; returns bytes freed, 0 where there is none.
 * @param rewriting where versions that cannot be read are to be dropped: git removes nothing while one of them is named
 */
export const resumeErasure = async (sweeper: Sweeper, rewriting?: Rewriting): Promise<number> => {
  if (!(await isPending(sweeper))) return 0;
  if (rewriting) await held(sweeper, () => rewriteAll(sweeper, rewriting));
  return finishErasure(sweeper);
};

/**
 * Removes what the rewritten versions no longer name; returns bytes freed. No writer is at work meanwhile: what it has written
 * and not yet named would be removed. Called without a hold, or two that erase at once would wait for each other.
 */
export const finishErasure = (sweeper: Sweeper): Promise<number> =>
  sweeper.holds.alone(async () => {
    // Only now: a writer that was waited for may have attached what it had computed from the old versions.
    await sweeper.dropAttachments();
    sweeper.forget();
    await sweeper.git(["reflog", "expire", "--expire=now", "--all"]);
    await rm(join(sweeper.path, "logs"), { recursive: true, force: true });
    await removeBrokenObjects(sweeper.path);
    await sweeper.git(["gc", "--quiet", "--prune=now"]);
    const everything = Number.POSITIVE_INFINITY;
    const freed =
      (await sweeper.store.sweepStaging(everything)) + (await removeUnnamed(sweeper, everything));
    await rm(join(sweeper.path, PENDING), { force: true });
    return freed;
  });

const held = async <T>({ holds }: Sweeper, work: () => Promise<T>): Promise<T> => {
  const release = await holds.take();
  try {
    return await work();
  } finally {
    await release();
  }
};

/**
 * Rewrites all versions, moves main and the tags in one transaction, then erases what the old ones alone named. Versions that
 * other writers commit meanwhile are rewritten on top, so that a busy index is erased from as well.
 */
export const erase = async (sweeper: Sweeper, rewriting: Rewriting): Promise<void> => {
  await isPending(sweeper);
  await held(sweeper, async () => {
    await noteErasure(sweeper.path);
    await rewriteAll(sweeper, rewriting);
  });
  await finishErasure(sweeper);
};

const rewriteAll = async (sweeper: Sweeper, rewriting: Rewriting): Promise<void> => {
  // A broken loose object would be read in place of a whole one in a pack.
  await removeBrokenObjects(sweeper.path);
  const renamed: Renamed = new Map();
  for (let tries = 1; ; tries++) {
    const versions = await rewriting.readable();
    await rewriteNew(sweeper, [...versions].reverse(), renamed, rewriting);
    const [head] = versions;
    const moves = [[MAIN, head?.id ?? ""] as const, ...tagRefs(await rewriting.tags())]
      // A tag of a version that is not in the history any more would keep what is erased.
      .map(([ref, from]) => ({ ref, from, to: renamed.get(from) ?? null }))
      .filter(({ from, to }) => from !== to);
    try {
      if (head !== undefined) await moveAll(sweeper, rewriting, { moves, renamed, head });
      break;
    } catch (cause) {
      if (!(cause instanceof GitRefusal)) throw cause;
      if (tries === MOVE_TRIES)
        throw new HistoryError("conflict", "Others kept committing during the erasure.", { cause });
    }
  }
};

/** Moves the head and the tags, then the mark of erasures. */
const moveAll = async (
  { git }: Sweeper,
  rewriting: Rewriting,
  to: { readonly moves: readonly RefMove[]; readonly renamed: Renamed; readonly head: Version },
): Promise<void> => {
  const { moves, renamed, head } = to;
  const from = await rewriting.erased();
  // One of a version that was given up as damaged would keep it.
  const isLost = from !== null && !renamed.has(from) && ![...renamed.values()].includes(from);
  if (moves.length === 0 && !isLost) return;
  // The mark moves after the head: a reader between the two takes the new version for an old one, never the reverse.
  const mark = { ref: ERASED, from, to: renamed.get(head.id) ?? head.id };
  await moveRefs(git, mark.from === mark.to ? moves : [...moves, mark]);
};

/** Removes all attachments and every trace of them; versions stay as they are. */
export const eraseAttached = async (sweeper: Sweeper, rewriting: Rewriting): Promise<void> => {
  await isPending(sweeper);
  await held(sweeper, async () => {
    await noteAttachments(sweeper.path);
    await rewriteAll(sweeper, rewriting);
  });
  await finishErasure(sweeper);
};

/** The id of each rewritten version by the one it had; null where it was dropped. */
type Renamed = Map<string, string | null>;

const rewriteNew = async (
  sweeper: Sweeper,
  versions: readonly Version[],
  renamed: Renamed,
  rewriting: Rewriting,
): Promise<void> => {
  let parent: string | null = null;
  for (const version of versions) {
    let id = renamed.get(version.id);
    if (id === undefined) {
      const files = await readUnlessDamaged(sweeper, version);
      const changed = files && (await rewriting.change(files, version));
      const same: boolean = changed === files && version.parent === parent;
      if (!changed) {
        if (version === versions.at(-1)) throw unreadable(version);
        rewriting.warn(`Version ${version.number} cannot be read and was dropped.`);
        id = null;
      } else id = same ? version.id : await rewriting.write(version, parent, new Map(changed));
      renamed.set(version.id, id);
    }
    parent = id ?? parent;
  }
};

const unreadable = ({ number }: Version) =>
  new HistoryError(
    "damaged",
    `The newest version, ${number}, cannot be read: repair it, then erase again.`,
  );

/** The files of a version; null where they cannot be read. */
const readUnlessDamaged = async (sweeper: Sweeper, version: Version): Promise<Files | null> => {
  try {
    return await sweeper.read(version);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return null;
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

/** Regular garbage collection: leftovers past their grace, and git's own small files into a pack once there are thousands. */
export const sweep = async (
  sweeper: Sweeper,
  rewriting: Rewriting,
  limits: { readonly now: number; readonly graceMs: number },
): Promise<number> =>
  (await resumeErasure(sweeper, rewriting)) +
  (await held(sweeper, () => sweepOld(sweeper, limits)));

const sweepOld = async (
  sweeper: Sweeper,
  limits: { readonly now: number; readonly graceMs: number },
): Promise<number> => {
  const staged = await sweeper.store.sweepStaging(dayBefore(limits.now));
  const freed = staged + (await removeUnnamed(sweeper, limits.now - limits.graceMs));
  const quiet = (await sweeper.holds.others()) === 0;
  if (quiet && (await looseObjects(sweeper.path)) > REPACK_AT_LOOSE_OBJECTS)
    await sweeper.git(["gc", "--quiet", "--prune=2.weeks.ago"]);
  return freed;
};
