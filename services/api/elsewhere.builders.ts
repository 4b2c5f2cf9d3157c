// For tests of signing in elsewhere: a server with an owner, a real OpenID Connect provider, and browsers that go there and come back.

import type { z } from "zod";
import type { Accounts } from "#services/accounts/accounts.ts";
import { aProvider, signingIn } from "#services/accounts/provider-server.builders.ts";
import {
  type AuditEntry,
  auditList,
  type member,
  memberList,
} from "#services/contract/organizations.ts";
import type { TestApi } from "./api.builders.ts";
import { aBrowser, type Browser, openPeopleApi, owner } from "./browsers.builders.ts";

export const here = "http://localhost";
export const secureHere = "https://talk.example.org";
/** How a browser comes back from another site. */
export const crossSite = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };

const backTo = (id: string, at: string) => `${at}/api/v1/auth/providers/${id}/callback`;
export const start = (id: string, path = "/") =>
  `/api/v1/auth/providers/${id}/start?return=${encodeURIComponent(path)}`;

/** The test's provider gives people the groups `staff` and `<login>s`, or those of `groups`. The organization of the guests is made by the test that needs it. */
const configs = {
  invited: {},
  open: { newAccounts: "anyone" },
  trusted: { newAccounts: "anyone", verifiedEmails: true },
  teams: {
    newAccounts: "anyone",
    groupsClaim: "groups",
    teams: { cooks: "Kitchen", helpers: "kitchen", bakers: "Bakery", keepers: "Kept" },
  },
  guests: {
    newAccounts: "anyone",
    organization: "org_guests",
    groupsClaim: "groups",
    teams: { cooks: "Kitchen" },
  },
  roles: {
    newAccounts: "anyone",
    groupsClaim: "groups",
    roles: { chiefs: "owner", leads: "admin", readers: "viewer", guards: "viewer" },
  },
};
export const ids = Object.keys(configs) as (keyof typeof configs)[];

export interface Elsewhere {
  readonly api: TestApi;
  /** The owner's browser. */
  readonly admin: Browser;
  readonly issuer: string;
  /** Of the test's provider: the groups that a login has from now on. */
  readonly groups: Map<string, readonly string[]>;
  /** For another server with the same providers. */
  readonly env: Readonly<Record<string, string>>;
  /** Signs in at the provider. @returns the path of this site that it sends the browser back to */
  there(location: string | null, login: string): Promise<string>;
  /** @returns where the browser is sent in the end */
  comeBack(browser: Browser, path: string): Promise<string | null>;
  /** There and back, from the sign-in page. */
  go(browser: Browser, id: string, login: string, path?: string): Promise<string | null>;
  /** A new browser in which somebody signed in so. @throws where they did not get in */
  entered(id: string, login: string): Promise<Browser>;
  memberNamed(email: string): Promise<z.infer<typeof member> | undefined>;
  /** The newest first. */
  entries(action: string): Promise<readonly AuditEntry[]>;
  parts(): Promise<Accounts["parts"]>;
  close(): Promise<void>;
}

/** @param more settings of the server */
export const openElsewhere = async (
  more: Readonly<Record<string, string>> = {},
): Promise<Elsewhere> => {
  const secret = (id: string) => `4f1c0e3c of ${id}`;
  const server = await aProvider(
    ids.map((id) => ({
      client_id: id,
      client_secret: secret(id),
      redirect_uris: [backTo(id, here), backTo(id, secureHere)],
    })),
  );
  const { issuer, groups } = server;
  const env = {
    ...more,
    PARLANCE_SIGN_IN_PROVIDERS: JSON.stringify(
      ids.map((id) => ({
        ...{ id, name: `The ${id}`, kind: "oidc", issuer, allowHttp: true },
        ...{ clientId: id, clientSecret: secret(id) },
        ...configs[id],
      })),
    ),
  };
  const api = await openPeopleApi(env);
  const admin = aBrowser(api);
  await admin.signIn(owner.email, owner.password);
  const there: Elsewhere["there"] = async (location, login) =>
    (await signingIn(location ?? "", { login, until: here })).slice(here.length);
  const comeBack: Elsewhere["comeBack"] = async (browser, path) =>
    (await browser.ask(path, { headers: crossSite })).headers.get("location");
  const go: Elsewhere["go"] = async (browser, id, login, path) => {
    const left = await browser.ask(start(id, path));
    return comeBack(browser, await there(left.headers.get("location"), login));
  };
  return {
    api,
    admin,
    issuer,
    groups,
    env,
    there,
    comeBack,
    go,
    async entered(id, login) {
      const browser = aBrowser(api);
      const page = await go(browser, id, login);
      if (page !== "/") throw new Error(`${login} was sent to ${page}`);
      await browser.enter();
      return browser;
    },
    memberNamed: async (email) =>
      (await admin.read(memberList, "/api/v1/members")).members.find((one) => one.email === email),
    entries: async (action) =>
      (await admin.read(auditList, `/api/v1/audit?action=${action}`)).entries,
    parts: async () => (await api.instance.accounts()).parts,
    async close() {
      await api.close();
      server.close();
    },
  };
};
