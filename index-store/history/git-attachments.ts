// Writes attachments into git: a commit on the chain of its name, moved by compare-and-swap of `refs/attachments/<name>`.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { flushFolder, ifThere } from "./disk.ts";
import {
  type AttachmentReaderParts,
  attachmentRef,
  type GitAttachmentReader,
  openGitAttachmentReader,
} from "./git-attachment-reader.ts";
import { type Git, GitRefusal } from "./git-command.ts";
import { ATTACHMENTS } from "./git-refs.ts";
import {
  type Attachment,
  type History,
  HistoryError,
  type NewAttachment,
  type Version,
  type VersionFile,
} from "./history.ts";
import { moveRefs, type RefMove } from "./ref-moves.ts";
import { checkAttachmentName } from "./tag-name.ts";

const TRIES = 12;

export interface AttachmentParts extends AttachmentReaderParts {
  readonly git: Git;
  write(
    commit: { parent: string | null; number: number; message: string; at: number },
    files: ReadonlyMap<string, VersionFile>,
  ): Promise<string>;
  find(version: number): Promise<Version>;
  hold(): Promise<() => Promise<void>>;
  clearLocks(): Promise<void>;
}

export interface GitAttachments extends GitAttachmentReader, Pick<History, "attach" | "detach"> {
  /** Removes the refs of all attachments; their bytes are the caller's to remove. */
  drop(): Promise<void>;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export const openGitAttachments = (parts: AttachmentParts): GitAttachments => {
  const { path, git, refs } = parts;
  const reader = openGitAttachmentReader(parts);
  const { chain } = reader;

  const updateRef = async (name: string, move: Omit<RefMove, "ref">): Promise<void> => {
    await moveRefs(git, [{ ref: attachmentRef(name), ...move }]);
    // git removes a folder that holds no refs any more.
    await ifThere(flushFolder(join(path, ATTACHMENTS)));
    await flushFolder(join(path, "refs"));
  };

  /** Moves a ref from one commit to another, or removes it; false where another writer was first. */
  const move = async (
    name: string,
    { from, to }: { from: string | null; to: string | null },
  ): Promise<boolean> => {
    for (let attempt = 1; ; attempt++)
      try {
        await updateRef(name, { from, to });
        return true;
      } catch (cause) {
        if (!(cause instanceof GitRefusal)) throw cause;
        const now = (await refs.attachments()).get(name) ?? null;
        if (now === to || now !== from) return now === to;
        if (attempt === TRIES || !/lock/i.test(cause.stderr)) throw cause;
        await pause(20 * attempt);
        await parts.clearLocks();
      }
  };

  /** Where the ref names no readable commit, the chain starts again: attachments can be computed again. */
  const headForWriting = async (name: string): Promise<string | null> => {
    const id = (await refs.attachments()).get(name) ?? null;
    const { found } = await chain(name);
    if (found[0]) return found[0].id;
    if (id === null) await rm(join(path, attachmentRef(name)), { force: true });
    else await move(name, { from: id, to: null });
    return null;
  };

  const checkVersion = async ({ number, id }: NewAttachment["version"]) => {
    if ((await parts.find(number)).id !== id)
      throw new HistoryError(
        "conflict",
        `Version ${number} was rewritten since it was read: what was computed from it is not kept.`,
      );
  };

  const attachOnce = async (wanted: NewAttachment): Promise<Attachment | undefined> => {
    const { version, name, files, message, at } = wanted;
    await checkVersion(version);
    const parent = await headForWriting(name);
    const id = await parts.write({ parent, number: version.number, message, at }, files);
    if (!(await move(name, { from: parent, to: id }))) return undefined;
    return { id, parent, name, version: version.number, message, at };
  };

  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const release = await parts.hold();
    try {
      return await work();
    } finally {
      await release();
    }
  };

  /** Writes the newest ones again as a chain of their own, without the older ones. */
  const shorten = async (name: string, keep: number): Promise<boolean> => {
    const { found } = await chain(name);
    const head = (await refs.attachments()).get(name) ?? null;
    if (head === null || (found.length <= keep && found.at(-1)?.parent === null)) return true;
    let parent: string | null = null;
    for (const one of found.slice(0, keep).reverse()) {
      const files = await parts.read(one.id);
      parent = await parts.write({ ...one, parent, number: one.version }, files);
    }
    return move(name, { from: head, to: parent });
  };

  return {
    ...reader,
    attach: async (wanted) => {
      checkAttachmentName(wanted.name);
      return held(async () => {
        if (wanted.isWanted && !(await wanted.isWanted())) return null;
        for (let attempt = 1; attempt <= TRIES; attempt++) {
          const attachment = await attachOnce(wanted);
          if (attachment) return attachment;
        }
        throw new HistoryError("conflict", "Others kept attaching under the same name.");
      });
    },
    detach: (name, keep = 0) =>
      held(async () => {
        for (let attempt = 1; attempt <= TRIES; attempt++) if (await shorten(name, keep)) return;
        throw new HistoryError("conflict", "Others kept attaching under the same name.");
      }),
    drop: async () => {
      for (const [name, id] of await refs.attachments()) {
        // Where the ref moved meanwhile, the caller waits for that writer and drops again.
        await move(name, { from: id, to: null });
      }
    },
  };
};
