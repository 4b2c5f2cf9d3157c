// What a Parquet library makes of fields → plain JSON: whole numbers, times as text, bytes as text where they are text.
import type { SchemaTree } from "hyparquet";
import { isListLike, isMapLike } from "hyparquet/src/schema.js";

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

/** Of the members of a list: lists have two levels of their own in the file's schema. */
const memberOf = (field: SchemaTree | undefined): SchemaTree | undefined => {
  if (field === undefined || !isListLike(field)) return field;
  const [list] = field.children;
  return list?.children.length === 1 ? list.children[0] : list;
};

const fieldIn = (field: SchemaTree | undefined, name: string): SchemaTree | undefined => {
  const parts = field && isMapLike(field) ? field.children[0]?.children : undefined;
  if (parts) return parts.find(({ element }) => element.name === "value");
  return field?.children.find(({ element }) => element.name === name);
};

/** A time that the file calls local has no zone: it is written without one. */
const isLocal = (field: SchemaTree | undefined): boolean => {
  const type = field?.element.logical_type;
  return type?.type === "TIMESTAMP" && !type.isAdjustedToUTC;
};

/** @param field what the file's schema says of the value; undefined where it says nothing */
export const plainValue = (value: unknown, field?: SchemaTree): unknown => {
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object" || value === null) return value ?? null;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return null;
    const written = value.toISOString();
    return isLocal(field) ? written.slice(0, -1) : written;
  }
  if (value instanceof Uint8Array) return textOf(value);
  if (isNumbers(value)) return null;
  if (Array.isArray(value)) {
    const member = memberOf(field);
    return value.map((one) => plainValue(one, member));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, plainValue(member, fieldIn(field, name))]),
  );
};
