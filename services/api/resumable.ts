// Files that are sent over several connections, by the tus protocol: where each stands, what comes of it, and its end.
import type { Readable } from "node:stream";
import { DataStore, ERRORS, Upload as Sent } from "@tus/server";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import { type CollectionId, readUploadId, type UploadId } from "#services/domain/ids.ts";
import {
  abandonUpload,
  blobPrefix,
  findUpload,
  receivedUpload,
  UNFINISHED_MS,
  type UploadRow,
} from "#services/store/store.ts";
import { type ScopedParts, unknown } from "./api-app.ts";
import { paced, withoutBinary } from "./intake.ts";
import { bytesOf, farthestChain, joined, piecesPrefix, readPieces, storePieces } from "./pieces.ts";

/** A lock that one request holds for an upload, which the next one asks for. */
interface Held {
  /** Asks the holder to end: its client has come back over another connection. */
  readonly askBack: () => void | Promise<void>;
  readonly released: Promise<void>;
  readonly release: () => void;
}

/** How long a request waits for the one before it: that one stores what has come of its broken connection. */
const MOST_WAIT_MS = 30_000;

/** One request at a time for each upload, in this process. Where two servers take the same one, `farthestChain` tells what counts. */
export const openUploadLocks = () => {
  const held = new Map<string, Held>();
  const waited = (released: Promise<void>, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(ERRORS.ERR_LOCK_TIMEOUT);
    const timer = setTimeout(fail, MOST_WAIT_MS);
    signal.addEventListener("abort", fail, { once: true });
    void released.then(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", fail);
    });
  };
  return {
    newLock: (id: string) => ({
      lock: async (signal: AbortSignal, askBack: Held["askBack"]): Promise<void> => {
        for (let before = held.get(id); before !== undefined; before = held.get(id)) {
          await before.askBack();
          await waited(before.released, signal);
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        held.set(id, { askBack, released: promise, release: resolve });
      },
      unlock: async (): Promise<void> => {
        const own = held.get(id);
        held.delete(id);
        own?.release();
      },
    }),
  };
};

/** Ends that are under way in this process: a client that asks meanwhile waits for the same one. */
const ending = new Map<UploadId, Promise<void>>();

const isReceiving = (row: UploadRow | undefined): boolean => row?.state === "receiving";

const isNoChatLog = (error: unknown): boolean =>
  error instanceof ParlanceError && error.status === 415;
const isUnknown = (error: unknown): boolean =>
  error instanceof ParlanceError && error.status === 404;

/** Deletes an upload that has not been received, with what has come of it. @returns false where it was received all the same */
const drop = async ({ parlance }: ScopedParts, id: UploadId): Promise<boolean> => {
  if (!(await abandonUpload(parlance.store, id))) return false;
  await parlance.blobs.removeAll(blobPrefix(id));
  return true;
};

/**
 * Removes what was written for an upload that was deleted meanwhile: whoever deleted it may have been done before.
 * @throws ParlanceError rejected `unknown-upload` (404) where it was
 */
const dropDeleted = async (parts: ScopedParts, id: UploadId): Promise<void> => {
  const row = await findUpload(parts.parlance.store.rows, id);
  if (row !== undefined && row.state !== "erasing") return;
  await parts.parlance.blobs.removeAll(blobPrefix(id));
  throw unknown("upload");
};

/** @throws ParlanceError what `takeUpload` throws of a file that is kept; nothing of what has come is lost by it but of binary files */
const putTogether = async (parts: ScopedParts, row: UploadRow): Promise<void> => {
  const { store, blobs, config } = parts.parlance;
  const { id, filename, bytes } = row;
  const chain = farthestChain(await readPieces(blobs, id));
  if (bytesOf(chain) !== bytes) return;
  try {
    const blob = await blobs.put(blobPrefix(id), withoutBinary(filename, joined(blobs, chain)), {
      maxBytes: config.maxUploadBytes,
      expectedBytes: bytes,
    });
    if (await receivedUpload(store, id, blob)) parts.wake();
    else await dropDeleted(parts, id);
  } catch (error) {
    if (isNoChatLog(error)) await drop(parts, id);
    // Another server may have put it together, and removed the pieces, meanwhile.
    if (isNoChatLog(error) || isUnknown(error) || isReceiving(await findUpload(store.rows, id)))
      throw error;
  }
  await blobs.removeAll(piecesPrefix(id));
};

/** Keeps the file, once all of its bytes have come, and queues it to be read. It does not matter whether that was done before. */
export const endWhereComplete = async (parts: ScopedParts, id: UploadId): Promise<void> => {
  const row = await findUpload(parts.parlance.store.rows, id);
  if (row === undefined || !isReceiving(row)) return;
  const under = ending.get(id) ?? putTogether(parts, row).finally(() => ending.delete(id));
  ending.set(id, under);
  await under;
};

/** All pieces are listed with each request: of more, that would take seconds. */
const MOST_PIECES = 4000;

const tooManyParts = () =>
  rejected("The file was sent in too many parts.", {
    code: "too-many-parts",
    hint: "Send it anew, in parts of 16 MB or more.",
  });

/** What the tus server asks of where its files are stored: rows and blobs, within the scope of one request. */
export class PieceStore extends DataStore {
  override extensions = ["creation", "creation-with-upload", "termination", "expiration"];
  readonly #parts: ScopedParts;
  readonly #collection: CollectionId;
  readonly #isGivenUp: boolean;

  /** @param isGivenUp whether the request gives an upload up: then it does not matter in how many parts it came */
  constructor(parts: ScopedParts, collection: CollectionId, isGivenUp: boolean) {
    super();
    this.#isGivenUp = isGivenUp;
    this.#parts = parts;
    this.#collection = collection;
  }

  /** An upload of the collection. @throws tus's own error (404) where there is none */
  async #row(text: string): Promise<UploadRow> {
    const id = readUploadId(text);
    const row = id && (await findUpload(this.#parts.parlance.store.rows, id));
    if (row?.collection_id !== this.#collection || row.state === "erasing")
      throw ERRORS.FILE_NOT_FOUND;
    return row;
  }

  override getExpiration(): number {
    return UNFINISHED_MS;
  }

  override async getUpload(text: string): Promise<Sent> {
    const row = await this.#row(text);
    const pieces = isReceiving(row) ? await readPieces(this.#parts.parlance.blobs, row.id) : [];
    const offset = isReceiving(row) ? bytesOf(farthestChain(pieces)) : row.bytes;
    const isTooMany = pieces.length >= MOST_PIECES && offset < row.bytes;
    if (isTooMany && !this.#isGivenUp) throw tooManyParts();
    return new Sent({
      id: row.id,
      size: row.bytes,
      offset,
      metadata: { filename: row.filename },
      // One that is kept stays.
      ...(isReceiving(row) ? { creation_date: new Date(row.created_at).toISOString() } : {}),
    });
  }

  override async write(stream: Readable, text: string, offset: number): Promise<number> {
    const row = await this.#row(text);
    if (!isReceiving(row)) return row.bytes;
    const bytes = paced(stream as AsyncIterable<Uint8Array>);
    try {
      return await storePieces(this.#parts.parlance.blobs, row.id, {
        offset,
        bytes: offset === 0 ? withoutBinary(row.filename, bytes) : bytes,
        stored: () => dropDeleted(this.#parts, row.id),
      });
    } catch (error) {
      if (isNoChatLog(error)) await drop(this.#parts, row.id);
      throw error;
    }
  }

  override async remove(text: string): Promise<void> {
    await drop(this.#parts, (await this.#row(text)).id);
  }
}

const codes: Readonly<Record<number, string>> = {
  403: "bad-offset",
  404: "unknown-upload",
  409: "wrong-offset",
  410: "upload-expired",
  412: "not-resumable",
  413: "upload-too-large",
};

/** A refusal of the tus server as one of ours. */
export const refusalOf = (status: number, text: string): ParlanceError =>
  rejected(text.trim() || "This is no request of a resumable upload.", {
    code: codes[status] ?? "bad-resumable-upload",
    status,
    ...(status === 409 ? { hint: "Ask with HEAD how much has come, and go on from there." } : {}),
    ...(status === 410 || status === 404 ? { hint: "Send the file from its beginning." } : {}),
  });
