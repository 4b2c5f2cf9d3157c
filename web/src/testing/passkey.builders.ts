// A browser that knows passkeys, for tests of pages: what it is asked, and what it gives; and the server's answers about passkeys.
import { vi } from "vitest";
import { passkey, passkeyQuestion } from "#services/contract/accounts.ts";
import { at, type Given } from "./answers.builders.ts";

export const aPasskey = (given: Given<typeof passkey> = {}) =>
  passkey.parse({
    id: "pk_a",
    name: "Laptop",
    site: "localhost",
    createdAt: at(5, 1),
    lastUsedAt: null,
    ...given,
  });

/** What the server asks a browser for, to make a passkey or to sign in with one. */
export const aPasskeyQuestion = (token = "sealed") =>
  passkeyQuestion.parse({
    token,
    options: {
      challenge: "Y2hhbGxlbmdl",
      rp: { id: "localhost", name: "Parlance" },
      user: { id: "dXNy", name: "mira@example.org", displayName: "Mira Okafor" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    },
  });

const bytes = (text: string) => new TextEncoder().encode(text).buffer;

/** A credential as browsers give it. */
const credential = {
  id: "Y3JlZA",
  rawId: bytes("cred"),
  type: "public-key",
  authenticatorAttachment: "platform",
  response: {
    attestationObject: bytes("made"),
    authenticatorData: bytes("data"),
    clientDataJSON: bytes("{}"),
    signature: bytes("signed"),
  },
  getClientExtensionResults: () => ({}),
};

const named = (name: string) => Object.assign(new Error(`The browser says ${name}.`), { name });

/** Until closeApp. @param refusal the name of the error that the browser gives instead; it can be changed later */
export const giveBrowserPasskeys = (refusal?: string) => {
  let now = refusal;
  const answer = vi.fn(async (_asked: unknown) => {
    if (now !== undefined) throw named(now);
    return credential;
  });
  let offers = false;
  vi.stubGlobal(
    "PublicKeyCredential",
    Object.assign(() => undefined, { isConditionalMediationAvailable: async () => offers }),
  );
  // The rest of navigator stays as it is.
  vi.stubGlobal(
    "navigator",
    new Proxy(navigator, {
      get: (target, name) =>
        name === "credentials"
          ? { get: answer, create: answer }
          : Reflect.get(target, name, target),
    }),
  );
  return {
    asked: answer,
    /** It offers passkeys in the list of a field too. */
    offersInFields: () => {
      offers = true;
    },
    refuse: (name: string | undefined) => {
      now = name;
    },
  };
};
