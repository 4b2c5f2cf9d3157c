// Deflated or stored bytes → bytes, with places on the way at which that can be begun anew: the beginning of a block, and what stood before.
import { setImmediate } from "node:timers/promises";
import { constants, createInflateRaw, inflateRawSync } from "node:zlib";

/** So much may a block refer back to. */
const WINDOW = 32 * 1024;
/** Packed bytes that are given to zlib at once: they may unpack to a thousand times as many. */
const PIECE = 16 * 1024;
/** Packed bytes that are looked through for the beginning of a block. Packers end one after some 20 to 60 KB. */
const LOOK = 256 * 1024;
/** No header of a block is longer, but for the codes of its symbols. */
const HEADER_BYTES = 16;
/** A block that is taken for one has to unpack to so many bytes, and just to those that came. */
const PROVEN = 1024;
/** Packed bytes that are unpacked to tell whether a block begins: a few megabytes at most. */
const PROBE = 4 * 1024;
/** Packed bytes that are unpacked twice to prove it. */
const PROOF = 32 * 1024;
/** Bits that are tried: among bytes that look like nothing, one in two thousand may begin a block; a hostile file has more. */
const MOST_TRIES = 500;
/** Bits that are looked at, and tried, before others have a turn. */
const BITS_AT_ONCE = 256 * 1024;
const TRIES_AT_ONCE = 50;

/** A place at which unpacking can be begun. */
export interface Start {
  /** Bits of the packed bytes before it. */
  readonly bit: number;
  /** What was unpacked before it, or the last of it. */
  readonly window: Buffer;
}

export interface Unpacked {
  readonly bytes: Buffer;
  /** Where unpacking can be begun after these bytes. */
  readonly start?: Start;
}

/** The 25 bits from this one on, and more. */
const bitsFrom = (bytes: Buffer, bit: number): number =>
  bytes.readUInt32LE(bit >>> 3) >>> (bit & 7);

/** Whether a block with codes of its own may begin at this bit: its header says so, and the lengths of its first codes fit. */
const mayBegin = (bytes: Buffer, bit: number): boolean => {
  const header = bitsFrom(bytes, bit);
  if ((header & 7) !== 0b100 || ((header >>> 3) & 31) > 29 || ((header >>> 8) & 31) > 29)
    return false;
  const lengths = ((header >>> 13) & 15) + 4;
  let sum = 0;
  for (let nth = 0; nth < lengths; nth += 1) {
    const length = bitsFrom(bytes, bit + 17 + 3 * nth) & 7;
    if (length > 0) sum += 128 >>> length;
  }
  return sum === 128;
};

/** The bytes from a bit on. */
const shifted = (bytes: Buffer, bit: number): Buffer => {
  const from = bytes.subarray(bit >>> 3);
  const by = bit & 7;
  if (by === 0) return from;
  const moved = Buffer.allocUnsafe(from.length);
  for (let i = 0; i < from.length; i += 1)
    moved[i] = ((from[i] ?? 0) >>> by) | (((from[i + 1] ?? 0) << (8 - by)) & 255);
  return moved;
};

/** What can be unpacked of bytes whose end is missing; undefined where they are no such bytes. */
const tried = (packed: Buffer, dictionary: Buffer): Buffer | undefined => {
  try {
    return inflateRawSync(packed, {
      dictionary,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 256 * LOOK,
    });
  } catch {
    // Then no block begins there.
    return undefined;
  }
};

const anyWindow = Buffer.alloc(WINDOW);

/** The first bit at which a block begins, by all that can be told without what stood before; undefined where none is found. */
const findBlock = async (packed: Buffer): Promise<number | undefined> => {
  const last = (packed.length - HEADER_BYTES) * 8;
  let tries = 0;
  for (let bit = 0; bit < last; bit += 1) {
    if (bit % BITS_AT_ONCE === 0) await setImmediate();
    if (!mayBegin(packed, bit)) continue;
    if (++tries > MOST_TRIES) return undefined;
    if (tries % TRIES_AT_ONCE === 0) await setImmediate();
    const at = Math.floor(bit / 8);
    const some = tried(shifted(packed.subarray(at, at + PROBE), bit & 7), anyWindow);
    if (some !== undefined && some.length >= PROVEN) return bit;
  }
  return undefined;
};

/** zlib, with what it has unpacked after each piece. */
const openEngine = (window: Buffer) => {
  const engine = createInflateRaw({
    chunkSize: 256 * 1024,
    ...(window.length > 0 && { dictionary: window }),
  });
  let out: Buffer[] = [];
  let failure: Error | undefined;
  let wake: () => void = () => undefined;
  engine.on("data", (bytes: Buffer) => out.push(bytes));
  engine.on("error", (error) => {
    failure = error;
    wake();
  });
  engine.on("end", () => wake());
  const done = async (begin: (then: () => void) => void): Promise<Buffer> => {
    await new Promise<void>((then) => {
      wake = then;
      begin(then);
    });
    if (failure) throw failure;
    const bytes = out.length === 1 && out[0] ? out[0] : Buffer.concat(out);
    out = [];
    return bytes;
  };
  return {
    /** Nothing follows the end of the packed bytes. */
    push: async (piece: Buffer): Promise<Buffer> =>
      engine.readableEnded
        ? Buffer.alloc(0)
        : done((then) => void engine.write(piece, () => then())),
    end: async (): Promise<Buffer> =>
      engine.readableEnded ? Buffer.alloc(0) : done(() => void engine.end()),
    close: () => void engine.destroy(),
  };
};

/** Bytes from a bit on, in pieces; all that came together stays together. */
async function* piecesFrom(packed: AsyncIterable<Buffer>, bit: number): AsyncGenerator<Buffer> {
  const by = bit & 7;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of packed) {
    const bytes = by === 0 ? chunk : Buffer.concat([held, chunk]);
    const moved = by === 0 ? bytes : shifted(bytes, by).subarray(0, -1);
    if (by > 0) held = bytes.subarray(-1);
    for (let at = 0; at < moved.length; at += PIECE) yield moved.subarray(at, at + PIECE);
  }
  if (held.length > 0) yield shifted(held, by);
}

/**
 * Unpacks bytes, and now and then tells of a place at which that can be begun: such a place is proven by unpacking what follows from
 * there. In bytes without blocks that have codes of their own there is none.
 * @param packed the packed bytes from the one on that has the first bit of `from`
 * @param every unpacked bytes after which the next place is looked for
 * @throws the error of zlib
 */
export async function* inflated(
  packed: AsyncIterable<Buffer>,
  from: Start,
  every: number,
): AsyncGenerator<Unpacked> {
  const engine = openEngine(from.window);
  let { window } = from;
  /** Bits before what is given to zlib next, and bytes that were unpacked since a place was looked for. */
  let { bit } = from;
  let since = 0;
  let ahead: Buffer[] = [];
  let aheadBytes = 0;

  const unpack = async (piece: Buffer): Promise<Buffer> => {
    const bytes = await engine.push(piece);
    bit += piece.length * 8;
    since += bytes.length;
    window =
      bytes.length >= WINDOW
        ? bytes.subarray(-WINDOW)
        : Buffer.concat([window, bytes]).subarray(-WINDOW);
    return bytes;
  };
  async function* each(bytes: Buffer): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += PIECE)
      yield await unpack(bytes.subarray(at, at + PIECE));
  }
  /** What was read ahead, with a place in it where one is found. */
  async function* look(): AsyncGenerator<Unpacked> {
    const pool = Buffer.concat(ahead);
    ahead = [];
    aheadBytes = 0;
    since = 0;
    const block = await findBlock(pool);
    if (block === undefined) {
      for await (const bytes of each(pool)) yield { bytes };
      return;
    }
    const whole = Math.ceil(block / 8);
    const found = { bit: bit + block, window };
    for await (const bytes of each(pool.subarray(0, whole))) yield { bytes };
    found.window = Buffer.from(window);
    const proof = pool.subarray(Math.floor(block / 8), whole + PROOF);
    const expected = tried(shifted(proof, block & 7), found.window) ?? Buffer.alloc(0);
    const came: Buffer[] = [];
    for await (const bytes of each(pool.subarray(whole, whole + PROOF))) came.push(bytes);
    const bytes = Buffer.concat(came);
    const common = Math.min(bytes.length, expected.length);
    const isProven =
      common >= PROVEN && bytes.subarray(0, common).equals(expected.subarray(0, common));
    if (isProven) yield { bytes: Buffer.alloc(0), start: found };
    yield { bytes };
    for await (const rest of each(pool.subarray(whole + PROOF))) yield { bytes: rest };
  }

  try {
    for await (const piece of piecesFrom(packed, from.bit)) {
      if (since < every) {
        yield { bytes: await unpack(piece) };
        continue;
      }
      ahead.push(piece);
      aheadBytes += piece.length;
      if (aheadBytes >= LOOK) yield* look();
    }
    for (const piece of ahead) yield { bytes: await unpack(piece) };
    yield { bytes: await engine.end() };
  } finally {
    engine.close();
  }
}

/** Bytes that are not packed can be begun with anywhere. */
export async function* stored(
  chunks: AsyncIterable<Buffer>,
  from: number,
): AsyncGenerator<Unpacked> {
  let bit = from;
  for await (const bytes of chunks) {
    bit += bytes.length * 8;
    yield { bytes, start: { bit, window: Buffer.alloc(0) } };
  }
}
