// Tests of who becomes the member that SCIM expects: whoever shows at a real provider, or by mail, that the address is theirs.
import { afterAll, beforeAll, expect, it } from "vitest";
import { aMailbox, type Mailbox } from "#services/accounts/mailbox.builders.ts";
import { account, madeApiKey } from "#services/contract/accounts.ts";
import { memberList, resetLink } from "#services/contract/organizations.ts";
import { organizationId } from "#services/domain/ids.ts";
import { addOrganization } from "#services/store/store.ts";
import { aBrowser } from "../browsers.builders.ts";
import { type Elsewhere, openElsewhere } from "../elsewhere.builders.ts";
import { aScimClient, aUser, made, patchOf, type ScimClient } from "../scim.builders.ts";

let mailbox: Mailbox;
let all: Elsewhere;
let scim: ScimClient;
beforeAll(async () => {
  mailbox = await aMailbox();
  all = await openElsewhere({
    PARLANCE_MAIL_URL: mailbox.url,
    PARLANCE_MAIL_FROM: "parlance@example.org",
  });
  const { secret } = await all.admin.read(madeApiKey, "/api/v1/keys", { body: { name: "IdP" } });
  scim = aScimClient(all.api, secret);
});
afterAll(async () => {
  await all.close();
  mailbox.close();
});

const expected = (email: string, more: object = {}) =>
  made(scim("POST", "/Users", aUser(email, more)));
const memberOf = async (id: string) =>
  (await all.admin.read(memberList, "/api/v1/members")).members.find((one) => one.id === id);

it("is linked at the first sign-in where the provider has verified the address", async () => {
  const id = await expected("Sam@example.org", {
    displayName: "Sam S.",
    roles: [{ value: "admin" }],
  });
  expect(await memberOf(id)).toMatchObject({ state: "invited", lastSeenAt: null });
  const browser = await all.entered("invited", "sam");
  expect(await browser.read(account, "/api/v1/account")).toMatchObject({
    user: { id, email: "sam@example.org", name: "Sam S.", hasPassword: false },
    role: "admin",
  });
  expect(await memberOf(id)).toMatchObject({ state: "active", keptByScim: true });
  const [joined] = await all.entries("member.join");
  expect(joined).toMatchObject({ actorId: id, details: { role: "admin", invitedBy: "SCIM" } });
});

it("does not come in while the provider has not verified the address, or they are suspended", async () => {
  const id = await expected("unverified@example.org");
  const browser = aBrowser(all.api);
  expect(await all.go(browser, "invited", "unverified")).toContain("email-not-verified");
  expect((await memberOf(id))?.state).toBe("invited");
  const zoe = await expected("zoe@example.org", { active: false });
  expect(await all.go(aBrowser(all.api), "invited", "zoe")).toContain("not-invited");
  await scim("PATCH", `/Users/${zoe}`, patchOf({ op: "replace", value: { active: "True" } }));
  expect((await memberOf(zoe))?.state).toBe("invited");
  await all.entered("invited", "zoe");
  expect((await memberOf(zoe))?.state).toBe("active");
});

it("comes back after having been removed, and is the same person", async () => {
  const first = await expected("ria@example.org");
  const browser = await all.entered("invited", "ria");
  expect((await scim("DELETE", `/Users/${first}`)).status).toBe(204);
  expect((await browser.ask("/api/v1/account")).status).toBe(401);
  expect(await all.go(aBrowser(all.api), "invited", "ria")).toContain("suspended");
  const again = await expected("ria@example.org");
  expect(again).toBe(first);
  expect((await memberOf(first))?.state).toBe("invited");
  await all.entered("invited", "ria");
  expect((await memberOf(first))?.state).toBe("active");
});

it("keeps the address that they sign in with until the provider says the new one too", async () => {
  const id = await expected("old-name@example.org");
  await all.entered("invited", "old-name");
  const rename = patchOf({ op: "replace", path: "userName", value: "new-name@example.org" });
  const changed = await scim("PATCH", `/Users/${id}`, rename);
  expect(changed.body["userName"]).toBe("new-name@example.org");
  expect((await memberOf(id))?.email).toBe("old-name@example.org");
  // Somebody else who has the new address at the provider is not taken for them.
  expect(await all.go(aBrowser(all.api), "invited", "new-name")).toContain("not-invited");
});

it("has the new address once SCIM and the provider both say so, which the former is told", async () => {
  const id = await expected("amy@example.org");
  await all.entered("invited", "amy");
  const { rows } = (await all.parts()).database.system;
  const setAddress = (email: string) =>
    rows
      .updateTable("users")
      .set({ email })
      .where("id", "=", id as never)
      .execute();
  await setAddress("amy-before@example.org");
  const { link } = await all.admin.read(resetLink, `/api/v1/members/${id}/reset-link`, {
    body: {},
  });
  const letters = mailbox.letters.length;
  await all.entered("invited", "amy");
  expect((await memberOf(id))?.email).toBe("amy@example.org");
  const letter = await mailbox.letter(letters + 1);
  expect(letter.to).toBe("amy-before@example.org");
  expect(letter.text).toContain("has another address");
  const token = link.split("#token=")[1];
  const body = { token, password: "gravel otter lantern nine" };
  const refused = await aBrowser(all.api).refusal("/api/v1/auth/reset", { body });
  expect(refused).toEqual([410, "link-used"]);
  const [entry] = await all.entries("member.address");
  expect(entry).toMatchObject({ details: { before: "amy-before@example.org" } });
});

it("does not begin for whoever has the address here, but not at the provider", async () => {
  const { rows } = (await all.parts()).database.system;
  const attacker = await all.entered("open", "mallory");
  const theirs = await attacker.read(account, "/api/v1/account");
  const id = theirs.user?.id as never;
  await scim("DELETE", `/Users/${id}`);
  // As if another organization's admin had taken the address before it was expected here.
  await rows
    .updateTable("users")
    .set({ email: "target@example.org" })
    .where("id", "=", id)
    .execute();
  expect(await expected("target@example.org")).toBe(id);
  expect(await all.go(aBrowser(all.api), "open", "mallory")).toContain("suspended");
  expect((await memberOf(id))?.state).toBe("invited");
});

it("does not take an account over that belongs to another organization", async () => {
  const { parts, callers } = await all.api.instance.accounts();
  const { rows } = parts.database.system;
  await expected("vic@example.org");
  const victim = await all.entered("invited", "vic");
  const id = (await victim.read(account, "/api/v1/account")).user?.id;
  const other = organizationId("others");
  await addOrganization(rows, { id: other, name: "others", created_at: 1 });
  // They leave for the other organization, and this one's provider expects them again.
  await rows
    .updateTable("memberships")
    .set({ org_id: other as never })
    .where("user_id", "=", id as never)
    .execute();
  await rows
    .deleteFrom("provisioned")
    .where("id", "=", id as never)
    .execute();
  callers.forget();
  const again = await expected("vic@example.org", { displayName: "Not Vic" });
  expect(again).toBe(id);
  const reset = await all.admin.ask(`/api/v1/members/${id}/reset-link`, { body: {} });
  expect(reset.status).toBe(409);
  await scim(
    "PATCH",
    `/Users/${id}`,
    patchOf({ op: "replace", path: "userName", value: "v@example.org" }),
  );
  const user = await rows
    .selectFrom("users")
    .select(["email", "name"])
    .where("id", "=", id as never)
    .executeTakeFirstOrThrow();
  expect(user.email).toBe("vic@example.org");
  expect(user.name).not.toBe("Not Vic");
  expect((await memberOf(id ?? ""))?.name).toBe("Not Vic");
});
