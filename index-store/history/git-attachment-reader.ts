// Reads attachments from git: one chain of commits per name, which ends at the ref `refs/attachments/<name>`.
import type { CommitRecord } from "./commit-record.ts";
import { ATTACHMENTS, type GitRefs } from "./git-refs.ts";
import { type Attachment, HistoryError, type HistoryReader, type VersionFile } from "./history.ts";

export interface AttachmentReaderParts {
  readonly path: string;
  readonly refs: GitRefs;
  commit(id: string): Promise<CommitRecord>;
  /** The files of a commit. */
  read(id: string): Promise<Map<string, VersionFile>>;
}

export interface GitAttachmentReader
  extends Pick<HistoryReader, "attachmentNames" | "attachments" | "readAttachment"> {
  /** Newest first, as far as they can be read; `broken` where there were more. */
  chain(name: string): Promise<{ readonly found: readonly Attachment[]; readonly broken: boolean }>;
}

export const attachmentRef = (name: string): string => `${ATTACHMENTS}${name}`;

export const isDamaged = (error: unknown): boolean =>
  error instanceof HistoryError && error.code === "damaged";

export const openGitAttachmentReader = (parts: AttachmentReaderParts): GitAttachmentReader => {
  const { path, refs } = parts;

  const chain = async (name: string) => {
    const found: Attachment[] = [];
    let id = (await refs.attachments()).get(name) ?? null;
    while (id !== null)
      try {
        const { tree: _, number, ...record }: CommitRecord = await parts.commit(id);
        found.push({ ...record, name, version: number });
        id = record.parent;
      } catch (error) {
        if (!isDamaged(error)) throw error;
        return { found, broken: true };
      }
    return { found, broken: false };
  };

  return {
    chain,
    attachmentNames: async () => [...(await refs.attachments()).keys()].sort(),
    attachments: async (name) => {
      const { found, broken } = await chain(name);
      if (broken && found.length === 0)
        throw new HistoryError("damaged", `the attachments “${name}” of ${path} cannot be read`);
      return found;
    },
    readAttachment: (attachment) => parts.read(attachment.id),
  };
};

/** The files of every attachment that can be read. */
export const filesOfAll = async (
  of: Pick<GitAttachmentReader, "attachmentNames" | "attachments" | "readAttachment">,
): Promise<ReadonlyMap<string, VersionFile>[]> => {
  const all: ReadonlyMap<string, VersionFile>[] = [];
  const unlessDamaged = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!isDamaged(error)) throw error;
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
