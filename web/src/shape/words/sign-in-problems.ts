// Why signing in with a provider, or linking an account to it, did not work: the code that the server adds to an address, in words.

import { type ParlanceError, rejected } from "#services/domain/errors.ts";

/** By code; given the name of the provider, as the beginning of a sentence. */
const texts = new Map<string, (provider: string) => string>([
  [
    "account-exists",
    () =>
      "There is an account with your e-mail address here already. Sign in to it, then link the provider in your account, under “Security”.",
  ],
  [
    "not-invited",
    () =>
      "You have no account here, and no invitation to your e-mail address. Ask an admin to invite you.",
  ],
  [
    "email-not-verified",
    (provider) =>
      `${provider} does not say that your e-mail address is confirmed. Confirm it there, then try again.`,
  ],
  ["suspended", () => "Your account is suspended. Ask an admin of your organization."],
  ["too-many-tries", () => "There were too many tries. Wait a quarter of an hour, then try again."],
  [
    "no-owner",
    () => "Nobody owns this server yet. Whoever runs it has to open the setup link first.",
  ],
  ["no-accounts", () => "Nobody has to sign in on this server. Open its home page."],
  ["signed-out", () => "You were signed out meanwhile. Sign in, then try again."],
  [
    "wrong-state",
    () => "This did not begin in this window, or is over already. Begin again, in one window.",
  ],
  ["link-expired", () => "It took too long. Try again."],
  [
    "provider-refused",
    (provider) => `${provider} did not let you in. Try again, or ask whoever runs this server.`,
  ],
  [
    "not-begun-here",
    (provider) =>
      `Signing in begins here, and not on the page of ${provider}. Choose ${provider} below.`,
  ],
  [
    "clock-off",
    (provider) =>
      `The answer of ${provider} came too late, or the clocks of the two servers differ. Try again. If that does not help, ask whoever runs this server to check its clock.`,
  ],
  [
    "no-lasting-id",
    (provider) =>
      `${provider} does not say who you are by a name that stays yours. Whoever runs this server has to change that there.`,
  ],
  [
    "provider-down",
    (provider) => `${provider} does not answer. Try again later, or sign in another way.`,
  ],
  [
    "unknown-provider",
    () => "This server does not know that way to sign in any more. Choose another one.",
  ],
  [
    "identity-taken",
    () =>
      "Somebody else here signs in with that account already. Choose another account there, then try again.",
  ],
  [
    "has-identity",
    () =>
      "Your account is linked to another account of this provider already. Remove that link first.",
  ],
]);

export const signInProblem = (code: string, provider = "The provider"): ParlanceError =>
  rejected(texts.get(code)?.(provider) ?? "Signing in with the provider did not work. Try again.", {
    code,
  });
