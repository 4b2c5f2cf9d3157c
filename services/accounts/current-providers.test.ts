// Tests of the sign-in providers as they are now: what one server adds another offers, and a change of the secret of the server.
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultOrganization, type UserId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import {
  addIdentity,
  addPasskey,
  addUser,
  changeUser,
  countByProvider,
  deleteUser,
  findUserByEmail,
  peopleByProvidersOnly,
  removeIdentity,
} from "#services/store/store.ts";
import { anOrigin, anOwner, someAccounts, type TestAccounts } from "./accounts.builders.ts";
import { aCertificate } from "./certificate.builders.ts";
import { type CurrentProvidersOptions, openCurrentProviders } from "./current-providers.ts";
import { requireWayIn } from "./factors.ts";
import { newUser } from "./links.ts";
import {
  addProvider,
  changeProvider,
  removeProvider,
  shownProviders,
} from "./managed-providers.ts";
import type { AccountParts } from "./parts.ts";
import { wayInOf } from "./provider-kinds.ts";
import { sealAgain } from "./sealing.ts";
import { openKeyring } from "./secrets.ts";
import { peopleOnlyBy } from "./ways-in.ts";

const by = { caller: { kind: "operator" }, origin: anOrigin } as const;
const work = {
  id: "work",
  kind: "oidc" as const,
  name: "Work",
  settings: { issuer: "https://login.example.org", clientId: "parlance" },
  secrets: { clientSecret: "hush 4f1c0e3c" },
};

let held: TestAccounts | undefined;
afterEach(async () => {
  await held?.remove();
  held = undefined;
});
const opened = async () => {
  held = await someAccounts();
  return held.accounts.parts;
};

describe("providers that were added", () => {
  it("are offered by another server within seconds, changed there, and gone there", async () => {
    const parts = await opened();
    const { database, keyring, now } = parts;
    const settings = { providers: [], directory: undefined };
    const other = openCurrentProviders({
      ...{ database, keyring, now, settings },
      publicUrl: anOrigin.url,
    });
    const names = async () => {
      await other.refresh();
      return other.list().map(({ name }) => name);
    };
    const soon = (expected: readonly string[]) =>
      vi.waitFor(async () => expect(await names()).toEqual(expected), {
        timeout: 20_000,
        interval: 200,
      });
    expect(await names()).toEqual([]);
    await addProvider(parts, by, work);
    await soon(["Work"]);
    await changeProvider(parts, by, "work", { name: "Office" });
    await soon(["Office"]);
    await removeProvider(parts, by, "work", false);
    await soon([]);
  }, 60_000);

  it("are changed by one of two who change them at once", async () => {
    const parts = await opened();
    await addProvider(parts, by, work);
    const both = async () => {
      const changes = ["One", "Two"].map((name) => changeProvider(parts, by, "work", { name }));
      const outcomes = await Promise.allSettled(changes);
      return outcomes.filter(({ status }) => status === "rejected");
    };
    // The first time, the second connection to a server may be opened only after the first change is made.
    const failures = await both();
    for (let tries = 0; failures.length === 0 && tries < 20; tries += 1)
      failures.push(...(await both()));
    expect(failures).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: "provider-changed" }) }),
    ]);
  });
});

describe("the people of a provider", () => {
  it("sign in only there where they have no password, no passkey and no other provider", async () => {
    const parts = await opened();
    const { rows } = parts.database.system;
    const person = async (name: string, ways: readonly string[], password_hash: string | null) => {
      const user = newUser(parts, {
        ...{ email: `${name}@example.org`, name, password_hash },
        verified_at: 1,
      });
      await addUser(rows, user);
      for (const provider of ways)
        await addIdentity(rows, {
          ...{ issuer: `https://${provider}.example.org`, subject: name, user_id: user.id },
          ...{ provider, email: null, role: null, created_at: 1 },
        });
      return user.id;
    };
    const ann = await person("ann", ["work"], null);
    const ben = await person("ben", ["work", "gone"], null);
    const cid = await person("cid", ["work", "club"], null);
    await person("dot", ["work"], "argon2");
    const eve = await person("eve", ["work"], null);
    await addPasskey(rows, {
      ...{ id: "p", user_id: eve, credential: "c", public_key: "k", counter: 0 },
      ...{ transports: "", site: "here", name: "Key", created_at: 1, used_at: null },
    });
    await deleteUser(rows, await person("fay", ["work"], null));
    const people = await peopleByProvidersOnly(rows);
    const way = (id: string, issuer = `https://${id}.example.org`) =>
      wayInOf({ id, kind: "oidc", settings: { issuer } });
    const only = peopleOnlyBy(people, way("work"), [way("club")]);
    expect(only.toSorted()).toEqual([ann, ben].toSorted());
    expect(peopleOnlyBy(people, way("club"), [])).toEqual([cid]);
    expect(peopleOnlyBy(people, way("club"), [way("work")])).toEqual([]);
    // With another issuer it knows nobody, whatever its id is.
    expect(peopleOnlyBy(people, way("club"), [way("work", "https://new.example.org")])).toEqual([
      cid,
    ]);
    expect(peopleOnlyBy(people, way("work", "https://new.example.org"), [])).toEqual([]);
    expect([...(await countByProvider(rows))].toSorted()).toEqual([
      ["club", 1],
      ["gone", 1],
      ["work", 5],
    ]);
  });
});

describe("a way in", () => {
  const hers = (issuer: string, provider: string, id: UserId) => ({
    ...{ issuer, subject: provider, user_id: id, provider, email: null, role: null },
    created_at: 1,
  });
  /** An owner who has no password, and signs in by these. */
  const ownerBy = async (parts: AccountParts, providers: readonly string[]) => {
    const { rows } = parts.database.system;
    const owner = await findUserByEmail(rows, anOwner.email);
    if (owner === undefined) throw new Error("There is no owner.");
    await changeUser(rows, owner.id, { password_hash: null });
    for (const id of providers) {
      await addProvider(parts, by, { ...work, id, settings: { ...work.settings, issuer: at(id) } });
      await addIdentity(rows, hers(at(id), id, owner.id));
    }
    return owner;
  };
  const at = (id: string) => `https://${id}.example.org`;
  const off = { state: "off", confirmed: true } as const;

  it("is left to an owner where two are turned off at once", async () => {
    const parts = await opened();
    await ownerBy(parts, ["one", "two"]);
    const { keyring, now, database } = parts;
    const settings = { providers: [], directory: undefined };
    // Each owner asks another server, which has read that both are on.
    const servers = ["one", "two"].map(() => ({
      ...parts,
      providers: openCurrentProviders({
        ...{ database, keyring, now, settings },
        publicUrl: anOrigin.url,
      }),
    }));
    await Promise.all(servers.map(({ providers }) => providers.refresh()));
    const outcomes = await Promise.allSettled(
      servers.map((server, place) => changeProvider(server, by, place === 0 ? "one" : "two", off)),
    );
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: "last-way-in" }) }),
    ]);
  });

  it("is not an id under which somebody was known by another issuer", async () => {
    const parts = await opened();
    const owner = await ownerBy(parts, ["one", "two"]);
    await removeProvider(parts, by, "two", true);
    await addProvider(parts, by, {
      ...{ ...work, id: "two", confirmed: true },
      settings: { ...work.settings, issuer: "https://new.example.org" },
    });
    const { providers } = await shownProviders(parts);
    expect(providers.map(({ id, peopleOnlyByIt }) => [id, peopleOnlyByIt])).toEqual([
      ["one", 1],
      ["two", 0],
    ]);
    await expect(changeProvider(parts, by, "one", off)).rejects.toMatchObject({
      code: "last-way-in",
    });
    const { rows } = parts.database.system;
    await expect(requireWayIn(parts, rows, { ...owner, password_hash: null })).resolves.toBe(
      undefined,
    );
    await removeIdentity(rows, owner.id, "one");
    await expect(
      requireWayIn(parts, rows, { ...owner, password_hash: null }),
    ).rejects.toMatchObject({ code: "last-way-in" });
  });

  it("is needed by one owner at least, not only by those who lose theirs", async () => {
    const parts = await opened();
    const { rows } = parts.database.system;
    const owner = await ownerBy(parts, ["one"]);
    // Nobody signs in as the owner any more, as their provider is off; a member signs in by another one.
    await rows.deleteFrom("identities").where("user_id", "=", owner.id).execute();
    const member = newUser(parts, {
      ...{ email: "mia@example.org", name: "Mia", password_hash: null },
      verified_at: 1,
    });
    await addUser(rows, member);
    await addIdentity(rows, hers(at("one"), "one", member.id));
    await expect(changeProvider(parts, by, "one", off)).rejects.toMatchObject({
      code: "last-way-in",
    });
  });
});

describe("a provider that is added again", () => {
  it("lets those in who are linked to it only once that is confirmed, and the log has their number", async () => {
    const parts = await opened();
    const { cert } = aCertificate("idp.example.org", 2048);
    const issuer = "https://idp.example.org/saml";
    const corp = {
      ...{ id: "corp", kind: "saml" as const, name: "Corp", secrets: {} },
      settings: { issuer, signInUrl: "https://idp.example.org/sso", certificates: [cert] },
    };
    await addProvider(parts, by, corp);
    const { rows } = parts.database.system;
    const person = newUser(parts, {
      ...{ email: "kim@example.org", name: "Kim", password_hash: null },
      verified_at: 1,
    });
    await addUser(rows, person);
    await addIdentity(rows, {
      ...{ issuer: `saml:corp:${issuer}`, subject: "kim", user_id: person.id, provider: "corp" },
      ...{ email: null, role: null, created_at: 1 },
    });
    await removeProvider(parts, by, "corp", true);
    await expect(addProvider(parts, by, corp)).rejects.toMatchObject({
      code: "knows-people",
      data: { people: 1 },
    });
    expect((await shownProviders(parts)).providers).toEqual([]);
    expect(await addProvider(parts, by, { ...corp, confirmed: true })).toMatchObject({ people: 1 });
    const own = parts.database.within(workerScope(defaultOrganization)).rows;
    const [newest] = await parts.audit.list(own, { action: "provider.add", limit: 1 });
    expect(newest?.details).toMatchObject({ knows: 1 });
  });
});

describe("a change of the secret of the server", () => {
  const [old, next] = ["Zr8#fWq2mLx9TtVb5nKc7GhYd4PsJe6A", "Qm3!vHs8kPd5WzYc1rXb9LtNf6JgEa2U"];

  it("seals the secrets of providers again, so that the one before is not needed any more", async () => {
    const parts = await opened();
    await addProvider(parts, by, work);
    const between = openKeyring({ current: next, previous: old });
    await sealAgain({ ...parts, keyring: between });
    const options: CurrentProvidersOptions = {
      database: parts.database,
      keyring: openKeyring({ current: next }),
      now: parts.now,
      settings: { providers: [], directory: undefined },
      publicUrl: anOrigin.url,
    };
    const after = openCurrentProviders(options);
    await after.refresh();
    expect(after.known()).toMatchObject([{ secrets: work.secrets, problem: null }]);
    const before = openCurrentProviders({ ...options, keyring: openKeyring({ current: old }) });
    await before.refresh();
    expect(before.list()).toEqual([]);
    expect(before.known()[0]?.problem).toContain("Type them again");
  });

  it("without the one before leaves the provider out, and its secret can be typed again", async () => {
    const parts = await opened();
    await addProvider(parts, by, work);
    const keyring = openKeyring({ current: next });
    const providers = openCurrentProviders({
      ...{ database: parts.database, keyring, now: parts.now, publicUrl: anOrigin.url },
      settings: { providers: [], directory: undefined },
    });
    const changed = { ...parts, keyring, providers };
    expect((await shownProviders(changed)).providers).toMatchObject([
      { id: "work", secrets: [], problem: expect.stringContaining("PARLANCE_SECRET") },
    ]);
    await expect(
      changeProvider(changed, by, "work", { settings: work.settings }),
    ).rejects.toMatchObject({ code: "bad-provider", data: { field: "clientSecret" } });
    expect(await changeProvider(changed, by, "work", { secrets: work.secrets })).toMatchObject({
      problem: null,
      secrets: ["clientSecret"],
    });
    expect(providers.list()).toMatchObject([{ id: "work" }]);
  });
});
