// Bytes of an upload on their way in: too slow is too slow, named safely, kept durably, queued to be read.

import { isStoreAway } from "#services/blobs/blobs.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { refuseBinary, TELLING_BYTES } from "#services/domain/binary-file.ts";
import type { ColumnMapping } from "#services/domain/columns.ts";
import { ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import {
  abandonUpload,
  blobPrefix,
  createUpload,
  findUploadByKey,
  oldCopies,
  readUpload,
  receivedUpload,
  reserveBytes,
  type Store,
  type UploadRow,
  uploadView,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { showUpload } from "#services/views/views.ts";
import { type ScopedParts, unknown } from "./api-app.ts";

/** Nothing for so long is a client that is gone. */
const IDLE_MS = 30_000;
/** Slower than this over a minute holds a connection for nothing. */
const SLOW = { bytes: 16 * 1024 * 60, overMs: 60_000 };

const tooSlow = () =>
  rejected("The upload stopped, or came slower than 16 KB a second.", {
    code: "upload-too-slow",
    status: 408,
    hint: "Send it again over a steadier connection.",
  });

export interface Pace {
  readonly idleMs: number;
  readonly slow: { readonly bytes: number; readonly overMs: number };
}

/**
 * Passes the bytes on as they come. @throws ParlanceError rejected `upload-too-slow` (408); unavailable `upload-broken` where
 * the client went away.
 */
export const paced = async function* (
  bytes: AsyncIterable<Uint8Array>,
  pace: Pace = { idleMs: IDLE_MS, slow: SLOW },
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = bytes[Symbol.asyncIterator]();
  let windowStart = performance.now();
  let inWindow = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const idle = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(tooSlow()), pace.idleMs);
      });
      const next = await Promise.race([iterator.next(), idle]).finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
      inWindow += next.value.byteLength;
      const passed = performance.now() - windowStart;
      if (passed < pace.slow.overMs) continue;
      if (inWindow < pace.slow.bytes * (passed / pace.slow.overMs)) throw tooSlow();
      windowStart = performance.now();
      inWindow = 0;
    }
  } catch (error) {
    if (error instanceof ParlanceError) throw error;
    throw unavailable("The upload broke off.", {
      code: "upload-broken",
      status: 400,
      hint: "Send it again.",
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    // Not awaited: a source that hangs would hang its own end too.
    iterator.return?.(undefined)?.catch?.((): void => undefined);
  }
};

/**
 * Passes the bytes on, unless the first of them show that no chat log is in them: then none is kept.
 * @throws ParlanceError rejected `wrong-state` | `being-replaced` (409) where the upload that it replaces cannot be replaced now
 * @throws ParlanceError rejected `binary-file` | `archive-kind` (415)
 */
export const withoutBinary = async function* (filename: string, bytes: AsyncIterable<Uint8Array>) {
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const piece of bytes) {
    if (head === undefined) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < TELLING_BYTES) continue;
    refuseBinary(filename, head);
    yield head;
    head = undefined;
  }
  if (head === undefined || head.length === 0) return;
  refuseBinary(filename, head);
  yield head;
};

/** More than came is counted for an upload, so that not every piece has to ask; at most so much more. */
const AHEAD = { least: 1_000_000, most: 64_000_000 };

/** Passes the bytes on once they are counted as the organization's. @throws ParlanceError rejected `quota-used` (403) */
const counted = async function* (store: Store, id: UploadId, incoming: Incoming) {
  const { mostBytes: most } = incoming;
  let came = 0;
  let reserved = most === 0 ? Number.POSITIVE_INFINITY : (incoming.expectedBytes ?? 0);
  for await (const piece of paced(incoming.bytes)) {
    came += piece.byteLength;
    if (came > reserved) {
      const ahead = Math.min(Math.max(came, AHEAD.least), AHEAD.most);
      reserved = await reserveBytes(store, id, { needed: came, upTo: came + ahead, most });
    }
    yield piece;
  }
};

/** The last part of the name as it was sent, without what no file name has. @throws ParlanceError rejected `bad-filename` */
export const fileNameOf = (sent: string | undefined): string => {
  const last = (sent ?? "").normalize("NFC").split(/[/\\]/u).at(-1) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is taken out.
  const name = last.replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/gu, "").trim();
  if (name === "" || name === "." || name === "..")
    throw rejected("The upload has no file name.", {
      code: "bad-filename",
      hint: "Give it as ?filename=NAME.",
    });
  return [...name].slice(0, 255).join("");
};

export interface Incoming {
  readonly collection: CollectionId;
  readonly filename: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many bytes will come, as far as the sender says. */
  readonly expectedBytes?: number | undefined;
  /** How many bytes the organization may keep; 0 for any number. */
  readonly mostBytes: number;
  readonly idempotencyKey?: string | undefined;
  /** It is inspected first, and imported once a person has confirmed it. */
  readonly isToBeConfirmed: boolean;
  /** What the columns of its tables hold. */
  readonly columns?: ColumnMapping | undefined;
  /** The upload whose place it takes, once it is read. */
  readonly replaces?: UploadId | undefined;
}

/** The upload that came before with this key; undefined where there was none, or it is still coming, which `takeUpload` refuses. */
export const findEarlier = async (
  { parlance }: ScopedParts,
  collection: CollectionId,
  key: string | undefined,
): Promise<Upload | undefined> => {
  if (key === undefined) return undefined;
  const row = await findUploadByKey(parlance.store.rows, collection, key);
  if (row === undefined || row.state === "receiving") return undefined;
  return showUpload(parlance, await uploadView(parlance.store.rows, row));
};

/** Uploads whose bytes a request of this process takes. */
const coming = new Set<UploadId>();

/** Abandons copies of a file that a server began, with other columns, and did not end: they would keep everybody from beginning again. */
export const abandonCopies = async (
  { parlance: { store, blobs } }: ScopedParts,
  row: UploadRow,
): Promise<void> => {
  for (const id of await oldCopies(store, row))
    if (!coming.has(id) && (await abandonUpload(store, id))) await blobs.removeAll(blobPrefix(id));
};

/**
 * Streams to the blobs and queues the reading. Where it fails, nothing is left.
 * @throws ParlanceError rejected `upload-under-way` (409) where another upload has come with the same key; `unknown-upload` (404)
 * where it, or its collection, was deleted while it came
 * @throws ParlanceError rejected `binary-file` | `archive-kind` (415) where the first bytes show that it is no chat log
 * @throws ParlanceError rejected `quota-used` (403) where the organization may not keep so many bytes, with what others send meanwhile
 * @throws ParlanceError unavailable `disk-full` (507) before the first byte where the bytes announced do not fit
 */
export const takeUpload = async (
  parts: Pick<ScopedParts, "parlance" | "wake">,
  incoming: Incoming,
): Promise<Upload> => {
  const { store, blobs, config, space } = parts.parlance;
  // Asked before the row is made: on a full disk no row could be taken back either.
  await space.require(incoming.expectedBytes ?? 0);
  const id = await createUpload(store, {
    collection: incoming.collection,
    filename: incoming.filename,
    cleaner,
    isToBeConfirmed: incoming.isToBeConfirmed,
    announced: { bytes: incoming.expectedBytes ?? 0, most: incoming.mostBytes },
    ...(incoming.columns === undefined ? {} : { columns: incoming.columns }),
    ...(incoming.replaces === undefined ? {} : { replaces: incoming.replaces }),
    ...(incoming.idempotencyKey === undefined ? {} : { idempotencyKey: incoming.idempotencyKey }),
  });
  coming.add(id);
  try {
    const blob = await blobs.put(
      blobPrefix(id),
      withoutBinary(incoming.filename, counted(store, id, incoming)),
      {
        maxBytes: config.maxUploadBytes,
        expectedBytes: incoming.expectedBytes,
      },
    );
    if (blob.size === 0) throw rejected(`${incoming.filename} is empty.`, { code: "empty-upload" });
    if (!(await receivedUpload(store, id, blob))) throw unknown("upload");
  } catch (error) {
    // A store that is away would only make the sender wait once more; housekeeping removes what it may have kept.
    if ((await abandonUpload(store, id)) && !isStoreAway(error))
      await blobs.removeAll(blobPrefix(id));
    throw error;
  } finally {
    coming.delete(id);
  }
  parts.wake();
  const upload = await readUpload(store.rows, id);
  if (upload === undefined) throw unknown("upload");
  return showUpload(parts.parlance, upload);
};
