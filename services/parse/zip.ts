// zip → its files: the directory is read and judged whole before anything is unpacked; unpacking is counted and checked.
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
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
import type { Reading } from "./reading.ts";

/** Read at once: of the directory, whose records follow each other; of the files' own headers, which lie far apart. */
const windows = { directory: 1024 * 1024, header: 1024 } as const;
/** Streams of packed bytes from the disk. */
const STRIDE = 256 * 1024;
const LOCAL_HEADER = 30;

type Read = RandomAccessReader["read"];

/** Reads ahead in windows: the directory of 100,000 entries is 200,000 small reads otherwise. */
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
    this.#fill(buffer.subarray(offset, offset + length), position).then(
      () => callback(null),
      (error) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #fill(target: Buffer, position: number): Promise<void> {
    const inside = () =>
      position >= this.#start && position + target.length <= this.#start + this.#window.length;
    if (!inside()) {
      const window = Buffer.alloc(Math.max(this.window, target.length));
      const { bytesRead } = await this.#file.read(window, 0, window.length, position);
      this.#window = window.subarray(0, bytesRead);
      this.#start = position;
    }
    if (!inside()) throw new Error("unexpected EOF");
    this.#window.copy(target, 0, position - this.#start);
  }
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
    const entries = await directory(zip, size, reading);
    reader.window = windows.header;
    const seen = new Map<string, ZipEntry>();
    const doubled: string[] = [];
    for (const [name, entry] of entries) {
      if (name.endsWith("/")) continue;
      if (seen.has(name)) doubled.push(name);
      else
        seen.set(name, {
          path: name,
          size: entry.uncompressedSize,
          bytes: () => contents(zip, entry, reading),
        });
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
  return damaged(`The zip archive is damaged: ${error.message.slice(0, 120)}.`, error);
};

const encrypted = (cause?: unknown) =>
  rejected("The archive is encrypted.", {
    code: "archive-encrypted",
    hint: "Unpack it with its password and upload the files, or pack them again without one.",
    cause,
  });

const directory = async (zip: ZipFile, size: number, reading: Reading) => {
  const { limits } = reading;
  if (zip.entryCount > limits.entries) throw tooManyEntries(limits);
  const entries: (readonly [string, Entry])[] = [];
  let total = 0;
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

async function* contents(zip: ZipFile, entry: Entry, reading: Reading): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData())
    throw damagedEntry(`it is packed in a way that is not read (${entry.compressionMethod})`);
  let out = 0;
  let sum = 0;
  let told = 0;
  const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
    throw asRejected(error);
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      out += chunk.length;
      checkedEntry(out, entry.compressedSize, reading.limits);
      sum = crc32(chunk, sum);
      const share = Math.floor((out / entry.uncompressedSize) * entry.compressedSize);
      reading.took(share - told);
      told = share;
      yield chunk;
    }
  } catch (error) {
    throw entryError(error);
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) throw damagedEntry("its checksum does not fit");
}
