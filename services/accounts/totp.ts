// Codes of an authenticator app (TOTP, RFC 6238), and the recovery codes for when it is lost.
import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { HOTP, Secret, TOTP } from "otpauth";
import { renderSVG } from "uqr";
import type { Millis } from "#services/domain/units.ts";

const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** One step early or late, for clocks that are a little off. */
const WINDOW = [-1, 0, 1] as const;
const RECOVERY_CODES = 10;
/** Of 5 bits each: 26 hold 130 bits. */
const RECOVERY_CHARACTERS = 26;
/** Crockford's alphabet: none of its signs is taken for another. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export interface NewTotp {
  /** Base 32. Keep it sealed. */
  readonly secret: string;
  /** `otpauth://…`, what the picture says. */
  readonly uri: string;
  /** A QR code. */
  readonly svg: string;
}

/** What every authenticator app understands: SHA-1, six digits, 30 seconds. */
export const newTotp = (label: { readonly email: string; readonly issuer: string }): NewTotp => {
  const secret = new Secret({ size: SECRET_BYTES });
  const uri = new TOTP({
    issuer: label.issuer,
    label: label.email,
    secret,
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_SECONDS,
  }).toString();
  return { secret: secret.base32, uri, svg: renderSVG(uri, { ecc: "M", border: 4 }) };
};

/**
 * The step that a code belongs to; undefined for a wrong code, and for one of a step up to `lastStep`. Keep the step, and only if it is
 * still greater than the one kept (compare and set): so each code works once.
 */
export const checkTotp = (
  secret: string,
  code: string,
  when: { readonly at: Millis; readonly lastStep: number | undefined },
): number | undefined => {
  const digits = code.replace(/\s/gu, "");
  if (!/^[0-9]{6}$/u.test(digits)) return undefined;
  const key = Secret.fromBase32(secret);
  const now = Math.floor(when.at / 1000 / PERIOD_SECONDS);
  // All are compared, so that the time does not tell which one it was.
  const found = WINDOW.map((offset) => now + offset).filter(
    (counter) =>
      counter >= 0 &&
      timingSafeEqual(
        Buffer.from(HOTP.generate({ secret: key, counter, digits: 6, algorithm: "SHA1" })),
        Buffer.from(digits),
      ),
  );
  return found.find((step) => when.lastStep === undefined || step > when.lastStep);
};

const newCode = (): string =>
  Array.from({ length: RECOVERY_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)])
    .join("")
    // 5-5-5-5-6
    .replace(/(.{5})(?=.{6})/gu, "$1-");

/** Ten, each good for one sign-in; show them once and keep their hashes only. */
export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newCode);

/** As it may be typed: with other gaps, in capitals, o for 0, i or l for 1. */
const normalCode = (code: string): string =>
  code
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, "")
    .replaceAll("o", "0")
    .replace(/[il]/gu, "1");

/** SHA-256 in hexadecimal. A slow hash would protect 130 random bits no better. */
export const recoveryHash = (code: string): string =>
  createHash("sha256").update(normalCode(code)).digest("hex");
