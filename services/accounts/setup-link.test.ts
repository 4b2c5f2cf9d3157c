// The link that makes the first owner, on several servers over one database: one is good at a time, and none once there is an owner.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aStore, type TestStore } from "#services/store/store.builders.ts";
import { accountsOn, anOrigin, anOwner, secretOf } from "./accounts.builders.ts";
import type { Accounts } from "./accounts.ts";
import { setUp } from "./links.ts";
import { days } from "./parts.ts";

const hosts = ["http://one:8080", "http://two:8080", "http://three:8080"];

let store: TestStore;
let remove: () => Promise<void>;
let clock: { now: number };
let servers: readonly Accounts[];
let server: Accounts;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  clock = { now: Date.now() };
  servers = hosts.map(() => accountsOn(store, clock));
  server = accountsOn(store, clock);
});
afterEach(() => remove());

const setsUp = (link: string | undefined, email = anOwner.email) =>
  setUp(server.parts, { ...anOwner, email, token: secretOf(link) }, anOrigin);

describe("a setup link", () => {
  it("is the same from all servers that start at the same time, each with its own address", async () => {
    const links = await Promise.all(
      servers.map((one, at) => one.setupLink(hosts[at] ?? "", "known")),
    );
    expect(new Set(links.map(secretOf)).size).toBe(1);
    expect(links.map((link) => link?.split("/setup")[0])).toEqual(hosts);
    await setsUp(links[1]);
  });

  it("ends with a new one, which further servers then show", async () => {
    const first = await server.setupLink(anOrigin.url, "known");
    const second = await server.setupLink(anOrigin.url, "new");
    expect(secretOf(second)).not.toBe(secretOf(first));
    expect(await servers[0]?.setupLink(anOrigin.url, "known")).toBe(second);
    await expect(setsUp(first)).rejects.toMatchObject({
      code: "link-used",
      hint: expect.stringContaining("`parlance accounts setup-link`"),
    });
    await setsUp(second);
  });

  it("is never shown again once there is an owner, nor does one that was shown work", async () => {
    const link = await server.setupLink(anOrigin.url, "known");
    await server.makeFirstOwner(anOwner);
    for (const which of ["known", "new"] as const)
      for (const one of servers) expect(await one.setupLink(anOrigin.url, which)).toBeUndefined();
    await expect(setsUp(link, "eva@example.org")).rejects.toMatchObject({ code: "link-used" });
    const { rows } = store.database.system;
    expect(await rows.selectFrom("links").select("kind").execute()).toEqual([]);
  });

  it("is not made by a server that asks while the owner is made", async () => {
    const link = await server.setupLink(anOrigin.url, "known");
    await Promise.all([
      setsUp(link),
      ...servers.map((one) => one.setupLink(anOrigin.url, "new").catch(() => undefined)),
    ]).catch(() => undefined);
    const { rows } = store.database.system;
    const owners = await rows.selectFrom("memberships").select("role").execute();
    const left = await rows
      .selectFrom("links")
      .select("kind")
      .where("used_at", "is", null)
      .execute();
    // Either somebody owns the server and no link is left, or nobody does and one is.
    expect([owners.length, left.length].toSorted()).toEqual([0, 1]);
  });

  it("is another one when less than a day of it is left, or the secret is another", async () => {
    const first = await server.setupLink(anOrigin.url, "known");
    clock.now += days(1) - 1;
    expect(await server.setupLink(anOrigin.url, "known")).toBe(first);
    clock.now += 2;
    const second = await server.setupLink(anOrigin.url, "known");
    expect(second).not.toBe(first);
    const stranger = accountsOn(store, clock, { secret: "Qm3!vHs8kPd5WzYc1rXb9LtNf6JgEa2U" });
    const third = await stranger.setupLink(anOrigin.url, "known");
    expect(third).not.toBe(second);
    await setsUp(third);
  });
});
