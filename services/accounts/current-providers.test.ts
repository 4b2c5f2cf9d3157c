// Tests of the sign-in providers as they are now: what one server adds another offers, and a change of the secret of the server.
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  addIdentity,
  addPasskey,
  addUser,
  countByProvider,
  deleteUser,
  peopleOnlyBy,
} from "#services/store/store.ts";
import { anOrigin, someAccounts, type TestAccounts } from "./accounts.builders.ts";
import { type CurrentProvidersOptions, openCurrentProviders } from "./current-providers.ts";
import { newUser } from "./links.ts";
import {
  addProvider,
  changeProvider,
  removeProvider,
  shownProviders,
} from "./managed-providers.ts";
import { sealAgain } from "./sealing.ts";
import { openKeyring } from "./secrets.ts";

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
    const outcomes = await Promise.allSettled(
      ["One", "Two"].map((name) => changeProvider(parts, by, "work", { name })),
    );
    const failures = outcomes.filter(({ status }) => status === "rejected");
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
    const only = await peopleOnlyBy(rows, "work", ["club"]);
    expect(only.toSorted()).toEqual([ann, ben].toSorted());
    expect(await peopleOnlyBy(rows, "club", [])).toEqual([cid]);
    expect(await peopleOnlyBy(rows, "club", ["work"])).toEqual([]);
    expect([...(await countByProvider(rows))].toSorted()).toEqual([
      ["club", 1],
      ["gone", 1],
      ["work", 5],
    ]);
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
