// What counting a request, and a failed try, costs in the database and in Redis, and whether a limit is exact for two processes.
// `node infra/bench/counters.bench.ts [TIMES]`
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counters } from "#services/counters/counters.ts";
import { openDatabaseCounters } from "#services/counters/database.ts";
import { startRedis } from "#services/counters/redis/redis-server.builders.ts";
import { openRedisCounters } from "#services/counters/redis.ts";
import { millis } from "#services/domain/units.ts";
import { openDatabase, randomName } from "#services/store/store.ts";
import { available, type Service, startService } from "../chaos/services.ts";
import { databaseOn } from "./database-on.ts";
import { machine, markdownTable, mean, quantile } from "./measure.ts";

const now = () => millis(Date.now());
const HOUR = 3_600_000;
const say = (text: string) => process.stdout.write(`${text}\n`);

const limits = (most: number, ...names: string[]) =>
  names.map((name) => ({ name, most, since: now(), until: now() + HOUR }));

const databaseAt = (folder: string, url: string | undefined) =>
  openDatabase({
    path: join(folder, "counters.db"),
    ...(url === undefined ? {} : { url }),
    now,
    newId: randomName,
  });

const overRedis = async (url: string, fallback: Counters): Promise<Counters> =>
  // Also on a busy machine it is Redis that is measured, and not what goes on without it.
  openRedisCounters({
    url,
    prefix: "bench:",
    now,
    fallback,
    onState: () => undefined,
    answerMs: 10_000,
  });

interface Way {
  readonly name: string;
  readonly counters: Counters;
  readonly requests: number[];
  readonly tries: number[];
}

const timed = async (into: number[], work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  into.push(performance.now() - began);
};

/** The ways take turns, so that whatever else the machine does falls on all of them. */
const measure = async (ways: readonly Way[], times: number): Promise<void> => {
  for (let at = -50; at < times; at++)
    for (const { counters, requests, tries } of ways) {
      await timed(at < 0 ? [] : requests, () =>
        counters.usage.take(limits(1e9, "organization", "person")),
      );
      const tried = limits(1e9, `account ${at}`, "address");
      await timed(at < 0 ? [] : tries, async () => {
        await counters.tries.take(tried);
        await counters.tries.forget(`account ${at}`);
        await counters.tries.giveBack("address");
      });
    }
};

/** In a process of its own: asks as often as it can, and says how often it was let pass. */
const race = async (url: string, folder: string, most: number): Promise<number> => {
  const database = await databaseAt(folder, undefined);
  const counters = await overRedis(url, openDatabaseCounters({ database, now }));
  let passed = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let at = 0; at < most / 10; at++) {
        const taken = await counters.usage.take(limits(most, `race ${most}`));
        if (taken.kind === "taken") passed++;
      }
    }),
  );
  await counters.close();
  await database.close();
  return passed;
};

const passedIn = (url: string, folder: string, most: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ["race", url, folder, String(most)]);
    child.once("message", (passed) => resolve(Number(passed)));
    child.once("exit", (code) => reject(new Error(`The process ended with ${code}.`)));
  });

const all = async (times: number): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-counters-"));
  const redis = await startRedis();
  const services: Service[] = [];
  const closers: (() => Promise<void>)[] = [];
  const way = (name: string, counters: Counters): Way => {
    closers.push(() => counters.close());
    return { name, counters, requests: [], tries: [] };
  };
  const sqlite = await databaseAt(folder, undefined);
  const ways = [way("SQLite", openDatabaseCounters({ database: sqlite, now }))];
  for (const kind of ["mariadb", "postgres"] as const) {
    if (!available()[kind]) continue;
    const service = await startService(kind);
    services.push(service);
    const database = await databaseAt(folder, await databaseOn(service));
    closers.unshift(() => database.close());
    ways.push(way(kind, openDatabaseCounters({ database, now })));
  }
  ways.push(
    way("Redis", await overRedis(redis.url, openDatabaseCounters({ database: sqlite, now }))),
  );
  await measure(ways, times);
  const row = (name: string, list: readonly number[]) => [
    name,
    mean(list).toFixed(3),
    ...[0.5, 0.95, 0.99].map((q) => quantile(list, q).toFixed(3)),
  ];
  say(`## Counters: ${machine()}\n`);
  say(
    markdownTable(
      ["counted in", "mean ms", "p50 ms", "p95 ms", "p99 ms"],
      ways.flatMap(({ name, requests, tries }) => [
        row(`${name}: a request, two limits`, requests),
        row(`${name}: a try that worked, two limits`, tries),
      ]),
    ),
  );
  const rows: (string | number)[][] = [];
  for (const most of [100, 1000, 10_000]) {
    const passed = await Promise.all(
      ["one", "two"].map(async (name) =>
        passedIn(redis.url, await mkdtemp(join(folder, name)), most),
      ),
    );
    rows.push([most, ...passed, passed.reduce((sum, one) => sum + one, 0)]);
  }
  say(`\n${markdownTable(["limit", "one process", "the other", "together"], rows)}`);
  for (const close of closers.toReversed()) await close();
  await sqlite.close();
  await Promise.all(services.map((service) => service.remove()));
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
};

const [mode, url = "", folder = "", most = ""] = process.argv.slice(2);
if (mode === "race") {
  process.send?.(await race(url, folder, Number(most)));
  process.disconnect();
} else {
  // A try is several transactions: a thousand of them on each database take most of an hour on a busy machine.
  await all(Number(mode) || 300);
  process.exit();
}
