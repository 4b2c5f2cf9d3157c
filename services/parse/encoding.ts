// Bytes → UTF-8: byte order marks, UTF-16, and the legacy encodings that old logs are written in, per file or per record.
import { isUtf8 } from "node:buffer";
import { analyse } from "chardet";
import iconv from "iconv-lite";

/** What chardet may say and be believed: it also guesses rarities from a handful of bytes. */
const believed = new Set([
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "ISO-8859-1",
  "ISO-8859-2",
  "ISO-8859-5",
  "ISO-8859-7",
  "ISO-8859-8",
  "ISO-8859-9",
  "KOI8-R",
  "Shift_JIS",
  "EUC-JP",
  "EUC-KR",
  "GB18030",
  "Big5",
]);

/** Of 100. Log lines are half nicks and times in ASCII: chardet gives Russian ones 35, and a wrong guess 10 to 25. */
const believedAt = 30;

export interface Encoding {
  /** For iconv, or null where the bytes are (mostly) UTF-8 or ASCII. */
  readonly name: string | null;
  /** Bytes of a byte order mark to leave out. */
  readonly skip: number;
}

/** Judges a file by its first bytes. In a multi-byte encoding they may look like ASCII: such a file is converted before it is scanned. */
export const encodingOf = (head: Buffer): Encoding => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: null, skip: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { name: "utf16le", skip: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: "utf16be", skip: 2 };
  const sample = head.subarray(0, 4096);
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i += 1)
    if (sample[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even < odd / 16) return { name: "utf16le", skip: 0 };
  if (even > sample.length / 4 && odd < even / 16) return { name: "utf16be", skip: 0 };
  const whole = head.subarray(0, lastWhole(head));
  if (isUtf8(whole) || wellFormedSequences(whole) > 0) return { name: null, skip: 0 };
  const guess = analyse(head)[0];
  // Windows-1252 and Latin-1 are decoded per record: such files are often mixed with UTF-8 further on.
  if (!guess || guess.confidence < believedAt || !believed.has(guess.name))
    return { name: null, skip: 0 };
  const western = guess.name === "ISO-8859-1" || guess.name === "windows-1252";
  return { name: western ? null : guess.name, skip: 0 };
};

/** The end of the last whole character: a head may be cut inside one. */
const lastWhole = (bytes: Buffer): number => {
  let at = bytes.length;
  for (let back = 0; back < 4 && at > 0; back += 1) {
    at -= 1;
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back + 1 >= needs ? bytes.length : at;
    }
  }
  return bytes.length;
};

/** How many multi-byte characters of UTF-8 the bytes hold. */
const wellFormedSequences = (bytes: Buffer): number => {
  let found = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    const needs = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
    if (byte < 0xc2 || byte >= 0xf5) continue;
    let ok = true;
    for (let k = 1; k <= needs; k += 1) ok &&= ((bytes[i + k] ?? 0) & 0xc0) === 0x80;
    if (ok) {
      found += 1;
      i += needs;
    }
  }
  return found;
};

/** Converts a stream to UTF-8 (unchanged where it is), without a byte order mark. */
export async function* asUtf8(
  bytes: AsyncGenerator<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  const decoder = encoding.name === null ? undefined : iconv.getDecoder(encoding.name);
  let skip = encoding.skip;
  for await (const chunk of bytes) {
    const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    if (rest.length === 0) continue;
    yield decoder ? Buffer.from(decoder.write(rest).toWellFormed(), "utf8") : rest;
  }
  const last = decoder?.end();
  if (last) yield Buffer.from(last.toWellFormed(), "utf8");
}

export interface Decoded {
  readonly text: string;
  /** Bytes that are no character in any encoding tried; each stands as U+FFFD in the text. */
  readonly replaced: number;
}

/** One record (a line, a JSON element): UTF-8; else, without a single character of UTF-8 in it, Windows-1252; else with replacements. */
export const decoded = (bytes: Buffer): Decoded => {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), replaced: 0 };
  const text =
    wellFormedSequences(bytes) > 0 ? bytes.toString("utf8") : iconv.decode(bytes, "windows-1252");
  let replaced = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) replaced += 1;
  return { text, replaced };
};

/** The problem that a record with replaced bytes is. */
export const badBytes = (place: string, replaced: number) => ({
  code: "bad-encoding",
  place,
  reason: `${replaced} bytes are no characters in any encoding; each stands as U+FFFD.`,
  count: 1,
});
