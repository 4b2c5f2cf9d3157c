// For tests: a certificate for localhost that signs itself (X.509, ES256 or RS256), written by hand so that no tool has to be installed.
import { generateKeyPairSync, sign } from "node:crypto";

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, "hex"));
const utcTime = (at: number) =>
  tlv(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/gu, "").slice(2, 14)}Z`));

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const rsaWithSha256 = sequence(oid("2a864886f70d01010b"), tlv(0x05));
const commonName = (name: string) =>
  sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(name)))));

/** Key and certificate as PEM; the certificate is also the authority to trust. */
export const aCertificate = (
  host = "localhost",
  rsaBits?: number,
): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } =
    rsaBits === undefined
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: rsaBits });
  const algorithm = rsaBits === undefined ? ecdsaWithSha256 : rsaWithSha256;
  const day = 86_400_000;
  const now = Date.now();
  const altName = sequence(oid("551d11"), tlv(0x04, sequence(tlv(0x82, Buffer.from(host)))));
  const authority = sequence(oid("551d13"), tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    algorithm,
    commonName(host),
    sequence(utcTime(now - day), utcTime(now + day)),
    commonName(host),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(authority, altName)),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const der = sequence(body, algorithm, signature);
  const lines = der.toString("base64").replace(/(.{64})/gu, "$1\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};
