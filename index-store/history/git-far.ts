// Follows a git history of another host: fetches its commits into a repository here, and the large files that they name.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ifThere } from "./disk.ts";
import { copyObject } from "./far-objects.ts";
import { finishErasure, noteErasure, resumeErasure, type Sweeper } from "./garbage.ts";
import { filesOfAll, openGitAttachmentReader } from "./git-attachment-reader.ts";
import { gitFor, gitTrouble } from "./git-command.ts";
import { fetchRecords, type Plan, planMoves } from "./git-fetch.ts";
import { readingOf } from "./git-follower.ts";
import { openGitReader } from "./git-reader.ts";
import { openGitRefs } from "./git-refs.ts";
import { ensureRepository } from "./git-repository.ts";
import {
  type FarHistory,
  type FollowedHistory,
  HistoryError,
  type ObjectRef,
  type Version,
} from "./history.ts";
import { openHolds } from "./holds.ts";
import { openObjectStore } from "./object-store.ts";
import { moveRefs } from "./ref-moves.ts";

/** An erasure on the other host may remove objects while they are copied: then its records are fetched again, so many times. */
const TRIES = 10;
/** Objects that are copied at a time. */
const COPIES = 4;

export interface FarGitOptions {
  /** A bare repository of this follower's own; made where absent. */
  readonly path: string;
  readonly far: FarHistory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Opens the copy that follows another host. `follow` fetches: all records, and the objects of the newest version before it
 * becomes the newest here; those of older versions and of attachments are fetched when `verify` first asks for them.
 */
export const openFarGitHistory = async (options: FarGitOptions): Promise<FollowedHistory> => {
  const { far, now, onWarning } = options;
  const path = resolve(options.path);
  const trouble = await gitTrouble();
  if (trouble !== undefined) onWarning?.(trouble);
  await ensureRepository(path);
  const git = gitFor(path);
  const refs = openGitRefs(path);
  const reader = openGitReader({ path, git, refs, onWarning });
  const { commit, read } = reader;
  const attachments = openGitAttachmentReader({ path, refs, commit, read });
  const store = await openObjectStore(path);
  const holds = openHolds(store.staging);
  let erasures = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const sweeper: Sweeper = {
    path,
    git,
    store,
    now,
    holds,
    list: reader.list,
    read: (version) => read(version.id),
    attached: () => filesOfAll(attachments),
    // Refs are those of the other host, which has done both before they were fetched.
    dropAttachments: async () => undefined,
    markErasure: async () => undefined,
    forget: reader.forget,
  };

  const copyMissing = async (id: string, signal?: AbortSignal): Promise<void> => {
    const missing = new Map<string, ObjectRef>();
    for (const file of (await read(id)).values()) {
      if (file.kind !== "object") continue;
      const there = await ifThere(stat(store.path(file.object)));
      if (there?.size !== file.object.size) missing.set(file.object.sha256, file.object);
    }
    // Most of the time goes by until each is on the disk: that of several goes by at once.
    const objects = [...missing.values()];
    const copyNext = async (): Promise<void> => {
      for (let object = objects.pop(); object !== undefined; object = objects.pop())
        await copyObject(far.objects, store, object, signal);
    };
    const copied = await Promise.allSettled(Array.from({ length: COPIES }, copyNext));
    for (const one of copied) if (one.status === "rejected") throw one.reason;
  };

  /** Copies what the new head needs; returns the error where that failed. */
  const triedToCopy = async (head: string, signal?: AbortSignal): Promise<Error | undefined> => {
    try {
      await copyMissing(head, signal);
      return undefined;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof HistoryError) return error;
      throw error;
    }
  };

  /** Makes the refs here those that were fetched; true where something was erased there, whose bytes are still here. */
  const takeOver = async ({ moves, erases }: Plan): Promise<boolean> => {
    if (erases) await noteErasure(path);
    if (moves.length > 0) await moveRefs(git, moves);
    if (erases) erasures++;
    return erases;
  };

  interface Taken {
    readonly erases: boolean;
    /** Why the newest version is not complete here. */
    readonly error?: Error;
  }

  const fetchAll = async (signal?: AbortSignal): Promise<Taken> => {
    let failed: { readonly head: string; readonly error: Error } | undefined;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      await fetchRecords(git, far.remote, signal);
      const plan = await planMoves({ path, refs, reader });
      const { head, erases } = plan;
      if (head === null) return { erases: false };
      const isSame: boolean = failed?.head === head;
      const error = isSame ? failed?.error : await triedToCopy(head, signal);
      if (error === undefined) return { erases: await takeOver(plan) };
      if (isSame || attempt === TRIES)
        // What was erased there must go here, even where the version that takes its place is not complete yet.
        return { erases: erases && (await takeOver(plan)), error };
      failed = { head, error };
    }
  };

  const followNow = async (signal?: AbortSignal): Promise<Version | null> => {
    await resumeErasure(sweeper);
    const release = await holds.take();
    let taken: Taken;
    try {
      for (const name of await refs.clearStaleLocks(now(), (await holds.others()) === 0))
        onWarning?.(`Removed ${name} of ${path}, left by a process that was killed.`);
      taken = await fetchAll(signal);
    } finally {
      await release();
    }
    if (taken.erases) await finishErasure(sweeper);
    if (taken.error !== undefined) throw taken.error;
    return reader.head();
  };

  /** Fetches an object that is absent or damaged here; false where that cannot be had. */
  const obtain = async (object: ObjectRef): Promise<boolean> => {
    const before = erasures;
    const release = await holds.take();
    try {
      await copyObject(far.objects, store, object);
      if (erasures === before) return true;
      // An erasure went on beside it and may have been done with this very object.
      await store.remove(object.sha256);
      return false;
    } catch (error) {
      if (!(error instanceof HistoryError)) throw error;
      onWarning?.(error.message);
      return false;
    } finally {
      await release();
    }
  };

  return {
    ...readingOf(reader, attachments),
    objectPath: store.path,
    verify: async (object) => (await store.verify(object)) || (await obtain(object)),
    follow: (signal) => {
      const turn = queue.then(() => followNow(signal));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
};
