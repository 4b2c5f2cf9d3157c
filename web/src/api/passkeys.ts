// Passkeys: signing in with one, those of one's own account, a new one, the removal of one; and what the browser is asked for.
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { queryOptions } from "@tanstack/react-query";
import {
  madePasskey,
  passkeyList,
  passkeyQuestion,
  type SignInAnswer,
  signedIn,
} from "#services/contract/accounts.ts";
import { rejected } from "#services/domain/errors.ts";
import { proofOf } from "./account.ts";
import { fetchCode } from "./lazy-code.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";
import { askWithCookie, enterUnlessMore } from "./sign-in.ts";

const at = `${base}/account/passkeys`;

/** Whether this browser knows passkeys. On plain http it does not, except on localhost. */
export const knowsPasskeys = (): boolean => typeof globalThis.PublicKeyCredential === "function";

const library = () => fetchCode(() => import("@simplewebauthn/browser"));

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** What the browser refused, in words: its own messages are for developers. */
const refusal = (cause: unknown): Error => {
  switch (nameOf(cause)) {
    case "AbortError":
    case "NotAllowedError":
      return rejected("No passkey was given.", {
        code: "passkey-cancelled",
        hint: "It was cancelled, or it took too long. Try again.",
        cause,
      });
    case "InvalidStateError":
      return rejected("This device has a passkey for your account already.", {
        code: "passkey-known",
        hint: "Use it, or make one on another device.",
        cause,
      });
    case "SecurityError":
      return rejected("Browsers use no passkeys at this address.", {
        code: "no-passkeys-here",
        hint: "Open this server by its name, over https.",
        cause,
      });
    default:
      return rejected("The browser could not do this.", {
        code: "passkey-failed",
        hint: "Try again, or another browser or device.",
        cause,
      });
  }
};

/** @throws ParlanceError rejected, with what to do */
const asking = async <T>(question: () => Promise<T>): Promise<T> => {
  try {
    return await question();
  } catch (cause) {
    throw refusal(cause);
  }
};

/** Signs in: the browser lets the person choose one of the passkeys that it has for this site. */
export const signInWithPasskey = async (): Promise<SignInAnswer> => {
  const { startAuthentication } = await library();
  const { options, token } = await askWithCookie(passkeyQuestion, "passkey/begin", {});
  // The server makes these options for this very function.
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const response = await asking(() => startAuthentication({ optionsJSON }));
  return enterUnlessMore(await askWithCookie(signedIn, "passkey/finish", { token, response }));
};

export const passkeysQuery = queryOptions({
  queryKey: ["account", "passkeys"],
  queryFn: async ({ signal }) => (await ask(passkeyList, at, { signal })).passkeys,
});

/** @param given the password is empty where there is none */
export const addPasskey = async (given: { readonly name: string; readonly password: string }) => {
  const { startRegistration } = await library();
  const asked = { method: "POST", body: proofOf(given.password) } as const;
  const { options, token } = await ask(passkeyQuestion, `${at}/begin`, asked);
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const response = await asking(() => startRegistration({ optionsJSON }));
  const body = { token, response, name: given.name };
  return ask(madePasskey, `${at}/finish`, { method: "POST", body });
};

export const removePasskey = (id: string, password: string) =>
  tell(`${at}/${encodeURIComponent(id)}`, { method: "DELETE", body: proofOf(password) });
