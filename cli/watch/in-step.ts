// Keeps a collection in step with a folder: sends the files whose bytes the collection does not have yet, when they have come to rest.
// What was sent is known to the server only: whoever is killed begins again where it was, and sends nothing twice.
import {
  isAtRest,
  isFileDeleted,
  type Upload,
  upload,
  uploadList,
} from "#services/contract/uploads.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import { ask, type Client } from "../client/client.ts";
import { sendFile } from "../send-file.ts";
import { bytesOf, type SeenFile, sessionFiles, sha256Of } from "./session-files.ts";

/** What is kept in step with what. */
export interface Kept {
  readonly client: Client;
  /** The collection's id. */
  readonly collection: string;
  readonly folder: string;
  /** A file that was changed within so many milliseconds is still being written. */
  readonly restMs: number;
  readonly now: () => number;
}

/** What is told on the way. */
export interface Tells {
  sent(file: SeenFile, accepted: Upload): void;
  /** An upload has come to its end. */
  ended(name: string, done: Upload): void;
  /** A file that the server refuses, or that cannot be read; it is tried again when it changes. */
  refused(name: string, problem: Error): void;
}

/** What one look at the folder has found. */
export interface Look {
  readonly files: number;
  readonly sent: number;
  /** Files that are being written: to be looked at again soon. */
  readonly restless: number;
}

/** The bytes that the collection has: of all uploads, also of those of which nothing came, but not of those whose file is deleted. */
const knownHashes = async ({ client, collection }: Kept): Promise<Set<string>> => {
  const known = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { uploads: Upload[]; nextCursor: string | null } = await ask(client, uploadList, {
      path: `/api/v1/collections/${collection}/uploads?limit=200${query}`,
    });
    for (const one of page.uploads)
      if (one.state !== "receiving" && !isFileDeleted(one)) known.add(one.sha256);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return known;
};

/** Refusals of a file for what it is; others (a missing right, a limit, a collection that is gone) concern all files. */
const isOfFile = ({ status }: ParlanceError): boolean =>
  status === 400 || status === 413 || status === 415 || status === 422;

/** Opens the keeper; nothing is read or sent before the first look. */
export const openKeeper = (kept: Kept, tells: Tells) => {
  /** Size and time of the files whose bytes are known to be there, or were refused. */
  const settled = new Map<string, string>();
  /** Uploads that are being read, by id. */
  const open = new Map<string, string>();
  let known: Set<string> | undefined;

  const stateOf = ({ size, changedAt }: SeenFile) => `${size}/${changedAt}`;

  /** @returns whether it was sent */
  const take = async (file: SeenFile, hashes: Set<string>): Promise<boolean> => {
    const hash = await sha256Of(file);
    if (hashes.has(hash)) return false;
    const accepted = await sendFile(kept.client, kept.collection, {
      name: file.name,
      bytes: bytesOf(file),
    });
    hashes.add(accepted.sha256);
    open.set(accepted.id, file.name);
    tells.sent(file, accepted);
    return true;
  };

  return {
    /** Uploads whose end has not been told yet. */
    get waiting() {
      return open.size;
    },
    /** Sends what is new. @throws ParlanceError unavailable where the server cannot be reached; then nothing is lost. */
    async look(): Promise<Look> {
      known ??= await knownHashes(kept);
      const files = await sessionFiles(kept.folder);
      let sent = 0;
      let restless = 0;
      for (const file of files) {
        if (settled.get(file.path) === stateOf(file)) continue;
        if (kept.now() - file.changedAt < kept.restMs) {
          restless += 1;
          continue;
        }
        try {
          if (await take(file, known)) sent += 1;
        } catch (error) {
          if (error instanceof ParlanceError && !isOfFile(error)) {
            // It may have been kept, though the answer was lost.
            known = undefined;
            throw error;
          }
          tells.refused(file.name, error instanceof Error ? error : new Error(String(error)));
        }
        settled.set(file.path, stateOf(file));
      }
      return { files: files.length, sent, restless };
    },
    /** Tells of the uploads that have come to their end. */
    async follow(): Promise<void> {
      for (const [id, name] of open) {
        const now = await ask(kept.client, upload, { path: `/api/v1/uploads/${id}` });
        if (!isAtRest(now.state)) continue;
        open.delete(id);
        tells.ended(name, now);
      }
    },
  };
};
