// Counters in a real Redis keep the promise of all counters; while it is away, slow, full or empty, no limit becomes wider than in memory.
import { afterEach, describe, expect, it } from "vitest";
import { millis } from "#services/domain/units.ts";
import { aStore } from "#services/store/store.builders.ts";
import { countersSuite } from "./counters.suite.ts";
import type { Counters } from "./counters.ts";
import { openDatabaseCounters } from "./database.ts";
import type { RedisState } from "./redis/link.ts";
import { hasRedis, type RedisServer, startRedis } from "./redis/redis-server.builders.ts";
import { openSlowProxy } from "./redis/slow-proxy.builders.ts";
import { openRedisCounters, redisParts } from "./redis.ts";

const isThere = hasRedis();
if (!isThere) console.warn("Skipped: tests of counters in Redis. redis-server is not installed.");

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let names = 0;

/** Several Parlance servers on one database and one Redis, with a clock that stands still. */
const openServers = async (url: string, answerMs = 10_000) => {
  const { store, remove } = await aStore();
  closers.push(remove);
  const clock = { now: Date.now() };
  const prefix = `parlance:test-${process.pid}-${++names}:`;
  const open = async (at = url) => {
    const now = () => millis(clock.now);
    const states: RedisState[] = [];
    const counters = await openRedisCounters({
      url: at,
      prefix,
      now,
      fallback: openDatabaseCounters({ database: store.database, now }),
      onState: (state) => states.push(state),
      // A machine that does much else at the same time may be late; what is late is tested by itself.
      answerMs,
    });
    closers.push(() => counters.close());
    const is = (kind: RedisState["kind"]) =>
      expect.poll(() => states.at(-1)?.kind, { timeout: 20_000, interval: 20 }).toBe(kind);
    return { counters, states, is, last: () => states.at(-1) };
  };
  const tried = (most = 10) => ({
    name: "password account x",
    most,
    since: clock.now,
    until: clock.now + 900_000,
  });
  const fail = async ({ tries }: Counters, times: number, most = 10) => {
    let taken = 0;
    for (let at = 0; at < times; at++)
      if ((await tries.take([tried(most)])).kind === "taken") taken++;
    return taken;
  };
  return { clock, open, fail, tried, prefix };
};

const aRedis = async (...settings: string[]): Promise<RedisServer> => {
  const redis = await startRedis(...settings);
  closers.push(() => redis.kill());
  return redis;
};

describe.skipIf(!isThere)("counters in Redis", () => {
  describe("the promise", () => {
    countersSuite(async () => {
      const redis = await aRedis();
      const { clock, open } = await openServers(redis.url);
      return { clock, counters: (await open()).counters };
    });
  });

  it("counts for all servers together, to the last request, under names of this database", async () => {
    const redis = await aRedis();
    const { clock, open, prefix } = await openServers(redis.url);
    const [here, there] = [await open(), await open()];
    const limit = { name: "r", most: 100, since: clock.now, until: clock.now + 60_000 };
    const taken = await Promise.all(
      Array.from({ length: 160 }, (_, at) =>
        (at % 2 === 0 ? here : there).counters.usage.take([limit]),
      ),
    );
    expect(taken.filter(({ kind }) => kind === "taken")).toHaveLength(100);
    const keys = (await redis.ask("KEYS", "*")) as string[];
    expect(keys.filter((key) => !key.startsWith(prefix))).toEqual([]);
    // Nothing stays for ever.
    expect(await redis.ask("PTTL", `${prefix}r`)).toBeGreaterThan(0);
  });

  it("goes on without Redis, says so, and comes back by itself; failed tries count on both ways", async () => {
    const redis = await aRedis();
    const { open, fail } = await openServers(redis.url);
    const { counters, is, last } = await open();
    expect(await fail(counters, 4)).toBe(4);
    await redis.kill();
    await is("away");
    const [part] = redisParts(last() ?? { kind: "connecting" });
    expect(part?.code).toBe("redis-unavailable");
    expect(part?.message).toMatch(/^Redis does not work \(.+\)\. Until it is back/);
    expect(await fail(counters, 3)).toBe(3);
    await redis.start();
    await is("connected");
    expect(redisParts({ kind: "connected" })).toEqual([]);
    // It came back empty, and what was counted in it and without it still counts.
    expect(await fail(counters, 10)).toBe(3);
  });

  it("counts on what this server knows where Redis was emptied, or pushed a key out", async () => {
    const redis = await aRedis();
    const { open, fail, clock } = await openServers(redis.url);
    const { counters } = await open();
    const day = { name: "tokens", since: clock.now, until: clock.now + 86_400_000 };
    await counters.usage.add(day, 500);
    expect(await fail(counters, 9)).toBe(9);
    await redis.ask("FLUSHALL");
    expect(await fail(counters, 9)).toBe(1);
    expect(await counters.usage.read([day])).toEqual([500]);
    await redis.ask("FLUSHALL");
    // Where all servers start again too, the database knows a day's tokens.
    await counters.close();
    const next = await open();
    expect(await next.counters.usage.read([day])).toEqual([500]);
  });

  it("forgets on all servers what one of them was told to, and holds on to nothing older", async () => {
    const redis = await aRedis();
    const { open, fail, tried } = await openServers(redis.url);
    const [here, there] = [await open(), await open()];
    expect(await fail(here.counters, 9)).toBe(9);
    await there.counters.tries.forget(tried().name);
    expect(await fail(here.counters, 12)).toBe(10);
    await there.counters.tries.giveBack(tried().name);
    expect(await fail(here.counters, 5)).toBe(1);
    // An older copy of the key, as of a replica that took over: this server knows better.
    await redis.ask("FLUSHALL");
    await there.counters.tries.take([tried()]);
    expect(await fail(here.counters, 5)).toBe(0);
  });

  it("does not wait for a slow or silent Redis longer than 50 ms, and not once for each request", async () => {
    const redis = await aRedis();
    const proxy = await openSlowProxy(redis.port);
    closers.push(() => proxy.close());
    const { open, fail } = await openServers(redis.url, 50);
    const { counters, is, last } = await open(`redis://127.0.0.1:${proxy.port}`);
    expect(await fail(counters, 2)).toBe(2);
    for (const ms of [200, Number.POSITIVE_INFINITY]) {
      proxy.delay(ms);
      expect(await fail(counters, 2)).toBe(2);
      await is("away");
      expect(last()).toMatchObject({ problem: expect.stringContaining("no answer within") });
      // While it is away nobody waits for it.
      const began = performance.now();
      for (let at = 0; at < 20; at++)
        await counters.usage.take([{ name: `u${at}`, most: 9, since: 0, until: 1e15 }]);
      expect(performance.now() - began).toBeLessThan(50 * 20);
      proxy.delay(0);
      await is("connected");
    }
    // What came late may have counted as well: rather one too many than one too few.
    const left = await fail(counters, 10);
    expect(left).toBeLessThanOrEqual(4);
    expect(left).toBeGreaterThanOrEqual(2);
  });

  it("does without a Redis that is full, refuses the password, or is a replica, and says why", async () => {
    const redis = await aRedis();
    const { open, fail } = await openServers(redis.url);
    const { counters, is, last } = await open();
    await redis.ask("CONFIG", "SET", "maxmemory", "1");
    expect(await fail(counters, 3)).toBe(3);
    await is("away");
    expect(last()).toMatchObject({ problem: "its memory is full" });
    await redis.ask("CONFIG", "SET", "maxmemory", "0");
    await is("connected");
    await redis.ask("REPLICAOF", "127.0.0.1", "1");
    expect(await fail(counters, 3)).toBe(3);
    await is("away");
    expect(last()).toMatchObject({ problem: expect.stringMatching(/replica|loading/) });
    await redis.ask("REPLICAOF", "NO", "ONE");
    await is("connected");
    expect(await fail(counters, 9)).toBe(4);

    const locked = await aRedis("--requirepass", "sesame");
    const wrong = await (await openServers("redis://:wrong@127.0.0.1:1")).open(
      `redis://:wrong@127.0.0.1:${locked.port}`,
    );
    expect(wrong.last()).toMatchObject({ kind: "away", problem: "it refuses the password" });
    expect(JSON.stringify(wrong.last())).not.toContain("wrong");
    const right = await (await openServers(locked.url)).open(
      `redis://:sesame@127.0.0.1:${locked.port}/3`,
    );
    expect(right.last()).toEqual({ kind: "connected" });
  });
});
