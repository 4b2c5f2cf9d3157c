// Follows a git history that another process writes into the same folder: reads its files and writes none.
import { resolve } from "node:path";
import { type GitAttachmentReader, openGitAttachmentReader } from "./git-attachment-reader.ts";
import { gitFor } from "./git-command.ts";
import { type GitReader, openGitReader } from "./git-reader.ts";
import { openGitRefs } from "./git-refs.ts";
import type { FollowedHistory, HistoryReader } from "./history.ts";
import { objectReader } from "./object-store.ts";

/** What a reader of versions and one of attachments say, in the shape of the port. */
export const readingOf = (
  reader: GitReader,
  attachments: GitAttachmentReader,
): Omit<HistoryReader, "verify" | "objectPath"> => ({
  head: reader.head,
  recover: reader.recover,
  list: reader.list,
  find: reader.find,
  erasureMark: reader.erasureMark,
  read: (version) => reader.read(version.id),
  attachmentNames: attachments.attachmentNames,
  attachments: attachments.attachments,
  readAttachment: attachments.readAttachment,
  close: async () => reader.forget(),
});

export interface GitFollowerOptions {
  /** The writer's repository, on this host or on a shared volume. It may not be there yet. */
  readonly path: string;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Opens the history of this folder for reading while another process writes it. */
export const openGitFollower = (options: GitFollowerOptions): FollowedHistory => {
  const path = resolve(options.path);
  const refs = openGitRefs(path);
  const reader = openGitReader({ path, git: gitFor(path), refs, onWarning: options.onWarning });
  const { commit, read } = reader;
  const objects = objectReader(path);
  return {
    ...readingOf(reader, openGitAttachmentReader({ path, refs, commit, read })),
    objectPath: objects.path,
    verify: objects.verify,
    follow: () => reader.head(),
  };
};
