// gzip → bytes: counted on the actual stream, and a cut one gives what stands before the cut.
import { open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { checkedEntry, damaged } from "./archive.ts";
import { fileBytes } from "./file-bytes.ts";
import type { Reading } from "./reading.ts";

export interface Gunzipped {
  readonly bytes: () => AsyncGenerator<Buffer>;
  /** After reading to the end: whether the gzip stream was cut short. */
  readonly cut: () => boolean;
}

/** @throws ParlanceError rejected `archive-ratio`, `archive-too-large`, `damaged-archive`. */
export const gunzipped = (path: string, size: number, reading: Reading): Gunzipped => {
  let wasCut = false;
  async function* unzip(): AsyncGenerator<Buffer> {
    let out = 0;
    let taken = 0;
    async function* packed() {
      for await (const chunk of fileBytes(path, reading)) {
        // Small pieces, so that a bomb is noticed before much of it is unpacked.
        for (let at = 0; at < chunk.length; at += 65_536) {
          const piece = chunk.subarray(at, at + 65_536);
          taken += piece.length;
          yield piece;
        }
      }
    }
    // Z_SYNC_FLUSH: the end of the input is no error, so that what came before a cut is kept.
    const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 256 * 1024 });
    const source = Readable.from(packed(), { objectMode: false });
    // pipeline hands every error of the source to the gunzip, whose reader below sees it.
    const stream = pipeline(source, gunzip, () => undefined);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        out += chunk.length;
        checkedEntry(out, taken, reading.limits);
        reading.unpacked(chunk.length);
        yield chunk;
      }
    } catch (error) {
      if (isOfZlib(error)) throw damaged("The gzip data is damaged.", error);
      throw error;
    } finally {
      stream.destroy();
    }
    wasCut = (await lastSize(path, size)) !== out % 2 ** 32 && (await endsEarly(path, reading));
  }
  return { bytes: unzip, cut: () => wasCut };
};

const isOfZlib = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

/** The size that a gzip of one member writes at its very end. */
const lastSize = async (path: string, size: number): Promise<number> => {
  await using file = await open(path, "r");
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
  return buffer.readUInt32LE(0);
};

/** Gzips of several members end with the size of the last: only a strict second reading tells them from a cut one, or from one with damage at its end. */
const endsEarly = async (path: string, reading: Reading): Promise<boolean> => {
  const quiet: Reading = { ...reading, took: () => reading.took(0) };
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const source = Readable.from(fileBytes(path, quiet), { objectMode: false });
  const stream = pipeline(source, gunzip, () => undefined);
  try {
    for await (const chunk of stream) void chunk;
    return false;
  } catch (error) {
    if (isOfZlib(error)) return true;
    throw error;
  }
};
