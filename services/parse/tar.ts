// tar → where its files lie, one after the other, in a stream: ustar, GNU long names and pax, every header bounded.
import { rejected } from "#services/domain/errors.ts";
import { checkedMode, checkedName, damaged, tarSum, tooManyEntries } from "./archive.ts";
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
  let taken = 0;
  const some = async (most: number): Promise<Buffer | undefined> => {
    while (rest.length === 0) {
      const next = await stream.next();
      if (next.done) return undefined;
      rest = next.value;
    }
    const piece = rest.subarray(0, most);
    rest = rest.subarray(piece.length);
    taken += piece.length;
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
  return { some, exactly, taken: () => taken };
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

const refusedTypes: ReadonlyMap<string, number> = new Map<string, number>([
  ["1", 0o120000],
  ["2", 0o120000],
  ["3", 0o020000],
  ["4", 0o060000],
  ["6", 0o010000],
]);

const plainTypes = new Set(["0", "\0", "7"]);

export interface TarEnd {
  /** Whether the archive stopped in the middle of an entry. */
  cut: boolean;
}

/** A file of the archive, and where its bytes lie in it. */
interface TarEntry {
  readonly path: string;
  readonly at: number;
  readonly size: number;
}

/**
 * Each file, in the archive's order; its bytes are passed over.
 * @throws ParlanceError rejected `archive-path`, `archive-symlink`, `archive-device`, `archive-too-large`, `damaged-archive`.
 */
export async function* tarFiles(
  stream: AsyncGenerator<Buffer>,
  limits: ParseLimits,
  end: TarEnd,
): AsyncGenerator<TarEntry> {
  const take = taker(stream);
  let entries = 0;
  for (let next = await nextEntry(take, end); next; next = await nextEntry(take, end)) {
    entries += 1;
    if (entries > limits.entries) throw tooManyEntries(limits);
    const path = checkedName(next.path, limits);
    checkedMode(refusedTypes.get(next.type) ?? 0, path);
    const entry = { path, at: take.taken(), size: next.size };
    if (plainTypes.has(next.type) && !path.endsWith("/")) yield entry;
    for (let left = next.size; left > 0 && !end.cut; ) {
      const piece = await take.some(left);
      end.cut = piece === undefined;
      left -= piece?.length ?? 0;
    }
    const padding = (BLOCK - (next.size % BLOCK)) % BLOCK;
    if (end.cut || (padding > 0 && !(await take.exactly(padding)))) {
      end.cut = true;
      return;
    }
  }
}

type Taker = ReturnType<typeof taker>;

/** The next header, with the name and size that long-name and pax records before it give; undefined at the archive's end. */
const nextEntry = async (take: Taker, end: TarEnd): Promise<Header | undefined> => {
  let named: { path?: string; size?: number } = {};
  for (;;) {
    const block = await take.exactly(BLOCK);
    // An archive without its closing zeros is cut only if something was promised.
    end.cut = block === undefined && Object.keys(named).length > 0;
    if (!block || block.every((byte) => byte === 0)) return undefined;
    const header = headerOf(block);
    if (!"xgLK".includes(header.type)) return { ...header, ...named };
    if (header.size > LONGEST_RECORD)
      throw rejected("The archive holds an entry whose name is longer than any path.", {
        code: "archive-path",
        hint: "Make the archive again from the files themselves.",
      });
    const bytes = await take.exactly(Math.ceil(header.size / BLOCK) * BLOCK);
    end.cut = bytes === undefined;
    if (!bytes) return undefined;
    const record = bytes.subarray(0, header.size);
    if (header.type === "x") named = { ...named, ...pax(record) };
    if (header.type === "L") named = { ...named, path: text(record, 0, record.length) };
  }
};
