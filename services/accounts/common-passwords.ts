// Passwords that attackers try first: whether one is among the million most common of twelve characters and more.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * common-passwords.bin has the first five bytes of the SHA-256 of each, in order: what people once chose is often about themselves,
 * and is not repeated here. With 44,000 of 2^40 values, one password in 25 million is refused although it is not in the list.
 * Made by infra/lists/common-passwords.ts from `10-million-password-list-top-1000000.txt` of SecLists,
 * https://github.com/danielmiessler/SecLists, Copyright (c) Daniel Miessler, MIT License.
 */
const LIST = join(import.meta.dirname, "common-passwords.bin");
export const BYTES_EACH = 5;
/** Shorter ones are refused for their length. */
export const SHORTEST_LISTED = 12;

/** Upper and lower case are one: attackers try both. */
export const listedForm = (password: string): Buffer =>
  createHash("sha256").update(password.toLowerCase(), "utf8").digest().subarray(0, BYTES_EACH);

const holds = (list: Buffer, wanted: Buffer): boolean => {
  let [low, high] = [0, list.length / BYTES_EACH - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const at = middle * BYTES_EACH;
    const order = list.compare(wanted, 0, BYTES_EACH, at, at + BYTES_EACH);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
};

/** Whether it is in the list, as it is or without digits and signs at its ends. Reads 200 KB: passwords are set seldom. */
export const isCommonPassword = (password: string): boolean => {
  const list = readFileSync(LIST);
  const bare = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [password, bare].some(
    (form) => form.length >= SHORTEST_LISTED && holds(list, listedForm(form)),
  );
};
