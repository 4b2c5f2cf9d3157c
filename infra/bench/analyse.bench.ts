// Analyses the whole IRC archive in a real server that is searched all the time; then updates the analysis with one per cent of new data.
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip, gzipSync } from "node:zlib";
import { tableFromIPC } from "apache-arrow";
import { extract, pack } from "tar-stream";
import type { Analysis } from "#services/contract/analysis.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { analyserOf, peakOf } from "./analyser-process.ts";
import { haveIrcArchive, ircArchivePath, ircMessages, ircQuestions } from "./irc-archive.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";

const MB = 1e6;
const HELD_BACK = 0.01;
const QUESTION_EVERY_MS = 500;

interface Day {
  readonly name: string;
  readonly bytes: Buffer;
  readonly lines: number;
}

const readDays = async (): Promise<Day[]> => {
  const days: Day[] = [];
  const archive = createReadStream(ircArchivePath).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    const bytes = Buffer.concat(parts);
    if (!entry.header.name.endsWith(".log")) continue;
    const lines = bytes
      .toString("utf8")
      .split("\n")
      .filter((line) => /^\[\d\d:\d\d\] </.test(line));
    days.push({ name: entry.header.name, bytes, lines: lines.length });
  }
  return days.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** The newest days, as many as make up one per cent of the messages, and all days before them. */
const splitDays = (days: readonly Day[]): { readonly first: Day[]; readonly later: Day[] } => {
  const all = days.reduce((sum, { lines }) => sum + lines, 0);
  let [from, held] = [days.length, 0];
  while (held < all * HELD_BACK && from > 0) held += days[--from]?.lines ?? 0;
  return { first: days.slice(0, from), later: days.slice(from) };
};

const packed = async (days: readonly Day[]): Promise<Buffer> => {
  const archive = pack();
  for (const { name, bytes } of days) archive.entry({ name }, bytes);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return gzipSync(Buffer.concat(parts));
};

interface Bench {
  readonly server: RunningServer;
  readonly collection: string;
}

const analysisOf = ({ server, collection }: Bench) =>
  callJson<Analysis>(`${server.url}/api/v1/collections/${collection}/analysis`);

const importDays = async ({ server, collection }: Bench, days: readonly Day[], name: string) => {
  const sent = await callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=${name}.tar.gz`,
    { method: "PUT", raw: new Uint8Array(await packed(days)) },
  );
  for (;;) {
    const now = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
    if (now.state === "done") return now;
    if (now.state === "failed" || now.state === "cancelled")
      throw new Error(`the import ended ${now.state}: ${now.error?.message}`);
    await sleep(100);
  }
};

const TICKS_A_SECOND = 100;

/** Processor time of a process so far, in seconds: unlike real time, it does not depend much on other work on the machine. */
const processorOf = (pid: number | undefined): number => {
  if (pid === undefined) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // After the command in parentheses: state is field 3, utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
};

/** Sends searches at a steady rate until it is stopped, whether or not the last answer has come. */
const askSteadily = ({ server, collection }: Bench, questions: readonly string[]) => {
  const [took, seen]: [number[], number[]] = [[], []];
  let [next, errors] = [0, 0];
  const pending = new Set<Promise<void>>();
  const askOne = async () => {
    const query = questions[next++ % questions.length] ?? "";
    const started = performance.now();
    try {
      const answer = await callJson<SearchAnswer>(
        `${server.url}/api/v1/collections/${collection}/search`,
        { body: { query, mode: "hybrid", limit: 10 } },
      );
      took.push(answer.tookMs);
      seen.push(performance.now() - started);
    } catch {
      errors++;
    }
  };
  const timer = setInterval(() => {
    const one = askOne().finally(() => pending.delete(one));
    pending.add(one);
  }, QUESTION_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return { took, seen, errors };
  };
};

interface Ran {
  readonly analysis: Analysis;
  /** Seconds from the end of the import to the end of the analysis. */
  readonly waited: number;
  /** Seconds of the analysis itself. */
  readonly seconds: number;
  readonly latency: { readonly took: number[]; readonly seen: number[]; readonly errors: number };
  /** Seconds of processor time of the analysing process in that time. */
  readonly processor: number;
  /** Memory of all processes of the server together, in bytes. */
  readonly memory: number;
  readonly load: string;
}

/** Waits for the automatic analysis after an import. */
const watchRun = async (bench: Bench, before: string | null, questions: readonly string[]) => {
  const started = performance.now();
  const loads = [loadavg()[0] ?? 0];
  const spent = processorOf(analyserOf(bench.server.processes()));
  let memory = 0;
  let stop: ReturnType<typeof askSteadily> | undefined;
  for (;;) {
    const now = await analysisOf(bench);
    // Only searches during the analysis are measured.
    if (now.state === "running") stop ??= askSteadily(bench, questions);
    if (now.state === "failed") throw new Error(`the analysis failed: ${now.error}`);
    if (now.id !== before && now.state === "done") {
      const latency = (await stop?.()) ?? { took: [], seen: [], errors: 0 };
      loads.push(loadavg()[0] ?? 0);
      const seconds = ((now.finishedAt ?? 0) - (now.startedAt ?? 0)) / 1000;
      const waited = (performance.now() - started) / 1000;
      const load = loads.map((one) => one.toFixed(1)).join(" → ");
      const processor = processorOf(analyserOf(bench.server.processes())) - spent;
      return { analysis: now, waited, seconds, processor, latency, memory, load } satisfies Ran;
    }
    memory = Math.max(memory, memoryOf(bench.server.processes()));
    await sleep(250);
  }
};

interface Point {
  readonly topic: string | null;
  readonly x: number;
  readonly y: number;
}

/** By chunk: its leaf topic and its place on the map in the newest analysis. */
const pointsOf = async ({ server, collection }: Bench): Promise<Map<string, Point>> => {
  const at = `${server.url}/api/v1/collections/${collection}/analysis/files`;
  const topics = await callJson<{ id: string; leaf: number | null }[]>(`${at}/topics.json`);
  const names = new Map(topics.map(({ id, leaf }) => [leaf, id]));
  const response = await fetch(`${at}/points.arrow`);
  const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
  const column = (name: string) => {
    const found = table.getChild(name);
    if (found === null) throw new Error(`points.arrow has no column ${name}`);
    return found;
  };
  const [ids, topic, x, y] = ["chunk", "topic", "x", "y"].map(column);
  const points = new Map<string, Point>();
  for (let row = 0; row < table.numRows; row++)
    points.set(String(ids?.get(row)), {
      topic: names.get(Number(topic?.get(row))) ?? null,
      x: Number(x?.get(row)),
      y: Number(y?.get(row)),
    });
  return points;
};

const share = (part: number, whole: number) =>
  whole === 0 ? "–" : `${((100 * part) / whole).toFixed(2)} %`;

/** Of the old points that still exist: the share that kept their topic, and the share that kept their place. */
const keptShares = (before: ReadonlyMap<string, Point>, after: ReadonlyMap<string, Point>) => {
  const counts = { there: 0, members: 0, sameTopic: 0, samePlace: 0 };
  for (const [chunk, was] of before) {
    const is = after.get(chunk);
    if (is === undefined) continue;
    counts.there++;
    if (is.x === was.x && is.y === was.y) counts.samePlace++;
    if (was.topic === null) continue;
    counts.members++;
    if (is.topic === was.topic) counts.sameTopic++;
  }
  return counts;
};

const printSteps = (ran: Ran) =>
  markdownTable(
    ["step", "s"],
    [
      ...ran.analysis.steps.map(({ name, seconds }) => [name, seconds.toFixed(2)]),
      ["**in all**", `**${ran.seconds.toFixed(1)}**`],
      ["processor time", ran.processor.toFixed(1)],
    ],
  );

const latencyRow = (name: string, { latency }: Ran) => [
  name,
  latency.took.length,
  latency.errors,
  ...[0.5, 0.95].map((q) => quantile(latency.took, q).toFixed(1)),
  ...[0.5, 0.95].map((q) => quantile(latency.seen, q).toFixed(1)),
];

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const days = await readDays();
  // --short: a tenth of the archive, to try the benchmark itself.
  const some = process.argv.includes("--short") ? days.filter((_, at) => at % 10 === 0) : days;
  const { first, later } = splitDays(some);
  const questions = ircQuestions(await ircMessages(), 1000);
  const server = await startServer({ home });
  try {
    console.log(`\n## Analysis: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
    const { id: collection } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "ubuntu" },
    });
    const bench: Bench = { server, collection };
    const importing = performance.now();
    const upload = await importDays(bench, first, "first");
    const imported = (performance.now() - importing) / 1000;
    const whole = await watchRun(bench, null, questions);
    const worker = analyserOf(server.processes());
    const peak = worker === undefined ? Number.NaN : peakOf(worker);
    const { analysis } = whole;
    console.log(
      `${upload.progress.newMessages.toLocaleString("en")} messages of ${first.length} days imported in ${imported.toFixed(1)} s; ${analysis.points.toLocaleString("en")} points in ${analysis.topics} topics (k = ${analysis.quality?.k.chosen}), done ${whole.waited.toFixed(1)} s after the import, merging of segments included. Peak memory of the process that analyses ${(peak / MB).toFixed(0)} MB, of all processes together ${(whole.memory / MB).toFixed(0)} MB. Load ${whole.load}.\n`,
    );
    console.log(printSteps(whole));
    const before = await pointsOf(bench);
    const addition = performance.now();
    const second = await importDays(bench, later, "later");
    const added = (performance.now() - addition) / 1000;
    const update = await watchRun(bench, analysis.id, questions);
    const kept = keptShares(before, await pointsOf(bench));
    console.log(
      `\n${second.progress.newMessages.toLocaleString("en")} new messages (${later.length} days, ${share(second.progress.newMessages, upload.progress.newMessages)}) imported in ${added.toFixed(1)} s and taken into it; done ${update.waited.toFixed(1)} s after their import. Load ${update.load}. Of ${kept.members.toLocaleString("en")} old members ${share(kept.sameTopic, kept.members)} keep their topic, of ${kept.there.toLocaleString("en")} old points ${share(kept.samePlace, kept.there)} their place on the map.\n`,
    );
    console.log(printSteps(update));
    console.log(
      `\nHybrid questions while it runs, two a second, ms:\n\n${markdownTable(
        ["during", "questions", "errors", "p50", "p95", "p50 at the client", "p95 at the client"],
        [latencyRow("the whole analysis", whole), latencyRow("the update", update)],
      )}`,
    );
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

await main();
