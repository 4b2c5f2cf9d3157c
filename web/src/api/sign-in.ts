// Requests of people who are not signed in yet: setup, signing in, invitations, forgotten passwords, registration.
import type { z } from "zod";
import {
  type acceptRequest,
  type registerRequest,
  type SignedIn,
  type SignInAnswer,
  type secondFactorRequest,
  setupLink,
  type setupRequest,
  shownInvitation,
  signedIn,
  signInAnswer,
  type signInRequest,
} from "#services/contract/accounts.ts";
import { base, readAnswer } from "./plain-request.ts";
import { ask } from "./request.ts";
import { enter, sendWithCookie } from "./session.ts";

const at = (name: string) => `${base}/auth/${name}`;

export const askWithCookie = async <S extends z.ZodType>(
  schema: S,
  name: string,
  body: unknown,
): Promise<z.infer<S>> => readAnswer(schema, await sendWithCookie(at(name), body), {});
const tellWithCookie = async (name: string, body: unknown): Promise<void> => {
  await sendWithCookie(at(name), body);
};

/** Signed in now; or the second factor is to be given first. */
export const enterUnlessMore = (answer: SignInAnswer): SignInAnswer => {
  if (answer.kind === "signed-in") enter(answer);
  return answer;
};
const entered = (answer: SignedIn): SignInAnswer => enterUnlessMore(answer);

/** @returns the link that makes the first owner */
export const turnAccountsOn = () =>
  ask(setupLink, `${base}/accounts/on`, { method: "POST", body: {} });

/** Not used up by it. @throws ProblemError `link-used` where it does not work any more */
export const checkSetupLink = (token: string) => tellWithCookie("setup/check", { token });

export const setUp = async (body: z.infer<typeof setupRequest>) =>
  entered(await askWithCookie(signedIn, "setup", body));

export const signIn = async (body: z.infer<typeof signInRequest>) =>
  enterUnlessMore(await askWithCookie(signInAnswer, "sign-in", body));

export const giveSecondFactor = async (body: z.infer<typeof secondFactorRequest>) =>
  entered(await askWithCookie(signedIn, "second-factor", body));

export const readInvitation = (token: string) =>
  askWithCookie(shownInvitation, "invitation", { token });

export const acceptInvitation = async (body: z.input<typeof acceptRequest>) =>
  enterUnlessMore(await askWithCookie(signInAnswer, "accept-invitation", body));

export const forgot = (email: string) => tellWithCookie("forgot", { email });

export const resetPassword = async (token: string, password: string) =>
  enterUnlessMore(await askWithCookie(signInAnswer, "reset", { token, password }));

export const verifyAddress = async (token: string, password: string) =>
  entered(await askWithCookie(signedIn, "verify", { token, password }));

export const register = (body: z.infer<typeof registerRequest>) => tellWithCookie("register", body);

/** The address at which signing in with a provider begins, and that comes back to `path` of the app. */
export const providerAddress = (provider: string, path: string): string =>
  `${at("providers")}/${encodeURIComponent(provider)}/start?${new URLSearchParams({ return: path })}`;
