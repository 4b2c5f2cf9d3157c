// What a Parquet library makes of fields → plain JSON: whole numbers, times as text, bytes as text where they are text.

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Pictures and sound: no words.
    return null;
  }
};

/** Lists of numbers are embeddings: nobody's words, and longer than any. */
const isNumbers = (value: object): boolean =>
  ArrayBuffer.isView(value) && !(value instanceof Uint8Array);

export const plainValue = (value: unknown): unknown => {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return value ?? null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return textOf(value);
  if (isNumbers(value)) return null;
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, plainValue(member)]),
  );
};
