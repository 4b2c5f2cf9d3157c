// Packed arrays: the format in which large columns of numbers are sent: a JSON header, then the arrays, little-endian, 8-byte aligned.
// Layout: uint32 length of the header in bytes · header as UTF-8 JSON · zeros up to a multiple of 8 · the arrays in order, each
// padded likewise. The header names them: { about, arrays: [{ name, type, length }] }.
import { z } from "zod";

const types = { f32: Float32Array, i16: Int16Array, u16: Uint16Array, u32: Uint32Array } as const;
export type PackedArray =
  | Float32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>;

const header = z.object({
  about: z.unknown(),
  arrays: z.array(
    z.object({
      name: z.string(),
      type: z.enum(["f32", "i16", "u16", "u32"]),
      length: z.int().min(0),
    }),
  ),
});

const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

const typeOf = (array: PackedArray): keyof typeof types => {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int16Array) return "i16";
  return array instanceof Uint16Array ? "u16" : "u32";
};

/** Packs named arrays together with any JSON about them. */
export const pack = (
  about: unknown,
  arrays: Readonly<Record<string, PackedArray>>,
): Uint8Array<ArrayBuffer> => {
  const named = Object.entries(arrays);
  const text = new TextEncoder().encode(
    JSON.stringify({
      about,
      arrays: named.map(([name, array]) => ({ name, type: typeOf(array), length: array.length })),
    }),
  );
  const start = aligned(4 + text.length);
  const size = named.reduce((sum, [, array]) => sum + aligned(array.byteLength), start);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  let at = start;
  for (const [, array] of named) {
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return out;
};

/**
 * Unpacks arrays as views of the given bytes.
 * @throws RangeError where the bytes are not a complete packed message.
 */
export const unpack = (
  bytes: ArrayBuffer,
): { readonly about: unknown; readonly arrays: ReadonlyMap<string, PackedArray> } => {
  if (bytes.byteLength < 4) throw new RangeError("These are not packed arrays.");
  const length = new DataView(bytes).getUint32(0, true);
  if (4 + length > bytes.byteLength) throw new RangeError("These packed arrays are cut off.");
  const { about, arrays } = header.parse(
    JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))),
  );
  const found = new Map<string, PackedArray>();
  let at = aligned(4 + length);
  for (const { name, type, length: count } of arrays) {
    const Type = types[type];
    if (at + count * Type.BYTES_PER_ELEMENT > bytes.byteLength)
      throw new RangeError("These packed arrays are cut off.");
    found.set(name, new Type(bytes, at, count));
    at += aligned(count * Type.BYTES_PER_ELEMENT);
  }
  return { about, arrays: found };
};
