// Bytes → lines, a chunk's worth at a time, with a cap on the length of one.

import type { LongRecord, LongSink } from "./long-record.ts";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its line end; cut at the cap where `tooLong`. */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  /** True only for a last line that no line end closes. */
  readonly open: boolean;
  /** The byte after it and its line end. */
  readonly end: number;
  /** What the line holds, where it was too long to be held; `bytes` are empty then. */
  readonly long?: LongRecord;
}

/** Lines of more than `bytes` are given to a sink. */
interface LongLines {
  readonly bytes: number;
  readonly open: () => LongSink;
}

/** A place between two lines: the byte that follows, and the number of the line before it. */
export type LineBorder = Pick<Line, "end" | "number">;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * LF and CRLF. Yields the lines that each chunk completes, the empty ones too.
 * @param from where the chunks begin, if that is not the beginning of the file
 */
export async function* lineBatches(
  chunks: AsyncIterable<Buffer>,
  cap: number,
  long?: LongLines,
  from: LineBorder = { end: 0, number: 0 },
): AsyncGenerator<readonly Line[]> {
  let { number } = from;
  /** Where the chunk in hand begins. */
  let chunkAt = from.end;
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let tooLong = false;
  let sink: LongSink | undefined;

  const carry = (piece: Buffer) => {
    if (long && !sink && carriedBytes + piece.length > long.bytes) {
      sink = long.open();
      for (const earlier of carried) sink.push(earlier);
      carried = [];
    }
    if (sink) {
      carriedBytes += piece.length;
      sink.push(piece);
      return;
    }
    const room = Math.max(0, cap - carriedBytes);
    if (piece.length > room) tooLong = true;
    if (room > 0 && piece.length > 0) carried.push(piece.subarray(0, room));
    carriedBytes += Math.min(room, piece.length);
  };
  const line = (last: Buffer, { open, end: next }: Pick<Line, "open" | "end">): Line => {
    number += 1;
    let bytes = last;
    if (carriedBytes > 0 || last.length > cap) {
      carry(last);
      bytes = Buffer.concat(carried);
    }
    const end = bytes.length - (bytes.at(-1) === RETURN ? 1 : 0);
    const record = sink?.end();
    const made = {
      number,
      bytes: record ? Buffer.alloc(0) : bytes.subarray(0, end),
      tooLong,
      open,
      end: next,
      ...(record && { long: record }),
    };
    sink = undefined;
    carried = [];
    carriedBytes = 0;
    tooLong = false;
    return made;
  };

  try {
    for await (const chunk of chunks) {
      const batch: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        batch.push(line(chunk.subarray(start, end), { open: false, end: chunkAt + end + 1 }));
        start = end + 1;
      }
      if (start < chunk.length) carry(chunk.subarray(start));
      chunkAt += chunk.length;
      yield batch;
    }
    if (carriedBytes > 0) yield [line(Buffer.alloc(0), { open: true, end: chunkAt })];
  } finally {
    sink?.close();
  }
}
