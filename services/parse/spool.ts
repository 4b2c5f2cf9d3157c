// Pieces of a record that is too long for memory, in a file without a name: gone when it is closed, and when the process ends.
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Numbers } from "./numbers.ts";

const WRITE_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;

/** Written first, then read: synchronously, since a piece is a fraction of a millisecond's work. */
export interface Spool {
  /** Adds bytes to the last piece. */
  write(bytes: Buffer): void;
  /** Ends the last piece. @returns its number */
  endPiece(): number;
  /** Takes back what was written since the last piece ended. */
  dropPiece(): void;
  readonly pieces: number;
  read(piece: number): Buffer;
  close(): void;
}

let count = 0;

/**
 * @param folder where the file is made
 * @param readBytes are read at once, for the pieces that follow; fewer where pieces are read in another order than they were written
 * @throws the disk's error where it is full
 */
export const openSpool = (folder: string, readBytes: number = READ_BYTES): Spool => {
  const path = join(folder, `.parlance-${process.pid}-${++count}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  const starts = new Numbers();
  const ends = new Numbers();
  const buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);
  let buffered = 0;
  /** Bytes in the file and in the buffer, and where the piece begins that is being written. */
  let length = 0;
  let start = 0;
  let page: Buffer = Buffer.alloc(0);
  let pageAt = 0;

  const put = (bytes: Buffer, at: number) => {
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, bytes.length - done, at + done);
  };
  const flush = () => {
    if (buffered > 0) put(buffer.subarray(0, buffered), length - buffered);
    buffered = 0;
  };
  const readAt = (at: number, size: number): Buffer => {
    const bytes = Buffer.allocUnsafeSlow(size);
    let got = 0;
    while (got < size) {
      const read = readSync(file, bytes, got, size - got, at + got);
      if (read === 0) break;
      got += read;
    }
    return bytes.subarray(0, got);
  };

  return {
    write(bytes) {
      if (buffered + bytes.length > WRITE_BYTES) flush();
      if (bytes.length > WRITE_BYTES) put(bytes, length);
      else {
        bytes.copy(buffer, buffered);
        buffered += bytes.length;
      }
      length += bytes.length;
    },
    endPiece() {
      starts.push(start);
      ends.push(length);
      start = length;
      return ends.length - 1;
    },
    dropPiece() {
      // What is in the file already stays there, between two pieces.
      start = length;
    },
    get pieces() {
      return ends.length;
    },
    read(piece) {
      flush();
      const [from, to] = [starts.at(piece), ends.at(piece)];
      if (to - from > readBytes) return readAt(from, to - from);
      if (from < pageAt || to > pageAt + page.length) {
        // Of lists that begin with the newest message the pieces are read from the last one on.
        pageAt = from < pageAt ? Math.max(0, to - readBytes) : from;
        page = readAt(pageAt, Math.min(readBytes, length - pageAt));
      }
      return page.subarray(from - pageAt, to - pageAt);
    },
    close: () => closeSync(file),
  };
};
