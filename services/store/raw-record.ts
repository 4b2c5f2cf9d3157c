// Raw records as stored: as bytes, without the message's text, which the row has already, and compressed where they are long.
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { wordsOf } from "#services/domain/cleaning.ts";
import { corrupt } from "#services/domain/errors.ts";
import { rawDictionary } from "./raw-dictionary.ts";

/** A record as it came (all of them in version 0.1 and before), or a packed one. */
export type StoredRaw = string | Uint8Array;

/*
 * A packed record: a byte of flags, a uint32 (little-endian) where the text stands if it was left out, then the rest.
 * Each row is packed by itself: whoever deletes the row deletes all of it.
 */
const TEXT = 1;
/** The text as JSON has it between its quotes. */
const JSON_TEXT = 2;
const ZSTD = 4;
/** All of it as UTF-16: half a character, as a broken export may have it, has no UTF-8. */
const WIDE = 8;
const known = TEXT | JSON_TEXT | ZSTD | WIDE;

/** Shorter texts are not worth the five bytes. */
const LEAST_TEXT = 12;
/** Compressing takes 25 µs, whatever the length: not worth it for a line of a log. */
const LEAST_BYTES = 200;
const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_contentSizeFlag]: 1 };

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Where the text stands in the record, and how; undefined where it does not. */
const findText = (raw: string, text: string) => {
  if (text.length < LEAST_TEXT) return undefined;
  const plain = raw.indexOf(text);
  if (plain >= 0) return { at: plain, length: text.length, flag: TEXT };
  const escaped = inJson(text);
  const at = escaped === text ? -1 : raw.indexOf(escaped);
  return at < 0 ? undefined : { at, length: escaped.length, flag: JSON_TEXT };
};

/** A record as it came, as bytes. */
export const plainRaw = (raw: string): Uint8Array =>
  raw.isWellFormed()
    ? Buffer.concat([Buffer.of(0), Buffer.from(raw)])
    : Buffer.concat([Buffer.of(WIDE), Buffer.from(raw, "utf16le")]);

/** @param text the text of the same row as it came, without which the record cannot be read again */
export const packRaw = (raw: string, text: string): Uint8Array => {
  if (!raw.isWellFormed()) return plainRaw(raw);
  const found = text.isWellFormed() ? findText(raw, text) : undefined;
  const before = found ? Buffer.from(raw.slice(0, found.at)) : Buffer.alloc(0);
  const after = Buffer.from(found ? raw.slice(found.at + found.length) : raw);
  const rest = found ? Buffer.concat([before, after]) : after;
  const isLong = rest.length >= LEAST_BYTES;
  const head = Buffer.alloc(found ? 5 : 1);
  head[0] = (found?.flag ?? 0) | (isLong ? ZSTD : 0);
  if (found) head.writeUInt32LE(before.length, 1);
  const body = isLong ? zstdCompressSync(rest, { params, dictionary: rawDictionary }) : rest;
  return Buffer.concat([head, body]);
};

/** @throws ParlanceError corrupt `record-damaged` */
export const unpackRaw = (stored: StoredRaw, text: string): string => {
  if (typeof stored === "string") return stored;
  const damaged = (cause?: unknown) =>
    corrupt("The raw record of a message cannot be read.", { code: "record-damaged", cause });
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const flags = bytes[0] ?? 0;
  const hasText = (flags & (TEXT | JSON_TEXT)) !== 0;
  const head = hasText ? 5 : 1;
  if (bytes.length < head || (flags & ~known) !== 0) throw damaged();
  let rest: Buffer = bytes.subarray(head);
  if ((flags & ZSTD) !== 0)
    try {
      rest = zstdDecompressSync(rest, { dictionary: rawDictionary });
    } catch (cause) {
      throw damaged(cause);
    }
  if ((flags & WIDE) !== 0) return rest.toString("utf16le");
  if (!hasText) return rest.toString();
  const at = bytes.readUInt32LE(1);
  if (at > rest.length) throw damaged();
  const between = (flags & TEXT) !== 0 ? text : inJson(text);
  return `${rest.toString("utf8", 0, at)}${between}${rest.toString("utf8", at)}`;
};

interface Raw<R> {
  readonly raw: R;
  readonly text: string;
  readonly unmasked: string | null;
}

/** A row as the tables have it. */
export const packed = <T extends Raw<string>>(row: T): Omit<T, "raw"> & { raw: StoredRaw } => ({
  ...row,
  raw: packRaw(row.raw, wordsOf(row)),
});

/** A row as its reader has it. */
export const unpacked = <T extends Raw<StoredRaw>>(row: T): Omit<T, "raw"> & { raw: string } => ({
  ...row,
  raw: unpackRaw(row.raw, wordsOf(row)),
});
