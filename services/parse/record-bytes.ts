// Bytes of one JSON record → its value, and what is said of records that have none.
import { decoded } from "./encoding.ts";
import { jsonOf } from "./json-text.ts";

/** A record as it was read. */
export interface Parsed {
  readonly value: unknown;
  /** Bytes that are no character in any encoding tried. */
  readonly replaced: number;
}

/** The value of a record's bytes; undefined where they are no JSON. */
export const parseBytes = (bytes: Buffer): Parsed | undefined => {
  const { text, replaced } = decoded(bytes);
  const value = jsonOf(text);
  // The caller reports it, with its place.
  return value === undefined ? undefined : { value, replaced };
};

/** What is wrong with a record that cannot be read, by the code of the problem. */
export const reasons = {
  "bad-json": "This is not valid JSON.",
  "too-large": "This record is too large for a conversation.",
  "too-deep": "This record is nested too deeply for a conversation.",
  truncated: "The file ends too early: everything before that was read.",
} as const;
