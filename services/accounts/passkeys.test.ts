// Tests of passkeys with real signatures: an honest device, and what attackers and other sites send.
import { describe, expect, it } from "vitest";
import { aDevice, type Quirks } from "./authenticator.builders.ts";
import {
  askForNewPasskey,
  askForPasskey,
  checkPasskey,
  passkeyIdOf,
  type RelyingParty,
  relyingPartyOf,
  takeNewPasskey,
} from "./passkeys.ts";

const site: RelyingParty = {
  id: "talk.example.org",
  origin: "https://talk.example.org",
  name: "Parlance",
};
const ada = { id: "usr_ada", email: "ada@example.org", name: "Ada Lovelace" };
const refusal = expect.objectContaining({ kind: "rejected", code: "passkey-refused" });

const registered = async () => {
  const device = aDevice(site);
  const { challenge } = await askForNewPasskey(site, ada, []);
  const response = device.register(challenge);
  const passkey = await takeNewPasskey(site, { response, challenge, name: "Phone" });
  return { device, passkey };
};

describe("a passkey", () => {
  it("is asked for with verification of the person, to be found by its site alone", async () => {
    const options = await askForNewPasskey(site, ada, [{ id: "AAAA", transports: ["usb"] }]);
    expect(options).toMatchObject({
      rp: { id: "talk.example.org" },
      user: { id: Buffer.from("usr_ada").toString("base64url"), name: "ada@example.org" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: [{ id: "AAAA", transports: ["usb"] }],
    });
    expect(Buffer.from(options.challenge, "base64url").length).toBeGreaterThanOrEqual(32);
    const signIn = await askForPasskey(site);
    expect(signIn).toMatchObject({ rpId: "talk.example.org", userVerification: "required" });
    expect(signIn.allowCredentials).toBeUndefined();
    expect((await askForPasskey(site)).challenge).not.toBe(signIn.challenge);
  });

  it("is made, and signs in", async () => {
    const { device, passkey } = await registered();
    expect(passkey).toMatchObject({
      id: device.id,
      counter: 0,
      transports: ["internal"],
      name: "Phone",
    });
    expect(JSON.parse(JSON.stringify(passkey))).toEqual(passkey);
    const { challenge } = await askForPasskey(site, [passkey]);
    const response = device.signIn(challenge, ada.id);
    expect(passkeyIdOf(response)).toBe(device.id);
    expect(await checkPasskey(site, { response, challenge, passkey, userId: ada.id })).toEqual({
      counter: 1,
    });
  });

  const dishonest: [string, Quirks][] = [
    ["for another origin", { origin: "https://evil.example" }],
    ["for another site's id", { rpId: "evil.example" }],
    ["at a subdomain", { origin: "https://x.talk.example.org" }],
    ["without verification of the person", { verified: false }],
    ["within a page of another site", { crossOrigin: true }],
    ["of the other kind", { type: "webauthn.other" }],
  ];

  it.each(dishonest)("is not made %s", async (_, quirks) => {
    const { challenge } = await askForNewPasskey(site, ada, []);
    const response = aDevice(site).register(challenge, quirks);
    await expect(takeNewPasskey(site, { response, challenge, name: "x" })).rejects.toEqual(refusal);
  });

  it.each(dishonest)("does not sign in %s", async (_, quirks) => {
    const { device, passkey } = await registered();
    const { challenge } = await askForPasskey(site);
    const response = device.signIn(challenge, ada.id, quirks);
    await expect(
      checkPasskey(site, { response, challenge, passkey, userId: ada.id }),
    ).rejects.toEqual(refusal);
  });

  it("does not answer another challenge", async () => {
    const { device, passkey } = await registered();
    const [asked, other] = [await askForPasskey(site), await askForPasskey(site)];
    const response = device.signIn(asked.challenge, ada.id);
    await expect(
      checkPasskey(site, { response, challenge: other.challenge, passkey, userId: ada.id }),
    ).rejects.toEqual(refusal);
  });

  it("does not sign in with another device's key, or for somebody else", async () => {
    const { device, passkey } = await registered();
    const other = await registered();
    const { challenge } = await askForPasskey(site);
    const forged = { ...other.device.signIn(challenge, ada.id), id: device.id, rawId: device.id };
    await expect(
      checkPasskey(site, { response: forged, challenge, passkey, userId: ada.id }),
    ).rejects.toEqual(refusal);
    await expect(
      checkPasskey(site, {
        response: device.signIn(challenge, "usr_eve"),
        challenge,
        passkey,
        userId: ada.id,
      }),
    ).rejects.toEqual(refusal);
    await expect(
      checkPasskey(site, {
        response: other.device.signIn(challenge, ada.id),
        challenge,
        passkey,
        userId: ada.id,
      }),
    ).rejects.toEqual(refusal);
  });

  it("does not sign in where its counter went back, as that of a copy does", async () => {
    const { device, passkey } = await registered();
    const { challenge } = await askForPasskey(site);
    device.countTo(4);
    const response = device.signIn(challenge, ada.id);
    await expect(
      checkPasskey(site, {
        response,
        challenge,
        passkey: { ...passkey, counter: 5 },
        userId: ada.id,
      }),
    ).rejects.toEqual(refusal);
  });

  it("brings no certificates, which would be looked up at addresses that they name", async () => {
    const { challenge } = await askForNewPasskey(site, ada, []);
    for (const format of ["android-key", "tpm", "apple", "fido-u2f", "packed"]) {
      const attestation = new Map([["x5c", Buffer.from("certificate")]]);
      const response = aDevice(site).register(challenge, { format, attestation });
      await expect(
        takeNewPasskey(site, { response, challenge, name: "x" }),
        format,
      ).rejects.toEqual(refusal);
    }
  });

  it("is refused, and nothing worse, whatever is sent instead", async () => {
    const { device, passkey } = await registered();
    const { challenge } = await askForPasskey(site);
    const honest = device.signIn(challenge, ada.id);
    for (const response of [
      undefined,
      null,
      "x",
      {},
      { ...honest, response: {} },
      { ...honest, response: { ...honest.response, clientDataJSON: "AAAA" } },
      { ...honest, response: { ...honest.response, authenticatorData: "AAAA" } },
      { ...honest, response: { ...honest.response, signature: "AAAA" } },
      { ...honest, type: "password" },
      { ...honest, id: "x".repeat(5000) },
    ]) {
      await expect(
        checkPasskey(site, { response, challenge, passkey, userId: ada.id }),
      ).rejects.toEqual(refusal);
      await expect(takeNewPasskey(site, { response, challenge, name: "x" })).rejects.toEqual(
        refusal,
      );
    }
    expect(passkeyIdOf({ id: 7 })).toBeUndefined();
  });

  it("is offered where browsers have them", () => {
    expect(relyingPartyOf("https://talk.example.org:8443/parlance/")).toEqual({
      id: "talk.example.org",
      origin: "https://talk.example.org:8443",
      name: "Parlance",
    });
    expect(relyingPartyOf("http://localhost:8787")).toMatchObject({ id: "localhost" });
    for (const none of ["http://talk.example.org", "https://192.0.2.7", "https://[::1]:1", "x"])
      expect(relyingPartyOf(none), none).toBeUndefined();
  });
});
