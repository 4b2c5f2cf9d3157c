// zip → its files: the directory is read and judged whole before anything is unpacked; unpacking is counted and checked.
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32, inflateRawSync } from "node:zlib";
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from "yauzl";
import { ParlanceError, rejected } from "#services/domain/errors.ts";
import {
  checkedEntry,
  checkedMode,
  checkedName,
  checkedTotal,
  damaged,
  tooManyEntries,
  type UploadFile,
} from "./archive.ts";
import { damagedEntry } from "./damaged-entry.ts";
import { inflated, type Start, stored, type Unpacked } from "./inflate.ts";
import type { Reading } from "./reading.ts";

/** Read at a time: of the directory, whose records follow each other; of the files, which may lie in any order. */
const windows = { directory: 1024 * 1024, files: 64 * 1024 } as const;
/** Bytes that are read from the disk at once, and that are handed on at once: 16 KB may unpack to megabytes, of which no reader takes all in one turn. */
const STRIDE = 256 * 1024;
const LOCAL_HEADER = 30;
const CENTRAL_SIGNATURE = 0x02014b50;
/** Files of up to so many bytes, packed and unpacked, are unpacked in one go: a stream from the disk costs half a millisecond each. */
const AT_ONCE = 512 * 1024;

type Read = RandomAccessReader["read"];

/** Reads ahead in windows: the directory and the files of an archive of 100,000 entries are 300,000 small reads otherwise. */
class WindowedReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #path: string;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;
  /** How much is read at a time. */
  window: number = windows.directory;

  constructor(file: FileHandle, path: string) {
    super();
    this.#file = file;
    this.#path = path;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const highWaterMark = Math.max(1, Math.min(STRIDE, end - start));
    return createReadStream(this.#path, { start, end: end - 1, highWaterMark });
  }

  override read(...[buffer, offset, length, position, callback]: Parameters<Read>): void {
    this.bytes(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(null);
      },
      (error) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** A view of the window, valid until the next call. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const inside = () =>
      position >= this.#start && position + length <= this.#start + this.#window.length;
    if (!inside()) {
      const window = Buffer.alloc(Math.max(this.window, length));
      const { bytesRead } = await this.#file.read(window, 0, window.length, position);
      this.#window = window.subarray(0, bytesRead);
      this.#start = position;
    }
    if (!inside()) throw new Error("unexpected EOF");
    return this.#window.subarray(position - this.#start, position - this.#start + length);
  }
}

/** An open archive: its directory by yauzl, its bytes. */
interface Archive {
  readonly zip: ZipFile;
  readonly reader: WindowedReader;
  /** Of the archive, in bytes. */
  readonly size: number;
}

interface Packed {
  readonly archive: Archive;
  readonly entry: Entry;
  readonly reading: Reading;
}

export interface ZipEntry extends UploadFile {
  readonly size: number;
}

export interface OpenZip extends AsyncDisposable {
  /** In the order of their names, so that two archives of the same files are read alike. */
  readonly files: readonly ZipEntry[];
  /** Names that occur twice: only the first of each is read. */
  readonly doubled: readonly string[];
}

/**
 * @throws ParlanceError rejected `damaged-archive`, `archive-encrypted`, `archive-overlap`, `archive-too-large`, `archive-ratio`,
 *   `archive-path`, `archive-symlink`, `archive-device`; reading an entry: `damaged-entry`,
 *   `damaged-archive`, `archive-ratio`.
 */
export const openZip = async (path: string, size: number, reading: Reading): Promise<OpenZip> => {
  const file = await open(path, "r");
  try {
    const reader = new WindowedReader(file, path);
    const zip = await fromRandomAccessReaderPromise(reader, size, {
      autoClose: false,
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: true,
    });
    const archive: Archive = { zip, reader, size };
    const entries = await directory(archive, reading);
    reader.window = windows.files;
    const seen = new Map<string, ZipEntry>();
    const doubled: string[] = [];
    for (const [name, entry] of entries) {
      if (name.endsWith("/")) continue;
      if (seen.has(name)) doubled.push(name);
      else seen.set(name, entryOf(name, { archive, entry, reading }));
    }
    const byName = (a: ZipEntry, b: ZipEntry) => (a.path < b.path ? -1 : 1);
    return {
      files: [...seen.values()].sort(byName),
      doubled,
      async [Symbol.asyncDispose]() {
        zip.close();
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw asRejected(error);
  }
};

/** What yauzl says about a broken archive, in this house's words. */
const asRejected = (error: unknown): unknown => {
  if (error instanceof ParlanceError || !(error instanceof Error)) return error;
  if ("code" in error && !String(error.code).startsWith("Z_")) return error;
  if (error.message.includes("encryption")) return encrypted(error);
  return damaged(
    `The zip archive is damaged: ${error.message.slice(0, 120).replace(/\.$/u, "")}.`,
    error,
  );
};

const encrypted = (cause?: unknown) =>
  rejected("The archive is encrypted.", {
    code: "archive-encrypted",
    hint: "Unpack it with its password and upload the files, or pack them again without one.",
    cause,
  });

/** Where records go on after the directory's own count, they are read too: packers without zip64 count in 16 bits only. */
const trustRecords = async ({ zip, reader, size }: Archive): Promise<void> => {
  // The type of yauzl's cursor is declared wrongly: it is the place of the next record.
  const next = Number(zip.readEntryCursor);
  if (zip.entriesRead < zip.entryCount || next + 4 > size) return;
  const signature = (await reader.bytes(next, 4)).readUInt32LE(0);
  if (signature === CENTRAL_SIGNATURE) zip.entryCount += 1;
};

const directory = async (archive: Archive, reading: Reading) => {
  const { zip, size } = archive;
  const { limits } = reading;
  if (zip.entryCount > limits.entries) throw tooManyEntries(limits);
  const entries: (readonly [string, Entry])[] = [];
  let total = 0;
  await trustRecords(archive);
  for await (const entry of zip.eachEntry()) {
    reading.took(0);
    if (entries.length >= limits.entries) throw tooManyEntries(limits);
    if (entry.fileNameRaw.length > limits.nameBytes)
      checkedName(entry.fileNameRaw.toString("latin1"), limits);
    const raw = getFileNameLowLevel(
      // Names that are valid UTF-8 are taken as such: many packers forget the flag.
      entry.generalPurposeBitFlag | 0x800,
      entry.fileNameRaw,
      entry.extraFields,
      false,
    );
    const name = checkedName(raw, limits);
    if (entry.isEncrypted()) throw encrypted();
    checkedMode(entry.externalFileAttributes >>> 16, name);
    checkedEntry(entry.uncompressedSize, entry.compressedSize, limits);
    total += entry.uncompressedSize;
    checkedTotal(total, size, limits);
    entries.push([name, entry]);
    await trustRecords(archive);
  }
  checkRanges(
    entries.map(([, entry]) => entry),
    size,
  );
  return entries;
};

/** No two entries may share bytes: a bomb of overlapping entries unpacks one kernel many times. */
const checkRanges = (entries: readonly Entry[], size: number) => {
  const sorted = [...entries].sort(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  );
  let end = 0;
  for (const entry of sorted) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end)
      throw rejected("Two files of the archive share the same bytes, as in an archive bomb.", {
        code: "archive-overlap",
        hint: "Make the archive again from the files themselves.",
      });
    end = start + LOCAL_HEADER + entry.fileNameLength + entry.compressedSize;
    if (end > size) throw damaged("The zip archive names bytes beyond its own end.");
  }
};

const entryError = (error: unknown): unknown =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_")
    ? damagedEntry("it cannot be unpacked", error)
    : asRejected(error);

/** A whole small file, unpacked. */
const unpackedAtOnce = async (archive: Archive, entry: Entry): Promise<Buffer> => {
  const { zip, reader } = archive;
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  const { fileDataStart } = await zip
    .readLocalFileHeaderPromise(entry, { minimal: true })
    .catch((error: unknown) => {
      throw asRejected(error);
    });
  const packed = await reader.bytes(fileDataStart, compressedSize);
  if (compressionMethod === STORED) return Buffer.from(packed);
  if (uncompressedSize === 0) return Buffer.alloc(0);
  const unpacked = inflatedAtOnce(packed, uncompressedSize);
  if (unpacked.length !== uncompressedSize) throw wrongSize();
  return unpacked;
};

const STORED = 0;

const inflatedAtOnce = (packed: Buffer, size: number): Buffer => {
  try {
    return inflateRawSync(packed, { maxOutputLength: size, chunkSize: Math.max(64, size) });
  } catch (error) {
    if (error instanceof RangeError) throw wrongSize(error);
    throw entryError(error);
  }
};

const wrongSize = (cause?: unknown) =>
  damaged(
    "The zip archive is damaged: a file in it does not have the size that its header says.",
    cause,
  );

/** How far a file is unpacked. */
interface Reached {
  /** Unpacked bytes up to there, and their checksum. */
  readonly out: number;
  readonly sum: number;
  readonly start: Start;
}

const beginning: Reached = { out: 0, sum: 0, start: { bit: 0, window: Buffer.alloc(0) } };

async function* streamed(
  archive: Archive,
  entry: Entry,
  { start, every }: { readonly start: Start; readonly every: number },
): AsyncGenerator<Unpacked> {
  const { zip, reader } = archive;
  const { fileDataStart } = await zip
    .readLocalFileHeaderPromise(entry, { minimal: true })
    .catch((error: unknown) => {
      throw asRejected(error);
    });
  const end = fileDataStart + entry.compressedSize;
  // Not by shifting, which keeps 32 bits only.
  const first = fileDataStart + Math.floor(start.bit / 8);
  // Nothing is left: whoever counts the bytes says where some are missing.
  if (first >= end) return;
  const packed = reader._readStreamForRange(first, end);
  try {
    if (entry.compressionMethod === STORED) yield* stored(packed, start.bit);
    else yield* inflated(packed, start, every);
  } catch (error) {
    throw entryError(error);
  } finally {
    packed.destroy();
  }
}

async function* atOnce(archive: Archive, entry: Entry): AsyncGenerator<Unpacked> {
  yield { bytes: await unpackedAtOnce(archive, entry) };
}

/** @param begun how far it was unpacked before @param reach is told of places where unpacking can go on */
async function* contents(
  { archive, entry, reading }: Packed,
  begun = beginning,
  reach: (reached: Reached) => void = () => undefined,
): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData())
    throw damagedEntry(`it is packed in a way that is not read (${entry.compressionMethod})`);
  const { compressedSize, uncompressedSize } = entry;
  const small = compressedSize <= AT_ONCE && uncompressedSize <= AT_ONCE;
  const share = () => Math.floor((out / Math.max(1, uncompressedSize)) * compressedSize);
  let { out, sum } = begun;
  let told = share();
  for await (const { bytes, start } of small
    ? atOnce(archive, entry)
    : streamed(archive, entry, { start: begun.start, every: reading.checkpointBytes })) {
    out += bytes.length;
    if (out > uncompressedSize) throw wrongSize();
    checkedEntry(out, compressedSize, reading.limits);
    reading.unpacked(bytes.length);
    sum = crc32(bytes, sum);
    reading.took(share() - told);
    told = share();
    // A damaged small file is known before any of it is read.
    if (small && sum !== entry.crc32) throw wrongSum();
    if (start) reach({ out, sum, start });
    for (let at = 0; at < bytes.length; at += STRIDE) yield bytes.subarray(at, at + STRIDE);
  }
  if (out !== uncompressedSize) throw wrongSize();
  if (sum !== entry.crc32) throw wrongSum();
}

async function* without(bytes: AsyncIterable<Buffer>, first: number): AsyncGenerator<Buffer> {
  let left = first;
  for await (const chunk of bytes) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

/** Places that are remembered: whoever reads is a record behind what is unpacked, which may be long. */
const PLACES = 32;

/** A file of an archive, with the places in it at which it can be gone on with. */
const entryOf = (path: string, packed: Packed): ZipEntry => {
  let places: Reached[] = [];
  const reach = (one: Reached) => {
    const last = places.at(-1);
    if (last && one.out - last.out < packed.reading.checkpointBytes / 2) return;
    places = [...places.slice(-PLACES), one];
  };
  const from = async function* (begun: Reached, at: number): AsyncGenerator<Buffer> {
    try {
      yield* without(contents(packed, begun, reach), at - begun.out);
    } finally {
      // Each holds 32 KB, and an archive may have thousands of files.
      places = [];
    }
  };
  return {
    path,
    size: packed.entry.uncompressedSize,
    bytes: () => from(beginning, 0),
    middle: {
      find(at) {
        const place = places.findLast(({ out }) => out <= at);
        if (!place) return undefined;
        const { out, sum, start } = place;
        return {
          at,
          packed: { out, sum, bit: start.bit, window: start.window.toString("base64") },
        };
      },
      from({ at, packed: place }) {
        if (!place) return from(beginning, at);
        const { out, sum, bit } = place;
        const start = { bit, window: Buffer.from(place.window, "base64") };
        places = [{ out, sum, start }];
        return from({ out, sum, start }, at);
      },
    },
  };
};

const wrongSum = () => damagedEntry("its checksum does not fit");
