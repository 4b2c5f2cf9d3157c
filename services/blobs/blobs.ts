// The door of the blobs: raw uploads and vector batches, whole and immutable, by key.
export interface Blobs {
  /**
   * Streams to a temporary file, hashing; durable (file and folder fsynced) when it resolves. The key is content-addressed:
   * `<prefix>/<sha256>`. The same bytes twice are one blob.
   * @throws ParlanceError rejected `upload-too-large` (413); unavailable `disk-full` (507) — nothing is left behind.
   */
  put(
    prefix: string,
    bytes: AsyncIterable<Uint8Array>,
    options?: { maxBytes?: number; signal?: AbortSignal },
  ): Promise<BlobRef>;
  /** A path on the local disk to read it from (fetched first where the store is far). @throws ParlanceError corrupt `blob-missing` */
  localPath(key: string): Promise<string>;
  stream(key: string): Promise<{ size: number; body: AsyncIterable<Uint8Array> }>;
  exists(key: string): Promise<boolean>;
  /** No error where it is already gone. */
  remove(key: string): Promise<void>;
  /** Everything whose key begins with the prefix and a slash. No error where there is nothing. */
  removeAll(prefix: string): Promise<void>;
  /** Removes temporary files of writes that never ended. */
  sweep(olderThanMs: number): Promise<void>;
}

/** Blobs as an organization has them; sweeping is done for all at once. */
export type ScopedBlobs = Omit<Blobs, "sweep">;

export interface BlobRef {
  readonly key: string;
  readonly sha256: string;
  readonly size: number;
}
