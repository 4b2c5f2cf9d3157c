// tar → its files, one after the other, in a stream: ustar, GNU long names and pax, every header bounded.
import { rejected } from "#services/domain/errors.ts";
import {
  checkedMode,
  checkedName,
  damaged,
  tarSum,
  tooManyEntries,
  type UploadFile,
} from "./archive.ts";
import type { ParseLimits } from "./events.ts";

const BLOCK = 512;
/** pax and long-name records hold a path or two; a bigger one is an attack on memory. */
const LONGEST_RECORD = 64 * 1024;

interface Header {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

/** Takes exact numbers of bytes from a stream of chunks. */
const taker = (stream: AsyncGenerator<Buffer>) => {
  let rest: Buffer = Buffer.alloc(0);
  const some = async (most: number): Promise<Buffer | undefined> => {
    while (rest.length === 0) {
      const next = await stream.next();
      if (next.done) return undefined;
      rest = next.value;
    }
    const piece = rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    return piece;
  };
  const exactly = async (size: number): Promise<Buffer | undefined> => {
    const pieces: Buffer[] = [];
    for (let have = 0; have < size; ) {
      const piece = await some(size - have);
      if (!piece) return undefined;
      pieces.push(piece);
      have += piece.length;
    }
    return Buffer.concat(pieces);
  };
  return { some, exactly };
};

const text = (block: Buffer, start: number, length: number): string => {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("utf8");
};

/** Octal, or base 256 where the first bit is set. */
const size = (block: Buffer): number => {
  const first = block[124] ?? 0;
  if (first & 0x80) {
    const value = block.readUIntBE(130, 6);
    if (block.subarray(125, 130).some((byte) => byte !== 0) || value > Number.MAX_SAFE_INTEGER)
      throw damaged("The tar archive gives an impossible file size.");
    return value;
  }
  const octal = text(block, 124, 12).trim();
  const value = octal === "" ? 0 : /^[0-7]+$/.test(octal) ? Number.parseInt(octal, 8) : Number.NaN;
  if (Number.isNaN(value)) throw damaged("The tar archive has an unreadable header.");
  return value;
};

const headerOf = (block: Buffer): Header => {
  const written = Number.parseInt(text(block, 148, 8).trim(), 8);
  if (written !== tarSum(block)) throw damaged("The tar archive has a damaged header.");
  const prefix = text(block, 257, 5) === "ustar" ? text(block, 345, 155) : "";
  const name = text(block, 0, 100);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    size: size(block),
    type: String.fromCharCode(block[156] ?? 0x30),
  };
};

/** `27 path=some/name.log\n` records. */
const pax = (record: Buffer): { path?: string; size?: number } => {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < record.length; ) {
    const blank = record.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(record.toString("latin1", at, blank));
    if (!Number.isInteger(length) || length <= blank - at + 1) break;
    const [key = "", ...value] = record.toString("utf8", blank + 1, at + length - 1).split("=");
    if (key === "path") found.path = value.join("=");
    if (key === "size" && /^\d{1,15}$/.test(value.join("="))) found.size = Number(value.join("="));
    at += length;
  }
  return found;
};

const refusedTypes: Readonly<Record<string, number>> = {
  "1": 0o120000,
  "2": 0o120000,
  "3": 0o020000,
  "4": 0o060000,
  "6": 0o010000,
};

export interface TarEnd {
  /** Whether the archive stopped in the middle of an entry. */
  cut: boolean;
}

/**
 * Each file once, in the archive's order; its bytes are to be read before the next one is asked for (the rest is skipped).
 * @throws ParlanceError rejected `archive-path`, `archive-symlink`, `archive-device`, `archive-too-large`, `damaged-archive`.
 */
export async function* tarFiles(
  stream: AsyncGenerator<Buffer>,
  limits: ParseLimits,
  end: TarEnd,
): AsyncGenerator<UploadFile> {
  const take = taker(stream);
  const record = async (header: Header): Promise<Buffer | undefined> => {
    if (header.size > LONGEST_RECORD)
      throw rejected("The archive holds an entry whose name is longer than any path.", {
        code: "archive-path",
      });
    const padded = await take.exactly(Math.ceil(header.size / BLOCK) * BLOCK);
    return padded?.subarray(0, header.size);
  };
  let named: { path?: string; size?: number } = {};
  for (let entries = 0; ; ) {
    const block = await take.exactly(BLOCK);
    if (!block) {
      // An archive without its closing zeros is cut only if something was promised.
      end.cut = Object.keys(named).length > 0;
      return;
    }
    if (block.every((byte) => byte === 0)) return;
    const header = headerOf(block);
    if ("xgLK".includes(header.type)) {
      const bytes = await record(header);
      if (!bytes) {
        end.cut = true;
        return;
      }
      if (header.type === "x") named = { ...named, ...pax(bytes) };
      if (header.type === "L") named = { ...named, path: text(bytes, 0, bytes.length) };
      continue;
    }
    entries += 1;
    if (entries > limits.entries) throw tooManyEntries(limits);
    const path = checkedName(named.path ?? header.path, limits);
    checkedMode(refusedTypes[header.type] ?? 0, path);
    const length = named.size ?? header.size;
    named = {};
    let left = length;
    async function* contents(): AsyncGenerator<Buffer> {
      while (left > 0) {
        const piece = await take.some(left);
        if (!piece) {
          end.cut = true;
          return;
        }
        left -= piece.length;
        yield piece;
      }
    }
    if ((header.type === "0" || header.type === "\0" || header.type === "7") && !path.endsWith("/"))
      yield { path, bytes: contents };
    for await (const rest of contents()) void rest;
    if (end.cut) return;
    const padding = (BLOCK - (length % BLOCK)) % BLOCK;
    if (padding > 0 && !(await take.exactly(padding))) {
      end.cut = true;
      return;
    }
  }
}
