// What accounts cost, what a flood of sign-ins does to others, and whether random questions reach another organization's messages.
// `node infra/bench/security.bench.ts [isolation QUESTIONS | flood SECONDS | overhead SEARCHES]…`
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askAtRandom, openTenants } from "#services/api/tenants.builders.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { machine, markdownTable, mean, quantile, sleep } from "./measure.ts";

const password = "gravel otter lantern nine";

const say = (text: string) => process.stdout.write(`${text}\n`);

const isolation = async (questions: number): Promise<void> => {
  const began = performance.now();
  const tenants = await openTenants(50, 20);
  const { leaks, answered, statuses } = await askAtRandom(tenants, questions, 20_261_130);
  await tenants.close();
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  say(
    markdownTable(
      ["organizations", "random questions", "answered", "by status", "foreign messages", "seconds"],
      [
        [
          50,
          questions,
          answered,
          [...statuses]
            .toSorted(([a], [b]) => a - b)
            .map(([status, count]) => `${status}: ${count}`)
            .join(", "),
          leaks.length,
          seconds,
        ],
      ],
    ),
  );
  for (const leak of leaks.slice(0, 5)) say(JSON.stringify(leak));
};

const withServer = async <T>(
  env: Record<string, string>,
  work: (server: RunningServer) => Promise<T>,
): Promise<T> => {
  const home = await mkdtemp(join(tmpdir(), "parlance-security-"));
  const server = await startServer({ home, args: ["--demo"], env });
  try {
    return await work(server);
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

const appHeaders = { "content-type": "application/json", "x-parlance-client": "bench" };

/** Turns accounts on and makes the owner. @returns the owner's access token */
const ownerOf = async ({ url }: RunningServer): Promise<string> => {
  const { link } = await callJson<{ link: string }>(`${url}/api/v1/accounts/on`, {
    method: "POST",
  });
  const made = await fetch(`${url}/api/v1/auth/setup`, {
    method: "POST",
    headers: appHeaders,
    body: JSON.stringify({
      token: link.split("#token=")[1],
      email: "olga@example.org",
      name: "Olga",
      password,
    }),
  });
  return ((await made.json()) as { access: string }).access;
};

const searched = async (url: string, headers: Record<string, string>): Promise<number> => {
  const began = performance.now();
  const response = await fetch(`${url}/api/v1/search`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: "oven controller", mode: "lexical", limit: 10 }),
  });
  await response.text();
  if (!response.ok) throw new Error(`The search answered ${response.status}.`);
  return performance.now() - began;
};

/** The sample has to be in a version before searches are alike. */
const settled = async (server: RunningServer, headers: Record<string, string>) => {
  for (;;) {
    const response = await fetch(`${server.url}/api/v1/collections`, { headers });
    const { collections } = (await response.json()) as {
      collections: { pending: number; version: number | null }[];
    };
    if (collections[0]?.version != null && collections[0].pending === 0) break;
    await sleep(300);
  }
  // An analysis begins once a collection is at rest.
  await sleep(15_000);
};

/** Sign-ins that come at a rate, whatever becomes of those before, each of another account from another address. */
const flood = async (seconds: number): Promise<void> => {
  const env = { PARLANCE_TRUSTED_PROXIES: "127.0.0.1,::1", PARLANCE_REQUESTS_PER_MINUTE: "0" };
  await withServer(env, async (server) => {
    const access = await ownerOf(server);
    const headers = { authorization: `Bearer ${access}` };
    await settled(server, headers);
    const searching = async (ms: number): Promise<number[]> => {
      const times: number[] = [];
      const until = performance.now() + ms;
      while (performance.now() < until) {
        times.push(await searched(server.url, headers));
        await sleep(20);
      }
      return times;
    };
    await searching(3000);
    const calm = await searching(seconds * 1000);
    const statuses = new Map<number, number>();
    const refusedIn: number[] = [];
    const tries: Promise<void>[] = [];
    let sent = 0;
    const signIn = async (at: number) => {
      const began = performance.now();
      const response = await fetch(`${server.url}/api/v1/auth/sign-in`, {
        method: "POST",
        headers: { ...appHeaders, "x-forwarded-for": `10.${at % 250}.${(at >> 8) % 250}.7` },
        body: JSON.stringify({ email: `nobody${at}@example.org`, password: "wrong wrong wrong" }),
      });
      await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status === 503) refusedIn.push(performance.now() - began);
    };
    const timer = setInterval(() => {
      for (let at = 0; at < 2; at++) tries.push(signIn(sent++));
    }, 10);
    const flooded = await searching(seconds * 1000);
    clearInterval(timer);
    await Promise.allSettled(tries);
    const row = (name: string, times: readonly number[]) => [
      name,
      times.length,
      ...[0.5, 0.95, 0.99].map((q) => quantile(times, q).toFixed(1)),
    ];
    say(
      markdownTable(
        ["searches", "count", "p50 ms", "p95 ms", "p99 ms"],
        [row("without", calm), row("beside the flood", flooded)],
      ),
    );
    say(
      `\n${(sent / seconds).toFixed(0)} sign-ins a second; answers ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}; refused (503) in ${quantile(refusedIn, 0.5).toFixed(0)} ms at the median, ${quantile(refusedIn, 0.95).toFixed(0)} ms at p95; p95 of searches × ${(quantile(flooded, 0.95) / quantile(calm, 0.95)).toFixed(2)}`,
    );
  });
};

const overhead = async (searches: number): Promise<void> => {
  await withServer({}, (open) =>
    withServer({ PARLANCE_REQUESTS_PER_MINUTE: "1000000" }, async (closed) => {
      const access = await ownerOf(closed);
      const headers = { authorization: `Bearer ${access}` };
      await settled(open, {});
      await settled(closed, headers);
      const times = { open: [] as number[], signedIn: [] as number[] };
      for (let at = 0; at < searches + 200; at++) {
        const one = await searched(open.url, {});
        const other = await searched(closed.url, headers);
        if (at < 200) continue;
        times.open.push(one);
        times.signedIn.push(other);
      }
      const row = (name: string, list: readonly number[]) => [
        name,
        mean(list).toFixed(3),
        ...[0.25, 0.5, 0.95].map((q) => quantile(list, q).toFixed(3)),
      ];
      say(
        markdownTable(
          ["search", "mean ms", "p25 ms", "p50 ms", "p95 ms"],
          [row("open", times.open), row("signed in", times.signedIn)],
        ),
      );
      say(
        `\nmore at the median: ${(quantile(times.signedIn, 0.5) - quantile(times.open, 0.5)).toFixed(3)} ms`,
      );
    }),
  );
};

const parts = { isolation, flood, overhead } as const;
const given = process.argv.slice(2);
const usual: Readonly<Record<keyof typeof parts, number>> = {
  isolation: 100_000,
  flood: 20,
  overhead: 2000,
};
say(`## Accounts: ${machine()}\n`);
for (const name of Object.keys(parts) as (keyof typeof parts)[]) {
  const at = given.indexOf(name);
  if (given.length > 0 && at < 0) continue;
  say(`### ${name}\n`);
  await parts[name](Number(given[at + 1]) || usual[name]);
  say("");
}
process.exit();
