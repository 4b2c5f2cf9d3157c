// Imports a made-up archive over HTTP into a real server, and analyses it: rates, how soon what was read is found, memory of each
// process, disk, and time and memory of each step of the analysis. `archive.bench.ts [messages] [--home=FOLDER]`: 962,433 by
// default, as a real archive had. A given home is kept, and one that has the archive is only analysed.
import { createReadStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Analysis } from "#services/contract/analysis.ts";
import type { Collection } from "#services/contract/collections.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { analyserOf, peakOf } from "./analyser-process.ts";
import { writeArchive } from "./made-up-archive.ts";
import { machine, markdownTable, mean, quantile, sleep } from "./measure.ts";
import { haveSentences, sentences } from "./resampled.ts";
import { untilAtRest } from "./until-at-rest.ts";

const MB = 1e6;
const EVERY_MS = 1000;
const LINE_EVERY_S = 5;

const bytesIn = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** What a process of the server does, by its command line. */
const purposeOf = (pid: number): string => {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (line.includes("merge-main")) return "merge";
    if (line.includes("serve")) return "server";
    return ["ingest", "embed", "analyse"].find((stage) => line.includes(stage)) ?? "other";
  } catch {
    return "other";
  }
};

const memoryByPurpose = (server: RunningServer): Map<string, number> => {
  const memory = new Map<string, number>();
  for (const pid of server.processes()) {
    const purpose = purposeOf(pid);
    memory.set(purpose, (memory.get(purpose) ?? 0) + memoryOf([pid]));
  }
  return memory;
};

interface Sample {
  readonly s: number;
  readonly messages: number;
  readonly chunks: number;
  readonly searchable: number;
  /** Seconds since as many chunks had been made as are searchable now. */
  readonly age: number;
  readonly memory: ReadonlyMap<string, number>;
}

/** Rows of the version that a search is answered from. */
const openSearchable = (server: RunningServer, collection: string) => {
  const rowsOf = new Map<number, number>();
  return async (): Promise<number> => {
    const { version, indexed } = await callJson<Collection>(
      `${server.url}/api/v1/collections/${collection}`,
    );
    if (version !== null) rowsOf.set(version, indexed);
    const answer = await callJson<SearchAnswer>(
      `${server.url}/api/v1/collections/${collection}/search`,
      { body: { query: "ubuntu", mode: "lexical", facets: false, limit: 1 } },
    );
    const known = [...rowsOf].filter(([number]) => number <= (answer.version ?? 0));
    return known.at(-1)?.[1] ?? 0;
  };
};

/** Chunks a second that became searchable while the share of all from … to did. */
const rateBetween = (samples: readonly Sample[], from: number, to: number): number => {
  const all = samples.at(-1)?.searchable ?? 0;
  const first = samples.find(({ searchable }) => searchable >= from * all);
  const last = samples.find(({ searchable }) => searchable >= to * all);
  return first && last ? (last.searchable - first.searchable) / (last.s - first.s) : Number.NaN;
};

const importArchive = async (
  server: RunningServer,
  { collection, file, home }: { collection: string; file: string; home: string },
) => {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const sent = await callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=made-up.jsonl`,
    { method: "PUT", raw: Readable.toWeb(createReadStream(file)) as ReadableStream },
  );
  const searchableNow = openSearchable(server, collection);
  const made: { readonly s: number; readonly chunks: number }[] = [];
  const samples: Sample[] = [];
  const sample = async (): Promise<Upload> => {
    const searchable = await searchableNow();
    const upload = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
    const { chunks, newMessages } = upload.progress;
    const s = seconds();
    made.push({ s, chunks });
    const age = s - (made.find((one) => one.chunks > searchable)?.s ?? s);
    const memory = memoryByPurpose(server);
    samples.push({ s, messages: newMessages, chunks, searchable, age, memory });
    if (samples.length % LINE_EVERY_S === 1) {
      const each = [...memory].map(([name, bytes]) => `${name} ${(bytes / MB).toFixed(0)}`);
      process.stderr.write(
        `${s.toFixed(0)} s: ${newMessages} messages, ${chunks} chunks, ${searchable} searchable, newest ${age.toFixed(1)} s, MB ${each.join(", ")}, disk ${((await bytesIn(home)) / MB).toFixed(0)}, load ${loadavg()[0]?.toFixed(1)}\n`,
      );
    }
    return upload;
  };
  let upload = sent;
  for (;;) {
    const before = performance.now();
    upload = await sample();
    if (["done", "failed", "cancelled"].includes(upload.state)) break;
    await sleep(Math.max(0, EVERY_MS - (performance.now() - before)));
  }
  const done = seconds();
  let stop = false;
  const merging = untilAtRest(server).finally(() => {
    stop = true;
  });
  while (!stop) {
    await sample();
    await sleep(EVERY_MS);
  }
  await merging;
  const purposes = [...new Set(samples.flatMap(({ memory }) => [...memory.keys()]))];
  const total = (memory: ReadonlyMap<string, number>) =>
    [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
  const most = (of: (memory: ReadonlyMap<string, number>) => number) =>
    (Math.max(...samples.map(({ memory }) => of(memory))) / MB).toFixed(0);
  const ages = samples.map(({ age }) => age);
  const [first, last] = [rateBetween(samples, 0.05, 0.15), rateBetween(samples, 0.9, 0.99)];
  console.log(
    markdownTable(
      ["import", "figure"],
      [
        [
          "messages / chunks, exchanges included",
          `${upload.progress.newMessages} / ${upload.progress.chunks}`,
        ],
        [
          "seconds until all are searchable / merged",
          `${done.toFixed(0)} / ${seconds().toFixed(0)}`,
        ],
        [
          "chunks/s at the start / at the end",
          `${first.toFixed(0)} / ${last.toFixed(0)} (${((100 * last) / first).toFixed(0)} %)`,
        ],
        [
          "seconds from made to searchable, mean / p95 / most",
          `${mean(ages).toFixed(1)} / ${quantile(ages, 0.95).toFixed(1)} / ${Math.max(...ages).toFixed(1)}`,
        ],
        ["peak memory MB, all together", most(total)],
        ...purposes.map((one) => [`peak memory MB, ${one}`, most((of) => of.get(one) ?? 0)]),
        ["disk MB at rest", ((await bytesIn(home)) / MB).toFixed(0)],
      ],
    ),
  );
};

/** Lets the peak memory of a process begin anew. */
const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, "5");

const analyse = async (server: RunningServer, collection: string) => {
  const at = `${server.url}/api/v1/collections/${collection}/analysis`;
  const before = (await callJson<Analysis>(at)).id;
  const worker = analyserOf(server.processes()) ?? 0;
  forgetPeak(worker);
  await callJson(at, {
    body: { mode: "refit", settings: { unit: "chunk", automatic: false } },
  });
  const peaks = new Map<string, number>();
  let doing = "";
  for (;;) {
    const now = await callJson<Analysis>(at);
    // The name of a step is shown with numbers in it.
    const step = now.doing?.replace(/ [\d,.]+.*/, "") ?? "";
    peaks.set(doing, Math.max(peaks.get(doing) ?? 0, peakOf(worker)));
    if (step !== doing) {
      process.stderr.write(
        `${now.doing ?? now.state}; before: ${((peaks.get(doing) ?? 0) / MB).toFixed(0)} MB at most\n`,
      );
      doing = step;
      forgetPeak(worker);
    }
    if (now.state === "failed") throw new Error(`the analysis failed: ${now.error}`);
    if (now.state === "done" && now.id !== before) {
      console.log(
        `\n${now.points} points of ${now.messages} messages in ${now.topics} topics; ${JSON.stringify(now.quality && { ...now.quality, k: now.quality.k.chosen })}; load ${loadavg()[0]?.toFixed(1)}\n`,
      );
      console.log(
        markdownTable(
          ["step", "s", "peak MB"],
          [
            ...now.steps.map(({ name, seconds }) => {
              const peak = peaks.get(name.replace(/ [\d,.]+.*/, ""));
              return [name, seconds.toFixed(1), peak === undefined ? "" : (peak / MB).toFixed(0)];
            }),
            [
              "in all",
              (((now.finishedAt ?? 0) - (now.startedAt ?? 0)) / 1000).toFixed(0),
              (Math.max(...peaks.values()) / MB).toFixed(0),
            ],
          ],
        ),
      );
      return;
    }
    await sleep(100);
  }
};

const main = async () => {
  const words = process.argv.slice(2);
  const given = words.find((word) => word.startsWith("--home="))?.slice("--home=".length);
  const messages = Number(words.find((word) => /^\d+$/.test(word)) ?? 962_433);
  const work = await mkdtemp(join(tmpdir(), "parlance-archive-"));
  const home = given ?? join(work, "home");
  const isNew = !existsSync(home);
  const server = await startServer({ home, log: join(work, "server.log") });
  try {
    console.log(`\n## A made-up archive: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
    const collections = `${server.url}/api/v1/collections`;
    if (isNew) {
      const file = join(work, "made-up.jsonl");
      const characters = await writeArchive(file, await sentences(), { messages, seed: 3 });
      console.log(`${messages} messages, ${(characters / 1e6).toFixed(0)} MB of text\n`);
      const { id } = await callJson<{ id: string }>(collections, { body: { name: "made up" } });
      // It is measured by itself, below.
      await callJson(`${collections}/${id}/analysis/settings`, {
        method: "PUT",
        body: { automatic: false },
      });
      await importArchive(server, { collection: id, file, home });
    }
    const { collections: all } = await callJson<{ collections: Collection[] }>(collections);
    if (!words.includes("--import-only")) await analyse(server, all[0]?.id ?? "");
  } finally {
    await server.stop();
    await rm(work, { recursive: true, force: true });
  }
};

if (haveSentences()) await main();
else console.log("skipped: ../shared/data is not here");
