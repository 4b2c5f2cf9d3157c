// Requests about where people may sign in instead, for whoever runs the server.
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  type NewSignInProvider,
  type newSignInProviderTest,
  type SignInProviderPatch,
  signInProvider,
  signInProviderList,
  type signInProviderTest,
  testedProvider,
} from "#services/contract/sign-in-providers.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";

const at = `${base}/sign-in-providers`;
const one = (id: string) => `${at}/${encodeURIComponent(id)}`;

export const signInProvidersQuery = queryOptions({
  queryKey: ["sign-in-providers"],
  queryFn: ({ signal }) => ask(signInProviderList, at, { signal }),
});
export const addProvider = (body: NewSignInProvider) =>
  ask(signInProvider, at, { method: "POST", body });
export const patchProvider = (id: string, body: SignInProviderPatch) =>
  ask(signInProvider, one(id), { method: "PATCH", body });
/** Whoever asks for it has been told who signs in only there. */
export const removeProvider = (id: string) =>
  tell(one(id), { method: "DELETE", body: { confirmed: true } });
export const testNewProvider = (body: z.input<typeof newSignInProviderTest>) =>
  ask(testedProvider, `${at}/test`, { method: "POST", body });
export const testProvider = (id: string, body: z.input<typeof signInProviderTest> = {}) =>
  ask(testedProvider, `${one(id)}/test`, { method: "POST", body });
