// For tests: a device that makes passkeys and signs with them (ES256), as WebAuthn level 3 describes it.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

type Cbor = number | string | Buffer | Map<number | string, Cbor>;

const head = (major: number, value: number): Buffer =>
  value < 24
    ? Buffer.from([(major << 5) | value])
    : value < 256
      ? Buffer.from([(major << 5) | 24, value])
      : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);

/** The part of CBOR (RFC 8949) that WebAuthn uses. */
export const cbor = (value: Cbor): Buffer => {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string")
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, entry]) => [cbor(key), cbor(entry)]);
  return Buffer.concat([head(5, value.size), ...entries]);
};

const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest();
const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

/** What a test may have it do differently from an honest device and browser. */
export interface Quirks {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly verified?: boolean;
  readonly attestation?: Map<number | string, Cbor>;
  readonly format?: string;
}

/** A device with one passkey, in a browser at `site.origin`. */
export const aDevice = (site: { readonly id: string; readonly origin: string }) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const jwk = publicKey.export({ format: "jwk" });
  const point = (part: string | undefined) => Buffer.from(part ?? "", "base64url");
  // COSE: kty EC2, alg ES256, crv P-256, x, y.
  const coseKey = cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, point(jwk.x)],
      [-3, point(jwk.y)],
    ]),
  );
  let counter = 0;
  const clientData = (type: string, challenge: string, quirks: Quirks) =>
    Buffer.from(
      JSON.stringify({
        type: quirks.type ?? type,
        challenge,
        origin: quirks.origin ?? site.origin,
        crossOrigin: quirks.crossOrigin ?? false,
      }),
    );
  const data = (flags: number, quirks: Quirks, attested: Buffer = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const shown = PRESENT | (quirks.verified === false ? 0 : VERIFIED) | flags;
    return Buffer.concat([sha256(quirks.rpId ?? site.id), Buffer.from([shown]), count, attested]);
  };
  const about = { id: id.toString("base64url"), rawId: id.toString("base64url") };
  return {
    id: about.id,
    countTo: (value: number) => {
      counter = value;
    },
    register: (challenge: string, quirks: Quirks = {}) => {
      const length = Buffer.from([id.length >> 8, id.length & 255]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey]);
      const attestationObject = cbor(
        new Map<string, Cbor>([
          ["fmt", quirks.format ?? "none"],
          ["attStmt", quirks.attestation ?? new Map()],
          ["authData", data(ATTESTED, quirks, attested)],
        ]),
      );
      return {
        ...about,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData("webauthn.create", challenge, quirks).toString("base64url"),
          attestationObject: attestationObject.toString("base64url"),
          transports: ["internal"],
        },
      };
    },
    signIn: (challenge: string, userId: string, quirks: Quirks = {}) => {
      counter++;
      const client = clientData("webauthn.get", challenge, quirks);
      const authenticatorData = data(0, quirks);
      const signed = Buffer.concat([authenticatorData, sha256(client)]);
      return {
        ...about,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: authenticatorData.toString("base64url"),
          signature: sign("sha256", signed, privateKey).toString("base64url"),
          userHandle: Buffer.from(userId).toString("base64url"),
        },
      };
    },
  };
};
