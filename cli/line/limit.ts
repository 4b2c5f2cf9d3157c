// The value of --limit.
import { misuse } from "./misuse.ts";

/** @throws ParlanceError rejected `bad-argument` where it is not a whole number from 1 to `most` */
export const limitOf = (text: string, most: number): number => {
  const limit = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= most) return limit;
  throw misuse(
    `--limit ${text} is not a number from 1 to ${most}.`,
    `Write a whole number, such as --limit ${Math.min(20, most)}.`,
  );
};
