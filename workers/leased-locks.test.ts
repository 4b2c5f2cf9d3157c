// Locks between processes: what one machine does to an index, no other does meanwhile; and one that stood still is told so.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unavailable } from "#services/domain/errors.ts";
import { millis } from "#services/domain/units.ts";
import { aCollection, aStore, type TestStore } from "#services/store/store.builders.ts";
import { findCollection, openLeases } from "#services/store/store.ts";
import { LeasedLocks } from "./leased-locks.ts";
import { Merges, noteVersion } from "./merges.ts";
import { aHome, openHome, type TestParlance } from "./workers.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ store, remove } = await aStore());
});
afterEach(() => remove());

let at = Date.now();
const locksOf = (host: string) =>
  new LeasedLocks(openLeases({ ...store.database, now: () => millis(at) }, { host, owner: host }));

describe("a lock between machines", () => {
  it("lets one at a time through for each key, of all machines and also after a failure", async () => {
    const [one, other] = [locksOf("one"), locksOf("other")];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      throw new Error("failed");
    };
    const all = await Promise.allSettled(
      [one, other, one, other, one].map((locks) => locks.hold("x", work)),
    );
    expect(all.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect(most).toBe(1);
    expect(await one.isHeld("x")).toBe(false);
  });

  it("tells one that stood still for too long that another has taken over", async () => {
    const [one, other] = [locksOf("one"), locksOf("other")];
    await one.hold("x", async (held) => {
      await held.check();
      expect(await other.tryHold("x", async () => "taken")).toBeUndefined();
      at += 60_000;
      await other.hold("x", async (taken) => {
        await taken.check();
        await expect(held.check()).rejects.toMatchObject({ code: "lock-lost" });
      });
    });
  });
});

describe("a lock whose release fails", () => {
  it("is released when the database answers again, although its process is heard of all the time", async () => {
    const holder = { host: "one", owner: "one" };
    const leases = openLeases({ ...store.database, now: () => millis(at) }, holder);
    let failures = 0;
    const locks = new LeasedLocks({
      ...leases,
      async release(lease) {
        if (failures++ === 0) throw unavailable("The database is away.", { code: "away" });
        await leases.release(lease);
      },
    });
    expect(await locks.hold("x", async () => "done")).toBe("done");
    expect(await locks.isHeld("x")).toBe(true);
    await leases.renewAllOf(holder);
    await expect.poll(() => locks.isHeld("x"), { timeout: 5000 }).toBe(false);
  });
});

describe("a lock of which nobody knows whether it was taken", () => {
  it("is free when the database answers again, although its process is heard of all the time", async () => {
    const holder = { host: "one", owner: "one" };
    const { database } = store;
    const { system } = database;
    // As where the connection ends between the commit and the answer to it.
    const inDoubt = {
      ...system,
      async transaction<T>(work: Parameters<typeof system.transaction<T>>[0]): Promise<T> {
        await system.transaction(work);
        throw unavailable("The connection was lost.", { code: "away" });
      },
    };
    const leases = openLeases(
      { system: inDoubt, newId: database.newId, now: () => millis(at) },
      holder,
    );
    const locks = new LeasedLocks(leases);
    await expect(locks.tryHold("x", async () => "done")).rejects.toMatchObject({ code: "away" });
    await leases.renewAllOf(holder);
    const other = locksOf("other");
    expect(await other.isHeld("x")).toBe(true);
    await expect
      .poll(() => other.tryHold("x", async () => "taken"), { timeout: 5000 })
      .toEqual({ result: "taken" });
  });
});

describe("merges of one index on several machines", () => {
  let home: Awaited<ReturnType<typeof aHome>>;
  let parlance: TestParlance;
  beforeEach(async () => {
    home = await aHome();
    parlance = await openHome(home.folder);
  });
  afterEach(async () => {
    await parlance.close();
    await home.remove();
  });

  const mergesOf = (across: LeasedLocks) =>
    new Merges({
      locks: across,
      across,
      onError: (error) => expect.unreachable(String(error)),
      reached: async () => undefined,
    });

  /** A collection whose index has three segments, which are one at rest. */
  const aCollectionToMerge = async () => {
    const collection = await aCollection(parlance.store);
    const index = await parlance.indexes.open(collection);
    const embedder = await parlance.embedder();
    for (const id of ["a", "b", "c"]) {
      const { vectors } = await embedder.embed([id], { inputType: "document" });
      const columns = { author: ["ada"], conversation: ["talk"] };
      await index.commit({ add: [{ ids: [id], texts: [id], vectors, columns }] }, { message: id });
    }
    return { collection, toMerge: () => index.planMerge({ atRest: true }) };
  };

  it("do not begin while another machine erases, and go on afterwards", async () => {
    const { collection, toMerge } = await aCollectionToMerge();
    const [here, there] = [locksOf("one"), locksOf("other")];
    const [merging, erasing] = [mergesOf(here), mergesOf(there)];
    const { signal } = new AbortController();
    await erasing.without(collection, async () => {
      expect(await merging.atRest(parlance, collection, signal)).toBe(false);
      expect(await toMerge()).not.toBeNull();
    });
    expect(await merging.atRest(parlance, collection, signal)).toBe(true);
    expect(await toMerge()).toBeNull();
  });

  it("do not tell the rows of a version where another machine has taken the index over", async () => {
    const { collection } = await aCollectionToMerge();
    const [here, there] = [locksOf("one"), locksOf("other")];
    const index = await parlance.indexes.open(collection);
    const { promise: other, resolve: letGo } = Promise.withResolvers<void>();
    let taken: Promise<void> = Promise.resolve();
    const stoodStill = {
      ...index,
      versions: async (asked: Parameters<typeof index.versions>[0]) => {
        const versions = await index.versions(asked);
        at += 60_000;
        const { promise, resolve } = Promise.withResolvers<void>();
        taken = there.hold(collection, () => {
          resolve();
          return other;
        });
        await promise;
        return versions;
      },
    };
    const noted = noteVersion(parlance, stoodStill, { collection, locks: here });
    await expect(noted).rejects.toMatchObject({ code: "lock-lost" });
    letGo();
    await taken;
    expect((await findCollection(parlance.store.rows, collection))?.version).toBeNull();
  });

  it("keep an erasure waiting until the one under way has ended", async () => {
    const { collection } = await aCollectionToMerge();
    const [here, there] = [locksOf("one"), locksOf("other")];
    const events: string[] = [];
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const merge = here.hold(`merge of ${collection}`, async () => {
      ask();
      // What a merge looks for, several times a second.
      await expect.poll(() => here.isHeld(`no merge of ${collection}`)).toBe(true);
      events.push("merge gives way");
    });
    await asked;
    await mergesOf(there).without(collection, async () => {
      events.push("erasure");
    });
    await merge;
    expect(events).toEqual(["merge gives way", "erasure"]);
  });
});
