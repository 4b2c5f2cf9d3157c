// Counters in the database keep the promise of all counters, on each kind of database; what is kept over a start is tested here too.
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { aStore } from "#services/store/store.builders.ts";
import { countersSuite } from "./counters.suite.ts";
import type { Counters } from "./counters.ts";
import { openDatabaseCounters } from "./database.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const fresh = async () => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const clock = { now: Date.now() };
  const open = (): Counters => {
    const counters = openDatabaseCounters({
      database: store.database,
      now: () => millis(clock.now),
    });
    closers.push(() => counters.close());
    return counters;
  };
  return { clock, open, counters: open(), kind: store.database.kind };
};

describe("counters in the database", () => {
  countersSuite(fresh);

  it("keeps failed tries, and a day's tokens, over a start; tries of all servers are one count", async () => {
    const { clock, counters, open } = await fresh();
    const day = { name: "tokens", since: clock.now, until: clock.now + 86_400_000 };
    const tried = { name: "a", most: 3, since: clock.now, until: clock.now + 60_000 };
    await counters.usage.add(day, 14);
    await counters.tries.take([tried]);
    await counters.close();
    const next = open();
    expect(await next.usage.read([day])).toEqual([14]);
    await Promise.all([next.tries.take([tried]), counters.tries.take([tried])]);
    expect(await next.tries.take([tried])).toMatchObject({ kind: "full", count: { count: 3 } });
  });

  it("of servers that share a database each learns within seconds what the others answered", async () => {
    const { clock, counters, open, kind } = await fresh();
    // SQLite has one server.
    if (kind === "sqlite") return;
    const other = open();
    const limit = { name: "r", most: 100, since: clock.now, until: clock.now + 60_000 };
    for (let at = 0; at < 30; at++) await counters.usage.take([limit]);
    await other.usage.take([limit]);
    await expect.poll(() => other.usage.read([limit]), { timeout: 10_000 }).toEqual([31]);
  });
});
