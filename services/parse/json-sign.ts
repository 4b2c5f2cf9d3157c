// How the records of a list begin, for finding the next one after damage.
import { SIGN_BYTES } from "./json-bytes.ts";

const key = String.raw`"((?:[^"\\]|\\.){1,60})"\s{0,20}:`;
const value = String.raw`(?:"(?:[^"\\]|\\.){0,400}"|[^",{}\[\]]{1,60})`;
const twoKeys = new RegExp(
  String.raw`^\{\s{0,200}${key}(?:\s{0,20}${value}\s{0,20},\s{0,200}${key})?`,
);

/**
 * How a record begins: `{ "first": …, "second":`, after what stands between two records. In strings it is not found: their quotes
 * are escaped.
 * @param bytes of a record, from its first brace on
 * @returns undefined where they begin no object with a key
 */
export const signOf = (bytes: Buffer): RegExp | undefined => {
  const match = twoKeys.exec(bytes.toString("latin1", 0, SIGN_BYTES));
  if (!match) return undefined;
  const exactly = (name: string) => `"${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}"`;
  const first = `${exactly(match[1] ?? "")}\\s{0,20}:`;
  const second =
    match[2] === undefined
      ? ""
      : `\\s{0,20}${value}\\s{0,20},\\s{0,200}${exactly(match[2])}\\s{0,20}:`;
  return new RegExp(`[,\\[}\\]]\\s{0,200}\\{\\s{0,200}${first}${second}`);
};

/** @param text a character a byte, or as it is @returns where the first record that begins so has its brace, or -1 */
export const recordIn = (text: string, sign: RegExp): number => {
  const match = sign.exec(text);
  return match ? match.index + match[0].indexOf("{") : -1;
};
