// The keyring: one secret of the operator, the keys for each purpose derived from it, and values sealed with it.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { corrupt, rejected } from "#services/domain/errors.ts";

export const MIN_SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Text counts as the bytes that it is written with: a secret made by `openssl rand -base64 48` has 64 of them. */
export type Secret = string | Buffer;

/** What keys are for; each has its own, so that a value made for one purpose is worth nothing for another. */
export const keyPurposes = ["access-token", "ticket", "operator", "seal"] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export interface PurposeKey {
  /** Tells the secret that it was derived from, and says nothing about it. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface Keyring {
  /** The key to sign and seal with from now on. */
  key(purpose: KeyPurpose): PurposeKey;
  /** All keys to verify with: the current one first, then that of the previous secret, if there is one. */
  keys(purpose: KeyPurpose): readonly PurposeKey[];
  /** AES-256-GCM. Opens with the same context only, such as table, organization and id: a value copied elsewhere does not. */
  seal(text: string, context: readonly string[]): string;
  /** @throws ParlanceError corrupt `unknown-secret` (sealed with a secret that is not here), `cannot-unseal` (damaged, or of another context) */
  open(sealed: string, context: readonly string[]): string;
  /** With this every value begins that is sealed with the current secret; others are sealed again before the previous one is dropped. */
  readonly mark: string;
}

/** What examples, manuals and the impatient write where a secret belongs. Shorter words would be found in random text. */
const exampleWords = new RegExp(
  [
    "changethis|change|replace|secret|example|password|passwort|parlance|default|insecure|unsafe|placeholder",
    "please|insert|random|string|value|output|openssl|rand|base64|your|here|this|with|bytes|characters|long",
    "must|production|development|test|demo|qwerty|letmein|admin|abcdefghijklmnopqrstuvwxyz|0123456789|1234567890",
  ].join("|"),
  "gu",
);
/** Of what is no example word; a random secret of the least length has 32 and loses hardly any. */
const LEAST_OWN_CHARACTERS = 20;
/** 32 random hexadecimal digits show fewer than this in one of a million million cases. */
const LEAST_DIFFERENT_BYTES = 8;

const makeOne =
  "Make one with `openssl rand -base64 48` and set it as PARLANCE_SECRET=…, on all servers the same.";

const isPredictable = (bytes: Buffer): boolean => {
  if (new Set(bytes).size < LEAST_DIFFERENT_BYTES) return true;
  let steps = 0;
  for (let i = 1; i < bytes.length; i++)
    if (Math.abs((bytes[i] ?? 0) - (bytes[i - 1] ?? 0)) <= 1) steps++;
  if (steps > bytes.length / 2) return true;
  for (let period = 1; period <= bytes.length / 2; period++)
    if (bytes.subarray(period).equals(bytes.subarray(0, bytes.length - period))) return true;
  return false;
};

const isExample = (text: string): boolean =>
  text
    .toLowerCase()
    .replace(exampleWords, "")
    .replace(/[^a-z0-9]/gu, "").length < LEAST_OWN_CHARACTERS;

/** @param name of the variable or file, for the message. @throws ParlanceError rejected `weak-secret` */
export const checkedSecret = (secret: Secret, name: string, hint = makeOne): Buffer => {
  const bytes = typeof secret === "string" ? Buffer.from(secret.trim()) : secret;
  if (bytes.length < MIN_SECRET_BYTES)
    throw rejected(
      `${name} has ${bytes.length} bytes; a secret needs ${MIN_SECRET_BYTES} at least.`,
      { code: "weak-secret", hint },
    );
  if (isPredictable(bytes) || (typeof secret === "string" && isExample(secret)))
    throw rejected(`${name} can be guessed: it is an example, or follows a pattern.`, {
      code: "weak-secret",
      hint,
    });
  return bytes;
};

const derived = (secret: Buffer, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "parlance", `parlance ${purpose} v1`, length));

type Keys = Readonly<Record<KeyPurpose, PurposeKey>>;

const keysOf = (secret: Buffer): Keys => {
  const id = derived(secret, "key-id", 8).toString("hex");
  return Object.fromEntries(
    keyPurposes.map((purpose) => [purpose, { id, key: derived(secret, purpose, 32) }]),
  ) as Keys;
};

/** An unambiguous form of the context: JSON keeps ["a", "b"] and ["a,b"] apart. */
const bound = (id: string, context: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(["parlance-sealed-1", id, ...context]));

const sealWith = ({ id, key }: PurposeKey, text: string, context: readonly string[]): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bound(id, context));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `s1.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
};

const openWith = ({ id, key }: PurposeKey, bytes: Buffer, context: readonly string[]): string => {
  if (bytes.length < NONCE_BYTES + TAG_BYTES)
    throw corrupt("A sealed value is incomplete.", { code: "cannot-unseal" });
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options)
    .setAAD(bound(id, context))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (cause) {
    throw corrupt("A sealed value is damaged, or belongs elsewhere.", {
      code: "cannot-unseal",
      cause,
    });
  }
};

/**
 * Derives all keys. With `previous`, values of the time before a change of the secret can still be opened and verified.
 * @throws ParlanceError rejected `weak-secret`
 */
export const openKeyring = (secrets: {
  readonly current: Secret;
  readonly previous?: Secret | undefined;
}): Keyring => {
  const current = keysOf(checkedSecret(secrets.current, "PARLANCE_SECRET"));
  const rings =
    secrets.previous === undefined
      ? [current]
      : [current, keysOf(checkedSecret(secrets.previous, "PARLANCE_SECRET_PREVIOUS"))];
  return {
    key: (purpose) => current[purpose],
    keys: (purpose) => rings.map((ring) => ring[purpose]),
    seal: (text, context) => sealWith(current.seal, text, context),
    open: (sealed, context) => {
      const [, id, body] = /^s1\.([0-9a-f]{16})\.([\w-]+)$/u.exec(sealed) ?? [];
      if (id === undefined || body === undefined)
        throw corrupt("This is not a sealed value.", { code: "cannot-unseal" });
      const ring = rings.find(({ seal }) => seal.id === id);
      if (ring === undefined)
        throw corrupt("A value was sealed with a secret that this server does not have.", {
          code: "unknown-secret",
          hint: "Give it the secret of before as PARLANCE_SECRET_PREVIOUS, beside the current PARLANCE_SECRET.",
        });
      return openWith(ring.seal, Buffer.from(body, "base64url"), context);
    },
    mark: `s1.${current.seal.id}.`,
  };
};
