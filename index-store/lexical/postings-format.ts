// The layout of words.idx: header, section table, sections of plain little-endian numbers that are used where they lie.
import { LexicalError } from "./lexical.ts";

/*
 *  0  magic "PWORDS\0\1" (the last byte is the version)
 *  8  u32 rows · u32 terms · f64 total length (words with a position) · f64 bytes of the file
 * 32  for each section: f64 offset (a multiple of 8) · f64 length in bytes
 *     the sections
 *
 * Postings lie as plain u32 rows and u8 frequencies: the search jumps about in them, and a varint would have to be undone
 * block by block. Positions, read for phrases only, are varints of the gaps, one run a posting.
 * Terms with more than 128 postings have blocks: per 128 postings the place of their positions and what bounds their score.
 */

const MAGIC = Uint8Array.of(0x50, 0x57, 0x4f, 0x52, 0x44, 0x53, 0, 1);
export const BLOCK = 128;
/** Frequencies of 255 and more stand in `largeFrequencies`. */
export const LARGE_FREQUENCY = 255;

/** Everything of an index, as typed arrays over one buffer. */
export interface PostingsData {
  readonly rows: number;
  readonly terms: number;
  readonly totalLength: number;
  /** Words with a position, per row. */
  readonly lengths: Uint32Array;
  /** UTF-8 of all terms, in byte order; term t is [termOffsets[t], termOffsets[t + 1]). */
  readonly termBytes: Uint8Array;
  readonly termOffsets: Uint32Array;
  /** Postings of term t are [postingOffsets[t], postingOffsets[t + 1]). */
  readonly postingOffsets: Uint32Array;
  readonly postingRows: Uint32Array;
  readonly frequencies: Uint8Array;
  /** Pairs of posting and frequency, by posting. */
  readonly largeFrequencies: Uint32Array;
  /** Varint gaps; term t has [positionOffsets[t], positionOffsets[t + 1]); none for a compound. */
  readonly positions: Uint8Array;
  readonly positionOffsets: Uint32Array;
  /** Blocks of term t are [blockOffsets[t], blockOffsets[t + 1]); none for up to 128 postings. */
  readonly blockOffsets: Uint32Array;
  /** Where the block's positions begin, from the start of the term's. */
  readonly blockPositions: Uint32Array;
  /** Shortest row of those that hold the term once (65,535: none, or longer). */
  readonly blockShortestOnce: Uint16Array;
  /** Shortest row of those that hold it more often, and the highest frequency (0: none; 65,535: or more). */
  readonly blockShortestMore: Uint16Array;
  readonly blockMostFrequent: Uint16Array;
}

const SECTIONS = [
  ["lengths", Uint32Array],
  ["termBytes", Uint8Array],
  ["termOffsets", Uint32Array],
  ["postingOffsets", Uint32Array],
  ["postingRows", Uint32Array],
  ["frequencies", Uint8Array],
  ["largeFrequencies", Uint32Array],
  ["positions", Uint8Array],
  ["positionOffsets", Uint32Array],
  ["blockOffsets", Uint32Array],
  ["blockPositions", Uint32Array],
  ["blockShortestOnce", Uint16Array],
  ["blockShortestMore", Uint16Array],
  ["blockMostFrequent", Uint16Array],
] as const satisfies readonly (readonly [keyof PostingsData, unknown])[];

const TABLE_AT = 32;
const HEADER = TABLE_AT + SECTIONS.length * 16;

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

export const damaged = (what: string, cause?: unknown): LexicalError =>
  new LexicalError(
    "damaged",
    `The word index is damaged: ${what}. Restore the file or index the collection again.`,
    cause === undefined ? {} : { cause },
  );

const requireLittleEndian = (): void => {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1)
    throw new LexicalError(
      "damaged",
      "The word index is little-endian and this machine is big-endian; run Parlance on x86-64 or arm64.",
    );
};

/** The parts of the file in order, ready to be written one after another. */
export const encodePostings = (data: PostingsData): Uint8Array[] => {
  requireLittleEndian();
  const header = new Uint8Array(HEADER);
  header.set(MAGIC);
  const view = new DataView(header.buffer);
  const parts: Uint8Array[] = [header];
  let offset = HEADER;
  SECTIONS.forEach(([name], place) => {
    const section = data[name];
    view.setFloat64(TABLE_AT + place * 16, offset, true);
    view.setFloat64(TABLE_AT + place * 16 + 8, section.byteLength, true);
    parts.push(new Uint8Array(section.buffer, section.byteOffset, section.byteLength));
    const padding = aligned(section.byteLength) - section.byteLength;
    if (padding > 0) parts.push(new Uint8Array(padding));
    offset += section.byteLength + padding;
  });
  view.setUint32(8, data.rows, true);
  view.setUint32(12, data.terms, true);
  view.setFloat64(16, data.totalLength, true);
  view.setFloat64(24, offset, true);
  return parts;
};

/** Views of the sections. @throws LexicalError "damaged" where header and table do not fit the file. */
export const decodePostings = (file: Uint8Array<ArrayBuffer>): PostingsData => {
  requireLittleEndian();
  if (file.byteLength < HEADER) throw damaged("it is too short");
  const { buffer, byteOffset: start } = file;
  const view = new DataView(buffer, start, file.byteLength);
  if (MAGIC.some((byte, place) => view.getUint8(place) !== byte))
    throw damaged("it does not begin as a word index of version 1");
  if (view.getFloat64(24, true) !== file.byteLength) throw damaged("its length is not as written");
  let expected = HEADER;
  const sections = SECTIONS.map(([name, numbers], place) => {
    const offset = view.getFloat64(TABLE_AT + place * 16, true);
    const length = view.getFloat64(TABLE_AT + place * 16 + 8, true);
    if (
      offset !== expected ||
      !Number.isSafeInteger(length) ||
      length < 0 ||
      offset + length > file.byteLength ||
      length % numbers.BYTES_PER_ELEMENT !== 0
    )
      throw damaged(`section ${name} is not where it should be`);
    expected = aligned(offset + length);
    return [name, new numbers(buffer, start + offset, length / numbers.BYTES_PER_ELEMENT)];
  });
  if (expected !== file.byteLength) throw damaged("something follows its last section");
  const data: PostingsData = {
    rows: view.getUint32(8, true),
    terms: view.getUint32(12, true),
    totalLength: view.getFloat64(16, true),
    ...(Object.fromEntries(sections) as Omit<PostingsData, "rows" | "terms" | "totalLength">),
  };
  // Room is reserved for so many rows, so it is checked before anything else.
  if (data.lengths.length !== data.rows) throw damaged("row lengths are missing");
  return data;
};
