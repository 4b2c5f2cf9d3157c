// Passkeys (WebAuthn): what a browser is asked for, and whether its answer is from the person's own device, for this site, just now.
import { isIP } from "node:net";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import {
  COSEALG,
  decodeAttestationObject,
  decodeClientDataJSON,
  isoBase64URL,
} from "@simplewebauthn/server/helpers";
import { z } from "zod";
import { type ParlanceError, rejected } from "#services/domain/errors.ts";

const TIMEOUT_MS = 300_000;
const algorithms = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

/** The site that passkeys are for. They are bound to `id` for ever: another host name needs new ones. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
  /** Shown by browsers. */
  readonly name: string;
}

/** What is kept of a passkey; nothing of it is secret. */
export interface Passkey {
  readonly id: string;
  /** Base64url. */
  readonly publicKey: string;
  /** Greater at every use, or always 0 where the device does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** Given by its owner. */
  readonly name: string;
}

export interface PasskeyUser {
  /** 64 bytes at most; the passkey holds it. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

const base64url = z
  .string()
  .regex(/^[\w-]+$/u)
  .max(20_000);
const credential = {
  id: base64url.max(1500),
  rawId: base64url.max(1500),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}).optional(),
};
const registrationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});
const signInResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});

const refused = (cause: unknown): ParlanceError =>
  rejected("This passkey was not accepted.", {
    code: "passkey-refused",
    hint: "Try again, with a passkey that was set up for this site.",
    cause,
  });

/** The library tells all refusals by plain errors, down to those of its parsers. */
const orRefuse = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw refused(cause);
  }
};

/** Undefined where browsers offer no passkeys: without https, or at a numeric address. */
export const relyingPartyOf = (publicUrl: string, name = "Parlance"): RelyingParty | undefined => {
  const url = URL.parse(publicUrl);
  if (url === null || isIP(url.hostname.replace(/^\[|\]$/gu, "")) !== 0) return undefined;
  if (url.protocol !== "https:" && url.hostname !== "localhost") return undefined;
  return { id: url.hostname, origin: url.origin, name };
};

const named = (passkeys: readonly Pick<Passkey, "id" | "transports">[]) =>
  passkeys.map(({ id, transports }) => ({ id, transports: [...transports] }));

/**
 * What the browser is asked for to make a passkey (`startRegistration` of @simplewebauthn/browser takes it).
 * Keep `options.challenge` for this person and five minutes, and use it once.
 */
export const askForNewPasskey = (
  site: RelyingParty,
  user: PasskeyUser,
  existing: readonly Pick<Passkey, "id" | "transports">[],
) =>
  generateRegistrationOptions({
    rpName: site.name,
    rpID: site.id,
    userID: new TextEncoder().encode(user.id),
    userName: user.email,
    userDisplayName: user.name,
    timeout: TIMEOUT_MS,
    attestationType: "none",
    excludeCredentials: named(existing),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: algorithms,
  });

/** Pages of other sites that frame this one get no passkeys. */
const refuseFrames = (clientDataJSON: string): void => {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin === true)
    throw new Error("It was asked for by a page within another site's.");
};

/** No attestation was asked for; one with certificates would make the library fetch what they name. */
const refuseCertificates = (attestationObject: string): void => {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = attestation.get("fmt");
  if (format === "none") return;
  if (format !== "packed" || attestation.get("attStmt").get("x5c") !== undefined)
    throw new Error(`It brought an attestation that was not asked for: ${format}.`);
};

/**
 * @param given `response` as it came from the browser, `challenge` of `askForNewPasskey`, `name` for its owner
 * @throws ParlanceError rejected `passkey-refused`
 */
export const takeNewPasskey = (
  site: RelyingParty,
  given: { readonly response: unknown; readonly challenge: string; readonly name: string },
): Promise<Passkey> =>
  orRefuse(async () => {
    const {
      response,
      clientExtensionResults = {},
      ...rest
    } = registrationResponse.parse(given.response);
    refuseFrames(response.clientDataJSON);
    refuseCertificates(response.attestationObject);
    const { clientDataJSON, attestationObject } = response;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...rest,
        clientExtensionResults,
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: given.challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified) throw new Error("Its attestation is not valid.");
    const { id, publicKey, counter } = registrationInfo.credential;
    if (id !== rest.id) throw new Error("It names another credential than it made.");
    return {
      id,
      publicKey: Buffer.from(publicKey).toString("base64url"),
      counter,
      transports: response.transports ?? [],
      name: given.name,
    };
  });

/**
 * What the browser is asked for to sign in (`startAuthentication`). Without `allowed`, it offers all passkeys of this site, and its
 * answer says whose it is. Keep `options.challenge` for this browser and five minutes, and use it once.
 */
export const askForPasskey = (
  site: RelyingParty,
  allowed: readonly Pick<Passkey, "id" | "transports">[] = [],
) =>
  generateAuthenticationOptions({
    rpID: site.id,
    timeout: TIMEOUT_MS,
    userVerification: "required",
    ...(allowed.length === 0 ? {} : { allowCredentials: named(allowed) }),
  });

/** The id of the passkey that an answer claims to be of, to find it by; undefined where it is no such answer. */
export const passkeyIdOf = (response: unknown): string | undefined =>
  signInResponse.safeParse(response).data?.id;

/**
 * @param given `response` as it came from the browser, `challenge` of `askForPasskey`, the kept passkey with that id, and its owner's id
 * @returns the counter to keep; save it only if it is still greater than the one kept, or both are 0
 * @throws ParlanceError rejected `passkey-refused`
 */
export const checkPasskey = (
  site: RelyingParty,
  given: {
    readonly response: unknown;
    readonly challenge: string;
    readonly passkey: Passkey;
    readonly userId: string;
  },
): Promise<{ readonly counter: number }> =>
  orRefuse(async () => {
    const { passkey } = given;
    const { response, clientExtensionResults = {}, ...rest } = signInResponse.parse(given.response);
    if (rest.id !== passkey.id) throw new Error("It is another passkey.");
    refuseFrames(response.clientDataJSON);
    const { userHandle, ...answer } = response;
    if (userHandle !== undefined && isoBase64URL.toUTF8String(userHandle) !== given.userId)
      throw new Error("It belongs to somebody else.");
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...rest, clientExtensionResults, response: answer },
      expectedChallenge: given.challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        counter: passkey.counter,
        transports: [...passkey.transports],
      },
      requireUserVerification: true,
    });
    if (!verified) throw new Error("Its signature is not valid.");
    return { counter: authenticationInfo.newCounter };
  });
