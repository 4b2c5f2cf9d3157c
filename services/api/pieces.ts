// The pieces of a file that is sent over several connections: blobs named for where they begin, put together once all have come.
import { blobMissing, type ScopedBlobs } from "#services/blobs/blobs.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { blobPrefix } from "#services/store/store.ts";

/** A connection that breaks, or a server that is killed, loses at most so much of what has come. */
const MOST_BYTES = 16 * 1024 ** 2;

export interface Piece {
  readonly key: string;
  /** Offset of its first byte in the file. */
  readonly start: number;
  /** In bytes. */
  readonly size: number;
}

/** Beside the file that they become, so that whatever removes the upload removes them too. */
export const piecesPrefix = (upload: UploadId): string => `${blobPrefix(upload)}/pieces`;

/** Which pieces of an upload are stored, in no particular order. */
export const readPieces = async (blobs: ScopedBlobs, upload: UploadId): Promise<Piece[]> => {
  const prefix = piecesPrefix(upload);
  const pieces: Piece[] = [];
  for await (const { key, size } of blobs.list(prefix)) {
    const start = Number(key.slice(prefix.length + 1).split("/")[0]);
    if (Number.isSafeInteger(start)) pieces.push({ key, start, size });
  }
  return pieces;
};

/**
 * The pieces that follow each other from the first byte and reach farthest. Pieces overlap where a client came back before the last
 * bytes of its broken connection were stored: each of them begins where one that was there ended.
 */
export const farthestChain = (pieces: readonly Piece[]): readonly Piece[] => {
  const from = new Map<number, { readonly end: number; readonly piece: Piece }>();
  const endFrom = (start: number) => from.get(start)?.end ?? start;
  for (const piece of pieces.toSorted((one, other) => other.start - one.start)) {
    const end = endFrom(piece.start + piece.size);
    if (piece.size > 0 && end > endFrom(piece.start)) from.set(piece.start, { end, piece });
  }
  const chain: Piece[] = [];
  for (let next = from.get(0); next !== undefined; ) {
    chain.push(next.piece);
    next = from.get(next.piece.start + next.piece.size);
  }
  return chain;
};

/** How many bytes of the file have come: the offset at which sending goes on. */
export const bytesOf = (chain: readonly Piece[]): number =>
  chain.reduce((sum, { size }) => sum + size, 0);

/** The bytes of pieces that follow each other. @throws ParlanceError corrupt `blob-missing` */
export const joined = async function* (blobs: ScopedBlobs, chain: readonly Piece[]) {
  for (const { key, size } of chain) {
    const found = await blobs.stream(key);
    if (found.size !== size) throw blobMissing(key);
    yield* found.body;
  }
};

/** Bytes that come, handed on in portions, each to be stored before the next one is begun. */
const portions = (bytes: AsyncIterable<Uint8Array>) => {
  const iterator = bytes[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined;
  let failure: { readonly error: unknown } | undefined;
  /** Whether a byte is there; false at the end, and where the source failed. */
  const hasMore = async (): Promise<boolean> => {
    while (failure === undefined && (rest === undefined || rest.length === 0))
      try {
        const next = await iterator.next();
        if (next.done === true) return false;
        rest = next.value;
      } catch (error) {
        // What came before it is stored all the same: that is what the next connection goes on from.
        failure = { error };
      }
    return failure === undefined;
  };
  const portion = async function* () {
    for (let left = MOST_BYTES; left > 0 && rest !== undefined; ) {
      const given = rest.subarray(0, left);
      rest = rest.subarray(given.length);
      left -= given.length;
      yield given;
      if (left > 0 && !(await hasMore())) return;
    }
  };
  return { hasMore, portion, failure: () => failure };
};

/**
 * Stores what comes from an offset on, as far as it comes.
 * @returns the offset after the last byte
 * @throws whatever the source throws, once what came before is stored; ParlanceError of the blobs
 */
export const storePieces = async (
  blobs: ScopedBlobs,
  upload: UploadId,
  from: {
    readonly offset: number;
    readonly bytes: AsyncIterable<Uint8Array>;
    /** Called after each piece; what it throws ends the storing. */
    readonly stored?: () => Promise<void>;
  },
): Promise<number> => {
  const { hasMore, portion, failure } = portions(from.bytes);
  let at = from.offset;
  while (await hasMore()) at += (await blobs.put(`${piecesPrefix(upload)}/${at}`, portion())).size;
  const failed = failure();
  if (failed !== undefined) throw failed.error;
  return at;
};
