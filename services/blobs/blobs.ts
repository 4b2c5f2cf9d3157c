// The door of the blobs: raw uploads and files of vectors, each stored completely, never changed, found by its key.
import { corrupt, ParlanceError } from "#services/domain/errors.ts";

// biome-ignore lint/performance/noBarrelFile: this is the room's door; others come in by it and not by its files
export { ownerOfBlob } from "./organization-folder.ts";

export interface Blobs {
  /**
   * Streams to a temporary file, hashing; durable (file and folder fsynced) when it resolves. The key is content-addressed:
   * `<prefix>/<sha256>`. The same bytes put twice under one prefix are one blob.
   * @throws ParlanceError rejected `upload-too-large` (413); unavailable `disk-full` (507), also before the first byte where
   * `expectedBytes` do not fit. After an error no part of the file is left.
   */
  put(
    prefix: string,
    bytes: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<BlobFacts & { readonly sha256: string }>;
  /**
   * The blob as a file on the local disk, fetched first where the store is remote. Valid until it is released, which deletes a
   * fetched copy: `await using file = await blobs.local(key)`.
   * @throws ParlanceError corrupt `blob-missing`
   */
  local(key: string): Promise<LocalBlob>;
  /**
   * The bytes of a blob, or of a part of it. Read the body to its end or end its iterator, or it keeps a file open.
   * @throws ParlanceError corrupt `blob-missing`
   */
  stream(
    key: string,
    range?: ByteRange,
  ): Promise<{
    /** Of the whole blob, in bytes. */
    readonly size: number;
    readonly body: AsyncIterable<Uint8Array>;
  }>;
  /**
   * Stores the blob in less space, where the store can and it is worth it; whoever reads it gets the same bytes. It does not matter
   * whether it was done before, or whether there is such a blob. @throws ParlanceError unavailable `disk-full`
   */
  compact(key: string): Promise<void>;
  /** Undefined where there is no such blob. */
  find(key: string): Promise<BlobFacts | undefined>;
  /** Every blob whose key begins with the prefix and a slash, in no particular order; all of them for "". */
  list(prefix: string): AsyncIterable<ListedBlob>;
  /** No error where the blob is already gone. */
  remove(key: string): Promise<void>;
  /** Removes every blob whose key begins with the prefix and a slash. No error where there is none. */
  removeAll(prefix: string): Promise<void>;
  /** Removes temporary files, older than this, of interrupted writes. */
  sweep(olderThanMs: number): Promise<void>;
  /** Asks the store whether it works. @returns what its owner should know about it @throws where it does not work */
  check(): Promise<readonly BlobsNotice[]>;
}

/** Something about a store that works, but not as it should. */
export interface BlobsNotice {
  /** Stable, kebab-case. */
  readonly code: string;
  /** For people, in whole sentences. */
  readonly message: string;
}

/** Blobs of one organization; sweeping and checking is done for all organizations together. */
export type ScopedBlobs = Omit<Blobs, "sweep" | "check">;

export interface PutOptions {
  readonly maxBytes?: number | undefined;
  /** The number of bytes that will come, where the sender says so. */
  readonly expectedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LocalBlob extends AsyncDisposable {
  /** Absolute path. Read only: the file belongs to the store. Nobody compacts a blob while another reads it as a file. */
  readonly path: string;
}

/** A part of a blob, as of `Array.slice`: from byte `start` up to, not including, byte `end`. An end past the blob's is its end. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

export interface BlobFacts {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

export interface ListedBlob extends BlobFacts {
  /** When it was written, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Whether an error is that of a store that cannot be used at the moment: nothing is wrong with what was asked of it. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof ParlanceError && error.kind === "unavailable" && error.code.startsWith("blobs-");

/** The error of every driver for bytes that are not those that were put. */
export const blobDamaged = (key: string): ParlanceError =>
  corrupt(`The stored file ${key} is damaged: its bytes do not have its checksum.`, {
    code: "blob-damaged",
    hint: "Upload it again, or restore a backup.",
  });

/** The error of every driver for a missing blob. */
export const blobMissing = (key: string): ParlanceError =>
  corrupt(`The stored file ${key} is missing.`, {
    code: "blob-missing",
    hint: "Upload it again, or restore a backup.",
  });

export interface BlobDifferences {
  /** Keys in rows that have no blob. */
  readonly missing: readonly string[];
  /** Blobs that no row names, old enough that no row will follow. */
  readonly orphaned: readonly ListedBlob[];
}

/**
 * Compares the stored blobs with the keys in rows.
 * @param named reads the keys in rows; called after the list was read, so that a blob named meanwhile does not count as orphaned
 * @param before blobs written at or after this time (milliseconds since 1970) may still get a row
 */
export const compareBlobs = async (
  blobs: Pick<Blobs, "list">,
  named: () => Promise<ReadonlySet<string>>,
  before: number,
): Promise<BlobDifferences> => {
  const stored = new Map<string, ListedBlob>();
  for await (const blob of blobs.list("")) stored.set(blob.key, blob);
  const wanted = await named();
  const missing: string[] = [];
  for (const key of wanted) if (!stored.has(key)) missing.push(key);
  return {
    missing,
    orphaned: [...stored.values()].filter(
      ({ key, modifiedAt }) => !wanted.has(key) && modifiedAt < before,
    ),
  };
};
