// The digest behind the ids: 128 bits of SHA-256 in 26 lower-case letters and digits.
import { hash, randomBytes } from "node:crypto";
import type { Digest } from "#services/domain/ids.ts";

/** Without i, l, o and u, so that an id read aloud or from paper is not misread. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

const base32 = (bytes: Uint8Array): string => {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
};

export const digest: Digest = (text) => base32(hash("sha256", text, "buffer").subarray(0, 16));

/** A new random name for things whose id cannot be derived from content: 16 letters and digits, 80 random bits. */
export const randomName = (): string => base32(randomBytes(10));
