// A file on disk → its bytes in chunks, each counted as it is taken.
import { open } from "node:fs/promises";
import type { Reading } from "./reading.ts";

const CHUNK = 1024 * 1024;
/** A file may grow while it is read. */
const LEAST_CHUNK = 4096;

/** @param from the first byte that is wanted */
export async function* fileBytes(path: string, reading: Reading, from = 0): AsyncGenerator<Buffer> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  for (let at = from; ; ) {
    // Of what is left only: memory for whole chunks took half of the time of a small file.
    const length = Math.min(CHUNK, Math.max(LEAST_CHUNK, size - at));
    const chunk = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await file.read(chunk, 0, length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    reading.took(bytesRead);
    yield chunk.subarray(0, bytesRead);
  }
}

export interface Peeked {
  readonly head: Buffer;
  /** Every byte from the first on, the head included; then the error, if there was one. */
  readonly bytes: AsyncGenerator<Buffer>;
  /** Where the stream failed within the head: what came before it is there nevertheless. */
  readonly error: Error | undefined;
  /** Lets go of the stream, read to its end or not. */
  readonly close: () => Promise<void>;
}

/**
 * Reads ahead `size` bytes (fewer at the end of the stream) without losing them.
 * @throws what the stream throws before its first byte
 */
export const peek = async (stream: AsyncGenerator<Buffer>, size: number): Promise<Peeked> => {
  const first: Buffer[] = [];
  let have = 0;
  let error: Error | undefined;
  try {
    while (have < size) {
      const next = await stream.next();
      if (next.done) break;
      first.push(next.value);
      have += next.value.length;
    }
  } catch (thrown) {
    if (have === 0 || !(thrown instanceof Error)) throw thrown;
    error = thrown;
  }
  const head = first.length === 1 ? first[0] : Buffer.concat(first);
  async function* replay(): AsyncGenerator<Buffer> {
    yield* first.splice(0);
    if (error) throw error;
    yield* stream;
  }
  const bytes = replay();
  return {
    head: (head ?? Buffer.alloc(0)).subarray(0, size),
    bytes,
    error,
    async close() {
      await bytes.return(undefined);
      // A generator that was never asked has not begun, and ends without ending what it stands on.
      await stream.return(undefined);
    },
  };
};
