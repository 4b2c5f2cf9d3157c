// Passkeys: signing in with one, confirming who one is, those of one's own account, a new one, another name for one, the removal of one.
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  madePasskey,
  passkey,
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

type Question = z.infer<typeof passkeyQuestion>;

/** The answer of one of the person's passkeys. @param fromField the browser offers them in the list of the e-mail field, for as long as it takes */
const answerTo = async ({ options, token }: Question, fromField = false) => {
  const { startAuthentication } = await library();
  // The server makes these options for this very function.
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const response = await asking(() =>
    startAuthentication({ optionsJSON, useBrowserAutofill: fromField }),
  );
  return { token, response };
};

const enterWith = async (answer: unknown): Promise<SignInAnswer> =>
  enterUnlessMore(await askWithCookie(signedIn, "passkey/finish", answer));

const askToEnter = () => askWithCookie(passkeyQuestion, "passkey/begin", {});

/** Signs in: the browser lets the person choose one of the passkeys that it has for this site. */
export const signInWithPasskey = async (): Promise<SignInAnswer> =>
  enterWith(await answerTo(await askToEnter()));

/** Browsers use no passkeys at such an address. */
const isNumeric = (host: string): boolean => /^[\d.]+$|:/u.test(host);

/** A question is good for five minutes. */
const OFFERED_MS = 4 * 60_000;

/**
 * Offers the passkeys of this site in the list of the e-mail field, until one is chosen or the signal aborts.
 * @returns undefined where this browser cannot, nobody chose one, or a button asked for one meanwhile
 */
export const offerPasskeys = async (signal: AbortSignal): Promise<SignInAnswer | undefined> => {
  if (isNumeric(window.location.hostname)) return undefined;
  const { browserSupportsWebAuthnAutofill, WebAuthnAbortService } = await library();
  if (!(await browserSupportsWebAuthnAutofill())) return undefined;
  signal.addEventListener("abort", () => WebAuthnAbortService.cancelCeremony(), { once: true });
  for (;;) {
    // Nobody asked for it: where the server gives none, the page is the same without.
    const question = await askToEnter().catch((): undefined => undefined);
    if (question === undefined || signal.aborted) return undefined;
    let isOld = false;
    const renew = setTimeout(() => {
      isOld = true;
      WebAuthnAbortService.cancelCeremony();
    }, OFFERED_MS);
    const answer = await answerTo(question, true)
      .catch((): undefined => undefined)
      .finally(() => clearTimeout(renew));
    if (answer !== undefined) return enterWith(answer);
    if (!isOld) return undefined;
  }
};

/** Confirms that it is still the person who signed in: for a quarter of an hour no password is asked for. */
export const proveByPasskey = async (): Promise<void> => {
  const question = await ask(passkeyQuestion, `${at}/prove/begin`, { method: "POST", body: {} });
  await tell(`${at}/prove/finish`, { method: "POST", body: await answerTo(question) });
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

export const renamePasskey = (id: string, name: string) =>
  ask(passkey, `${at}/${encodeURIComponent(id)}`, { method: "PATCH", body: { name } });

export const removePasskey = (id: string, password: string) =>
  tell(`${at}/${encodeURIComponent(id)}`, { method: "DELETE", body: proofOf(password) });
