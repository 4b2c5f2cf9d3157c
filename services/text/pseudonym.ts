// Words that stand for values which are masked in names: the same for the same value under one key, and of no use without it.
import { createHmac } from "node:crypto";
import type { FoundKind } from "#services/domain/cleaning.ts";

const consonants = "bdfghjklmnprstvz";
const vowels = "aiou";
/** Two words of six letters, as in "lusaba-gutihi": 36 bits, so that of 10,000 values two are the same once in 1,400 collections. */
const SYLLABLES = 6;

/** One value may be written in several ways: +49 170 1234567 and +491701234567, Ann@Example.org and ann@example.org. */
const plain = (kind: FoundKind, value: string): string =>
  kind === "email" ? value.toLowerCase() : value.replaceAll(/[^\p{L}\p{N}]/gu, "");

/** @param key a secret: without one, whoever tries all telephone numbers finds the one that a word stands for */
export const pseudonym = (kind: FoundKind, value: string, key: string): string => {
  const bytes = createHmac("sha256", key)
    .update(`${kind}\u0000${plain(kind, value)}`)
    .digest()
    .subarray(0, SYLLABLES);
  const syllables = [...bytes].map((byte) => `${consonants[byte & 15]}${vowels[(byte >> 4) & 3]}`);
  return `${syllables.slice(0, 3).join("")}-${syllables.slice(3).join("")}`;
};
