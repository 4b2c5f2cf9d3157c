// Links for a new password: they show that the address is theirs to which they went, and no other.
import { afterAll, beforeAll, expect, it } from "vitest";
import { aMailbox, type Mailbox, tokenIn } from "#services/accounts/mailbox.builders.ts";
import { memberList } from "#services/contract/organizations.ts";
import { type AccountsApi, goodPassword, openAccountsApi } from "../accounts.builders.ts";
import { aScimClient, aUser, made, patchOf, type ScimClient, scimKeyOf } from "../scim.builders.ts";

let mailbox: Mailbox;
let api: AccountsApi;
let scim: ScimClient;
beforeAll(async () => {
  mailbox = await aMailbox();
  api = await openAccountsApi({
    mailbox,
    env: {
      PARLANCE_PUBLIC_URL: "http://localhost",
      PARLANCE_MAIL_URL: mailbox.url,
      PARLANCE_MAIL_FROM: "parlance@example.org",
    },
  });
  scim = aScimClient(api, await scimKeyOf(api.owner));
});
afterAll(async () => {
  await api.close();
  mailbox.close();
});

/** The token of the link that somebody is sent who forgot the password. */
const forgotten = async (email: string): Promise<string> => {
  const number = mailbox.letters.length + 1;
  expect((await api.browser().ask("/api/v1/auth/forgot", { body: { email } })).status).toBe(204);
  for (let at = number; ; at++) {
    const letter = await mailbox.letter(at);
    // That a password was changed comes by mail too.
    if (letter.to === email && letter.text.includes("#token=")) return tokenIn(letter);
  }
};
const reset = (token: string) =>
  api.browser().ask("/api/v1/auth/reset", { body: { token, password: goodPassword } });
const stateOf = async (id: string) =>
  (await api.owner.read(memberList, "/api/v1/members")).members.find((one) => one.id === id)?.state;

it("begins the membership that SCIM prepared for the address to which it went", async () => {
  const id = await made(scim("POST", "/Users", aUser("nina@example.org")));
  expect((await reset(await forgotten("nina@example.org"))).status).toBe(200);
  expect(await stateOf(id)).toBe("active");
});

it("is of no use once SCIM has given the account another address", async () => {
  const id = await made(scim("POST", "/Users", aUser("attacker@example.com")));
  const token = await forgotten("attacker@example.com");
  const rename = patchOf({ op: "replace", path: "userName", value: "victim@example.org" });
  expect((await scim("PATCH", `/Users/${id}`, rename)).status).toBe(200);
  expect(await reset(token)).toMatchObject({ status: 410, code: "link-used" });
  expect(await stateOf(id)).toBe("invited");
  expect((await reset(await forgotten("victim@example.org"))).status).toBe(200);
});
