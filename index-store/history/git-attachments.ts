// Attachments in git: what was worked out from versions, one chain of commits a name, on the ref `refs/attachments/<name>`.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type CommitRecord, identity } from "./commit-record.ts";
import { flushFolder, ifThere } from "./disk.ts";
import { type Git, GitRefusal } from "./git-command.ts";
import { ATTACHMENTS, type GitRefs } from "./git-refs.ts";
import {
  type Attachment,
  type History,
  HistoryError,
  type NewAttachment,
  type Version,
  type VersionFile,
} from "./history.ts";
import { checkAttachmentName } from "./tag-name.ts";

const ZERO_ID = "0".repeat(40);
const TRIES = 12;

export interface AttachmentParts {
  readonly path: string;
  readonly git: Git;
  readonly refs: GitRefs;
  commit(id: string): Promise<CommitRecord>;
  /** The files of a commit. */
  read(id: string): Promise<Map<string, VersionFile>>;
  write(
    commit: { parent: string | null; number: number; message: string; at: number },
    files: ReadonlyMap<string, VersionFile>,
  ): Promise<string>;
  find(version: number): Promise<Version>;
  hold(): Promise<() => Promise<void>>;
  clearLocks(): Promise<void>;
}

export interface GitAttachments
  extends Pick<
    History,
    "attach" | "attachmentNames" | "attachments" | "readAttachment" | "detach"
  > {
  /** Names nothing any more: the bytes are the caller's to remove. */
  drop(): Promise<void>;
}

const refOf = (name: string) => `${ATTACHMENTS}${name}`;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export const openGitAttachments = (parts: AttachmentParts): GitAttachments => {
  const { path, git, refs } = parts;

  const updateRef = async (name: string, to: string | null, old: string): Promise<void> => {
    const line =
      to === null ? `delete ${refOf(name)} ${old}\n` : `update ${refOf(name)} ${to} ${old}\n`;
    await git(["update-ref", "--stdin"], { input: line, env: identity });
    // git takes a folder without refs away.
    await ifThere(flushFolder(join(path, ATTACHMENTS)));
    await flushFolder(join(path, "refs"));
  };

  /** Moves a ref from one commit to another, or takes it away; false where somebody else was first. */
  const move = async (
    name: string,
    { from, to }: { from: string | null; to: string | null },
  ): Promise<boolean> => {
    for (let attempt = 1; ; attempt++)
      try {
        await updateRef(name, to, from ?? ZERO_ID);
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

  /** Newest first, as far as they can be read; `broken` where there were more. */
  const chain = async (name: string) => {
    const found: Attachment[] = [];
    let id = (await refs.attachments()).get(name) ?? null;
    while (id !== null)
      try {
        const { tree: _, number, ...record }: CommitRecord = await parts.commit(id);
        found.push({ ...record, name, version: number });
        id = record.parent;
      } catch (error) {
        if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
        return { found, broken: true };
      }
    return { found, broken: false };
  };

  /** A ref that holds no commit, or one that cannot be read, is begun anew: what it named can be worked out again. */
  const headForWriting = async (name: string): Promise<string | null> => {
    const id = (await refs.attachments()).get(name) ?? null;
    const { found } = await chain(name);
    if (found[0]) return found[0].id;
    if (id === null) await rm(join(path, refOf(name)), { force: true });
    else await move(name, { from: id, to: null });
    return null;
  };

  const checkVersion = async ({ number, id }: NewAttachment["version"]) => {
    if ((await parts.find(number)).id !== id)
      throw new HistoryError(
        "conflict",
        `Version ${number} was rewritten since it was read: what was worked out from it is not kept.`,
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

  /** The newest ones again as a chain of their own, of which the others are no part. */
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
    attachmentNames: async () => [...(await refs.attachments()).keys()].sort(),
    attachments: async (name) => {
      const { found, broken } = await chain(name);
      if (broken && found.length === 0)
        throw new HistoryError("damaged", `the attachments “${name}” of ${path} cannot be read`);
      return found;
    },
    readAttachment: (attachment) => parts.read(attachment.id),
    detach: (name, keep = 0) =>
      held(async () => {
        for (let attempt = 1; attempt <= TRIES; attempt++) if (await shorten(name, keep)) return;
        throw new HistoryError("conflict", "Others kept attaching under the same name.");
      }),
    drop: async () => {
      for (const [name, id] of await refs.attachments()) {
        // Moved meanwhile: whoever did it is waited for, and this is done again.
        await move(name, { from: id, to: null });
      }
    },
  };
};

/** The files of every attachment; one that is damaged holds nothing that could still be used. */
export const filesOfAll = async (
  of: Pick<GitAttachments, "attachmentNames" | "attachments" | "readAttachment">,
): Promise<ReadonlyMap<string, VersionFile>[]> => {
  const all: ReadonlyMap<string, VersionFile>[] = [];
  const unlessDamaged = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HistoryError) || error.code !== "damaged") throw error;
    }
  };
  for (const name of await of.attachmentNames())
    await unlessDamaged(async () => {
      for (const one of await of.attachments(name))
        await unlessDamaged(async () => {
          all.push(await of.readAttachment(one));
        });
    });
  return all;
};
