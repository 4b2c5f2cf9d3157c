// Fifty clients search without a pause while the IRC archive is imported into another collection; probes of /health; times of pages.
// --seconds=N --against=PATH (another source tree, measured alternately with this one) --home=PATH (kept, and used again)
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { startBareServer } from "./bare-server.ts";
import { haveIrcArchive, ircArchivePath, ircMessages, ircQuestions } from "./irc-archive.ts";
import { type Measured, runClients } from "./load-clients.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "1" },
    against: { type: "string" },
    home: { type: "string" },
  },
});
const seconds = Number(options.seconds);
const CLIENTS = 50;
const PROBE_EVERY_MS = 50;
const name = "ubuntu";

const say = (text: string) => process.stdout.write(`${text}\n`);

interface Started {
  readonly server: RunningServer;
  readonly delays: string;
}

const start = async (home: string, root: string | undefined): Promise<Started> => {
  const delays = join(await mkdtemp(join(tmpdir(), "parlance-load-")), "delays");
  const server = await startServer({
    home,
    ...(root === undefined ? {} : { root }),
    env: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "loop-delay.ts")}`,
      LOOP_DELAY_FILE: delays,
    },
  });
  return { server, delays };
};

/** The longest time that the server's main event loop was blocked since the last call, in ms. */
const loopDelay = async ({ server, delays }: Started): Promise<number> => {
  const lines = () =>
    existsSync(delays) ? readFileSync(delays, "utf8").trim().split("\n") : ([] as string[]);
  const before = lines().length;
  process.kill(server.pid, "SIGUSR2");
  while (lines().length === before) await sleep(10);
  return (JSON.parse(lines().at(-1) ?? "{}") as { max: number }).max;
};

const collectionsOf = async ({ url }: RunningServer) =>
  (
    await callJson<{ collections: { id: string; name: string; messages: number }[] }>(
      `${url}/api/v1/collections`,
    )
  ).collections;

const send = async ({ url }: RunningServer, to: string): Promise<string> => {
  const { id } = await callJson<{ id: string }>(`${url}/api/v1/collections`, {
    body: { name: to },
  });
  await callJson<Upload>(`${url}/api/v1/collections/${id}/uploads?filename=ubuntu-irc.tar.gz`, {
    method: "PUT",
    raw: Readable.toWeb(createReadStream(ircArchivePath)) as ReadableStream,
  });
  return id;
};

/** Waits until the workers have nothing left to do, including analyses. */
const untilAtRest = async ({ url }: RunningServer) => {
  for (let calm = 0; calm < 10; ) {
    const { checks } = await callJson<Readiness>(`${url}/ready`);
    const isIdle = checks.some(
      ({ name: of, detail }) => of === "jobs" && detail.startsWith("0 waiting, 0 running"),
    );
    calm = isIdle ? calm + 1 : 0;
    await sleep(500);
  }
};

/** A home with the archive imported and analysed. */
const prepare = async (home: string) => {
  const { server } = await start(home, undefined);
  try {
    const [known] = await collectionsOf(server);
    if (known === undefined) await send(server, name);
    await untilAtRest(server);
  } finally {
    await server.stop();
  }
};

const millis = (values: readonly number[]) =>
  [0.5, 0.95, 0.99].map((q) => quantile(values, q).toFixed(0));

interface Loaded {
  readonly searches: Measured;
  readonly health: Measured;
  /** An idle server, probed in the same way at the same time. */
  readonly bare: Measured;
  readonly loop: number;
  readonly memory: number;
}

const measureLoad = async (
  started: Started,
  collection: string,
  questions: readonly string[],
): Promise<Loaded> => {
  const { server } = started;
  const modes = ["hybrid", "semantic", "lexical"];
  const path = `/api/v1/collections/${collection}/search`;
  const bodies = questions.map((query, at) =>
    JSON.stringify({ query, mode: modes[at % modes.length], limit: 10 }),
  );
  const clients = { url: server.url, everyMs: PROBE_EVERY_MS, clients: CLIENTS };
  // Loads indexes and topics, which a running server has loaded already.
  await runClients({ ...clients, kind: "searches", path, bodies, clients: 4, seconds: 8 });
  const imported = await send(server, "imported meanwhile");
  await sleep(2000);
  await loopDelay(started);
  const idle = await startBareServer();
  const probes = { ...clients, kind: "probes", bodies: [], seconds } as const;
  const [searches, health, bare] = await Promise.all([
    runClients({ ...clients, kind: "searches", path, bodies: bodies.toReversed(), seconds }),
    runClients({ ...probes, path: "/health" }),
    runClients({ ...probes, path: "/", url: idle.url }),
  ]);
  idle.stop();
  const loop = await loopDelay(started);
  const memory = memoryOf([server.pid]);
  await callJson(`${server.url}/api/v1/collections/${imported}`, { method: "DELETE" });
  await untilAtRest(server);
  return { searches, health, bare, loop, memory };
};

/** The slowest pages, one request after the other: the time of each, and how long it blocked the event loop. */
const measurePages = async (started: Started, collection: string) => {
  const { url } = started.server;
  const at = `${url}/api/v1/collections/${collection}`;
  const { topics } = await callJson<{ topics: { id: string; leaf: boolean }[] }>(`${at}/topics`);
  const leaves = topics.filter(({ leaf }) => leaf).map(({ id }) => id);
  const [a, b] = leaves;
  const pages: readonly [string, string, unknown?][] = [
    ["overview", "overview"],
    ["compare two topics", "compare", { a: { topics: [a] }, b: { topics: [b] } }],
    [
      "compare a topic with the rest",
      "compare",
      { a: { topics: [a] }, b: { topics: [a], not: true } },
    ],
    ["all figures", "figures", {}],
    ["messages with facets", "messages", { facets: true }],
    ["map points", "map/points"],
    ["map column of topics", "map/columns/topic"],
    ["report", "report"],
    ["search, 100 hits", "search", { query: "the sound card", limit: 100, context: 5 }],
  ];
  const rows: (string | number)[][] = [];
  for (const [page, path, body] of pages) {
    const took: number[] = [];
    const loops: number[] = [];
    for (let run = 0; run < 4; run++) {
      await loopDelay(started);
      const began = performance.now();
      const response = await fetch(`${at}/${path}`, {
        ...(body === undefined
          ? {}
          : {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(body),
            }),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      // The first request loads what a running server has loaded already.
      if (run > 0) took.push(performance.now() - began);
      loops.push(await loopDelay(started));
    }
    rows.push([page, quantile(took, 0.5).toFixed(0), Math.max(...loops.slice(1)).toFixed(0)]);
  }
  return rows;
};

const measure = async (home: string, root: string | undefined, questions: readonly string[]) => {
  const started = await start(home, root);
  try {
    const [known] = (await collectionsOf(started.server)).filter((one) => one.name === name);
    if (known === undefined) throw new Error("The archive is not in this home.");
    const pages = await measurePages(started, known.id);
    const load = await measureLoad(started, known.id, questions);
    return { pages, load, messages: known.messages };
  } finally {
    await started.server.stop();
  }
};

const print = (which: string, { pages, load, messages }: Awaited<ReturnType<typeof measure>>) => {
  const { searches, health, bare, loop, memory } = load;
  say(
    `\n### ${which}: ${messages.toLocaleString("en")} messages, load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  say(markdownTable(["page", "ms, median of three", "event loop held up, ms"], pages));
  say("");
  const row = (of: string, values: readonly number[], { refused, failed }: Measured) => [
    of,
    values.length,
    ...millis(values),
    refused,
    failed,
  ];
  say(
    markdownTable(
      [`${seconds} s during an import`, "answered", "p50 ms", "p95", "p99", "refused", "failed"],
      [
        row(`searches of ${CLIENTS} clients`, searches.answered, searches),
        row("the same, refusals and waiting included", searches.settled, searches),
        row("/health every 50 ms", health.answered, health),
        row("a server with nothing to do", bare.answered, bare),
      ],
    ),
  );
  say(
    `\nEvent loop held up at most ${loop.toFixed(0)} ms; server process ${(memory / 1e6).toFixed(0)} MB (Pss).`,
  );
};

const main = async () => {
  if (!haveIrcArchive()) {
    say("skipped: ../shared/data/irc is not here");
    return;
  }
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "parlance-load-")));
  try {
    await prepare(home);
    const questions = ircQuestions(await ircMessages(), 12_000);
    say(`\n## Load: ${machine()}, ${new Date().toISOString().slice(0, 16)}`);
    for (let round = 0; round < Number(options.rounds); round++)
      for (const root of options.against === undefined ? [undefined] : [options.against, undefined])
        print(root ?? "this tree", await measure(home, root, questions));
  } finally {
    if (options.home === undefined) await rm(home, { recursive: true, force: true });
  }
};

await main();
