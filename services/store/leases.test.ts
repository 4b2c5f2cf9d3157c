// Leases: one holder at a time on all machines, taken over when it is silent for too long, and never given back by who has lost it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { LEASE_MS, type Leases, openLeases } from "./leases.ts";
import { aStore, type TestStore } from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
});
afterEach(() => remove());

/** What two processes of two machines agree by; the time is the database's, the same for both. */
const twoHosts = () => {
  let at = 1_700_000_000_000;
  const of = (host: string): Leases =>
    openLeases({ ...store.database, now: () => millis(at) }, { host, owner: `embed-${host}` });
  return {
    one: of("one"),
    other: of("other"),
    pass: (ms: number) => {
      at += ms;
    },
  };
};

describe("a lease", () => {
  it("is one process's at a time, also where many ask at once", async () => {
    const { one, other } = twoHosts();
    const asked = await Promise.all(
      [one, other, one, other, one, other].map((leases) => leases.take("maintenance")),
    );
    const [taken, ...more] = asked.filter((lease) => lease !== undefined);
    expect(more).toEqual([]);
    expect(await other.isHeld("maintenance")).toBe(true);
    expect(await other.take("something else")).toBeDefined();
    if (taken) await one.release(taken);
    expect(await other.isHeld("maintenance")).toBe(false);
    expect(await other.take("maintenance")).toBeDefined();
  });

  it("is kept by who renews it, and taken over from who does not", async () => {
    const { one, other, pass } = twoHosts();
    const lease = await one.take("maintenance");
    if (lease === undefined) throw new Error("Nobody else has it.");
    pass(LEASE_MS - 1);
    expect(await one.renew(lease)).toBe(true);
    pass(LEASE_MS - 1);
    expect(await other.take("maintenance")).toBeUndefined();
    pass(2);
    // Late, but nobody has taken it yet.
    expect(await one.isOwn(lease)).toBe(true);
    const taken = await other.take("maintenance");
    expect(taken).toBeDefined();
    expect(await one.isOwn(lease)).toBe(false);
    expect(await one.renew(lease)).toBe(false);
    await one.release(lease);
    expect(await one.isHeld("maintenance")).toBe(true);
    expect(taken && (await other.isOwn(taken))).toBe(true);
  });

  it("goes with the process or the server that had it, and with no other", async () => {
    const { one, other, pass } = twoHosts();
    await one.take("a");
    await other.take("b");
    await other.releaseAllOf({ host: "one", owner: "another process" });
    expect(await other.isHeld("a")).toBe(true);
    await other.releaseAllOf({ host: "one", owner: "embed-one" });
    expect(await other.isHeld("a")).toBe(false);
    pass(LEASE_MS - 1);
    await one.renewAllOf({ host: "other", owner: "embed-other" });
    pass(2);
    expect(await one.isHeld("b")).toBe(true);
    await one.releaseAllOf({ host: "other" });
    expect(await one.isHeld("b")).toBe(false);
  });
});
