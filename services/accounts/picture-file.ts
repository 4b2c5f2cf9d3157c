// Reads a picture file as far as is needed to know its kind and size, and writes it again without anything but the picture.
import { MOST_PICTURE_BYTES, pictureSides } from "#services/contract/own-data.ts";
import { rejected } from "#services/domain/errors.ts";

export interface CleanPicture {
  readonly type: "image/png" | "image/jpeg" | "image/webp";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Read extends CleanPicture {
  readonly width: number;
  readonly height: number;
}

const notOne = (why: string) =>
  rejected(`This is no picture that can be used: ${why}.`, {
    code: "bad-picture",
    status: 415,
    hint: "Send a PNG, JPEG or WebP file that does not move.",
  });

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));
const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Of a PNG: what draws it. Text, times, places and colour profiles are left out. */
const pngParts = new Set(["IHDR", "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "IDAT", "IEND"]);

const readPng = (bytes: Uint8Array): Read => {
  const data = view(bytes);
  const kept = [bytes.subarray(0, 8)];
  let at = 8;
  let [hasData, isWhole] = [false, false];
  while (!isWhole) {
    if (at + 12 > bytes.length) throw notOne("it is cut off");
    const length = data.getUint32(at);
    const kind = textAt(bytes, at + 4, 4);
    const end = at + 12 + length;
    if (end > bytes.length) throw notOne("it is cut off");
    if (at === 8 && (kind !== "IHDR" || length !== 13)) throw notOne("it begins wrongly");
    if (kind === "acTL") throw notOne("it moves");
    if (pngParts.has(kind)) kept.push(bytes.subarray(at, end));
    hasData ||= kind === "IDAT";
    isWhole = kind === "IEND";
    at = end;
  }
  if (!hasData) throw notOne("it is empty");
  return {
    type: "image/png",
    width: data.getUint32(16),
    height: data.getUint32(20),
    bytes: joined(kept),
  };
};

/** Markers of a JPEG that begin a frame, with its size; not those that hold tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Application data, but for JFIF's and Adobe's which tell how colours are meant; and comments. */
const isAside = (marker: number): boolean =>
  (marker > 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;

/** From the end of a scan's header to the next marker: 0xff in it is followed by 0, or by a restart. */
const scanEnd = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw notOne("it is cut off");
};

const readJpeg = (bytes: Uint8Array): Read => {
  const data = view(bytes);
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  let size: { width: number; height: number } | undefined;
  for (;;) {
    if (at + 4 > bytes.length && bytes[at + 1] !== 0xd9) throw notOne("it is cut off");
    if (bytes[at] !== 0xff) throw notOne("it is damaged");
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) break;
    // Filling.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + data.getUint16(at + 2);
    if (end < at + 4 || end > bytes.length) throw notOne("it is cut off");
    if (isFrame(marker)) {
      if (size !== undefined || end < at + 9) throw notOne("it is damaged");
      size = { height: data.getUint16(at + 5), width: data.getUint16(at + 7) };
    }
    const next = marker === 0xda ? scanEnd(bytes, end) : end;
    if (!isAside(marker)) kept.push(bytes.subarray(at, next));
    at = next;
  }
  if (size === undefined) throw notOne("it is empty");
  kept.push(bytes.subarray(at, at + 2));
  return { type: "image/jpeg", ...size, bytes: joined(kept) };
};

/** The size in the header of a WebP's own data: lossy (a frame of VP8) or lossless. */
const webpSize = (bytes: Uint8Array, kind: string, at: number) => {
  const data = view(bytes);
  if (kind === "VP8 ") {
    if (textAt(bytes, at + 3, 3) !== "\u009d\u0001\u002a") throw notOne("it is damaged");
    return {
      width: data.getUint16(at + 6, true) & 0x3fff,
      height: data.getUint16(at + 8, true) & 0x3fff,
    };
  }
  if (bytes[at] !== 0x2f) throw notOne("it is damaged");
  const packed = data.getUint32(at + 1, true);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
};

const MOVES = 0x02;
/** In the header of an extended WebP: that it has a transparent layer. */
const HAS_ALPHA = 0x10;

const readWebp = (bytes: Uint8Array): Read => {
  const data = view(bytes);
  const whole = data.getUint32(4, true) + 8;
  if (whole > bytes.length) throw notOne("it is cut off");
  const kept: Uint8Array[] = [];
  let size: { width: number; height: number } | undefined;
  for (let at = 12; at + 8 <= whole; ) {
    const kind = textAt(bytes, at, 4);
    const length = data.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > whole) throw notOne("it is cut off");
    if (kind === "ANIM" || kind === "ANMF") throw notOne("it moves");
    if (kind === "VP8X") {
      const header = bytes.slice(at, end);
      if (length < 10 || ((header[8] ?? 0) & MOVES) !== 0) throw notOne("it moves");
      // Profiles, places and the like are announced here.
      header[8] = (header[8] ?? 0) & HAS_ALPHA;
      kept.push(header);
    } else if (kind === "ALPH") kept.push(bytes.subarray(at, end));
    else if (kind === "VP8 " || kind === "VP8L") {
      if (size !== undefined || length < 10) throw notOne("it is damaged");
      size = webpSize(bytes, kind, at + 8);
      kept.push(bytes.subarray(at, end));
    }
    at = end;
  }
  if (size === undefined) throw notOne("it is empty");
  const body = joined([bytes.subarray(0, 12), ...kept]);
  view(body).setUint32(4, body.length - 8, true);
  return { type: "image/webp", ...size, bytes: body };
};

const read = (bytes: Uint8Array): Read => {
  if (bytes.length > 20 && textAt(bytes, 0, 8) === "\u0089PNG\r\n\u001a\n") return readPng(bytes);
  if (bytes.length > 20 && bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  const isWebp = textAt(bytes, 0, 4) === "RIFF" && textAt(bytes, 8, 4) === "WEBP";
  if (bytes.length > 20 && isWebp) return readWebp(bytes);
  throw notOne("its first bytes are of another kind of file");
};

/** @throws ParlanceError rejected `picture-too-large` (413) | `bad-picture` (415) */
export const cleanPicture = (bytes: Uint8Array): CleanPicture => {
  if (bytes.length > MOST_PICTURE_BYTES)
    throw rejected(`A picture has at most ${MOST_PICTURE_BYTES / 1000} kB.`, {
      code: "picture-too-large",
      status: 413,
    });
  const { least, most } = pictureSides;
  const { width, height, ...clean } = read(bytes);
  if (Math.min(width, height) < least || Math.max(width, height) > most)
    throw notOne(`its sides have to be ${least} to ${most} pixels long`);
  return clean;
};
