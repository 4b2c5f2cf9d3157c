// Requests about the sign-in providers that one's own account is linked to.
import { queryOptions } from "@tanstack/react-query";
import { linkedIdentityList, linkStart } from "#services/contract/accounts.ts";
import { proofOf } from "./account.ts";
import { base } from "./plain-request.ts";
import { ask, tell } from "./request.ts";

const at = `${base}/account/identities`;
const one = (provider: string) => `${at}/${encodeURIComponent(provider)}`;

export const identitiesQuery = queryOptions({
  queryKey: ["account", "identities"],
  queryFn: async ({ signal }) => (await ask(linkedIdentityList, at, { signal })).identities,
});

/** @returns the address of the provider, to which the browser has to go; it comes back to `path` of the app */
export const startLink = async (
  provider: string,
  { password, path }: { readonly password: string; readonly path: string },
): Promise<string> => {
  const body = { ...proofOf(password), return: path };
  return (await ask(linkStart, `${one(provider)}/start`, { method: "POST", body })).location;
};

export const unlink = (provider: string, password: string) =>
  tell(one(provider), { method: "DELETE", body: proofOf(password) });
