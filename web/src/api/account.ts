// Requests about one's own account: profile, password, second factor, sessions, API keys.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  account,
  type accountPatch,
  apiKeyList,
  madeApiKey,
  type newApiKey,
  type passwordChange,
  recoveryCodes,
  signedIn,
  totpSecret,
  userSessionList,
} from "#services/contract/accounts.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";
import { enter } from "./session.ts";

const at = `${base}/account`;
const post = (body: unknown) => ({ method: "POST", body }) as const;

/** Proves that it is still the same person: by the password, or, where there is none (empty), by a sign-in of minutes ago. */
export const proofOf = (password: string) => (password === "" ? {} : { password });

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => ask(account, at, { signal }),
  staleTime: 60_000,
});

export const patchAccount = (body: z.infer<typeof accountPatch>) =>
  ask(account, at, { method: "PATCH", body });

export const changePassword = (body: z.infer<typeof passwordChange>) =>
  tell(`${at}/password`, post(body));

/** Works in another organization from now on, in all tabs. */
export const chooseOrganization = async (organization: string): Promise<void> =>
  enter(await ask(signedIn, `${at}/organization`, post({ organization })));

export const beginTotp = (password: string) =>
  ask(totpSecret, `${at}/totp`, post(proofOf(password)));
export const confirmTotp = (code: string) =>
  ask(recoveryCodes, `${at}/totp/confirm`, post({ code }));
export const removeTotp = (password: string) => tell(`${at}/totp/remove`, post(proofOf(password)));
export const renewRecoveryCodes = (password: string) =>
  ask(recoveryCodes, `${at}/recovery-codes`, post(proofOf(password)));

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: async ({ signal }) =>
    (await ask(userSessionList, `${at}/sessions`, { signal })).sessions,
});
export const endSession = (id: string) =>
  tell(`${at}/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
export const endOtherSessions = () => tell(`${at}/sessions/end-others`, post({}));

export const keysQuery = queryOptions({
  queryKey: ["account", "keys"],
  queryFn: async ({ signal }) => (await ask(apiKeyList, `${at}/keys`, { signal })).keys,
});
export const makeKey = (body: z.input<typeof newApiKey>) =>
  ask(madeApiKey, `${at}/keys`, post(body));
export const deleteKey = (id: string) =>
  tell(`${at}/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
