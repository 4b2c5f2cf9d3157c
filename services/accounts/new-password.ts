// Whether a new password is good enough: long, not a common one, and not mostly the person's own names, repetitions and sequences.
import { rejected } from "#services/domain/errors.ts";
import { isCommonPassword } from "./common-passwords.ts";
import { isTooLong, MAX_PASSWORD_BYTES, normalPassword } from "./passwords.ts";

/** NIST SP 800-63B: 15 where the password is the only factor. */
export const MIN_PASSWORD_LENGTH = 15;
export const MIN_LENGTH_WITH_SECOND_FACTOR = 12;
/** Characters that must be left when names, common words, repetitions and sequences are taken away. */
const LEAST_OWN = 8;
const LEAST_DIFFERENT = 6;

const commonWords =
  "parlance password passwort passphrase welcome willkommen letmein login administrator admin secret iloveyou changeme qwerty".split(
    " ",
  );
const keyRows = "1234567890 qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm yxcvbnm".split(" ");

export interface PasswordOwner {
  /** Of the person and what is around: name, e-mail address, organization. */
  readonly names: readonly string[];
  /** A second factor is set up already, which allows a shorter one. */
  readonly hasSecondFactor: boolean;
}

export const minPasswordLength = (hasSecondFactor: boolean): number =>
  hasSecondFactor ? MIN_LENGTH_WITH_SECOND_FACTOR : MIN_PASSWORD_LENGTH;

type Reason = "short" | "long" | "common" | "guessable";

const weak = (reason: Reason, message: string, hint: string) =>
  rejected(message, { code: "weak-password", hint, data: { reason } });

const advice =
  "Take four or five words that have nothing to do with each other, or let a password manager make one.";

const folded = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const wordsOf = (names: readonly string[]): string[] =>
  [...names.flatMap((name) => folded(name).split(/[^\p{L}\p{N}]+/u)), ...commonWords]
    .filter((word) => word.length >= 3)
    // "Anna" before "Ann", or an a would be left.
    .sort((a, b) => b.length - a.length);

/** From one character to the next: 0 the same, ±1 its neighbour in an alphabet or a row of keys; undefined otherwise. */
const step = (from: string, to: string): number | undefined => {
  const apart = (to.codePointAt(0) ?? 0) - (from.codePointAt(0) ?? 0);
  if (Math.abs(apart) <= 1) return apart;
  for (const row of keyRows) {
    const [a, b] = [row.indexOf(from), row.indexOf(to)];
    if (a >= 0 && b >= 0 && Math.abs(b - a) === 1) return b - a;
  }
  return undefined;
};

/** Leaves two characters of each run such as "aaaa", "4567" or "fghj". */
const withoutRuns = (text: string): string => {
  const signs = [...text];
  return signs
    .filter((sign, i) => {
      const [before = "", last = ""] = [signs[i - 2], signs[i - 1]];
      const now = i >= 2 ? step(last, sign) : undefined;
      return now === undefined || now !== step(before, last);
    })
    .join("");
};

/** "abcabcabcab" is "abc" again and again. */
const isRepetition = (text: string): boolean => {
  for (let period = 1; period <= text.length / 2; period++)
    if (text.slice(period) === text.slice(0, -period)) return true;
  return false;
};

const isGuessable = (text: string, names: readonly string[]): boolean => {
  const plain = folded(text);
  if (new Set(plain).size < LEAST_DIFFERENT || isRepetition(plain)) return true;
  const own = wordsOf(names).reduce((left, word) => left.replaceAll(word, ""), plain);
  return [...withoutRuns(own)].length < LEAST_OWN;
};

/**
 * Passes in silence or throws; which kinds of characters it has does not matter.
 * @throws ParlanceError rejected `weak-password`, saying what to do; `data.reason` is short, long, common or guessable
 */
export const checkNewPassword = (text: string, owner: PasswordOwner): void => {
  if (isTooLong(text))
    throw weak(
      "long",
      `A password has at most ${MAX_PASSWORD_BYTES} bytes.`,
      "Choose a shorter one.",
    );
  const password = normalPassword(text);
  const atLeast = minPasswordLength(owner.hasSecondFactor);
  const length = [...password].length;
  if (length < atLeast)
    throw weak("short", `This password has ${length} of at least ${atLeast} characters.`, advice);
  if (isCommonPassword(password))
    throw weak("common", "This password is one of those that attackers try first.", advice);
  if (isGuessable(password, owner.names))
    throw weak(
      "guessable",
      "This password is mostly names, common words, repetitions or sequences, which are easy to guess.",
      advice,
    );
};
