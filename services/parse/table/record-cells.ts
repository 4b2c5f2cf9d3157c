// Records of JSON as rows of a table: their fields are columns, named by their paths.
import { isObject, type Json } from "../message.ts";

/** Fields lie so deep at most, and a record has so many of them. */
const DEEPEST = 4;
const MOST = 200;

/** What a field holds, as a cell has it; undefined where it is a list of records, which no cell holds. */
const cellText = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    default:
      break;
  }
  if (value === null || value === undefined) return "";
  if (!Array.isArray(value)) return undefined;
  const parts = value.map((one) => (Array.isArray(one) ? undefined : cellText(one)));
  return parts.every((part) => part !== undefined) ? parts.join("\n") : undefined;
};

/** The paths of all fields that fit into cells, in order. */
export const fieldNames = (records: readonly Json[]): string[] => {
  const names = new Set<string>();
  const visit = (record: Json, prefix: string, depth: number): void => {
    for (const [key, value] of Object.entries(record)) {
      if (names.size >= MOST) return;
      if (isObject(value) && depth < DEEPEST) visit(value, `${prefix}${key}.`, depth + 1);
      else if (cellText(value) !== undefined) names.add(`${prefix}${key}`);
    }
  };
  for (const record of records) visit(record, "", 1);
  return [...names];
};

/** The value at a path, whose names may have dots themselves: the longest name that is there is followed. */
const valueAt = (record: Json, path: string): unknown => {
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const [name, rest] = [path.slice(0, dot), path.slice(dot + 1)];
    const inner = Object.hasOwn(record, name) ? record[name] : undefined;
    if (isObject(inner)) return valueAt(inner, rest);
  }
  return undefined;
};

export const cellsOfRecord = (record: Json, names: readonly string[]): string[] =>
  names.map((name) => cellText(valueAt(record, name)) ?? "");
