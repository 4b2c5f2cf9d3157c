// Imports the whole IRC archive over HTTP into a real server: first hit, all committed, memory; then a thousand searches per mode; then load.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { haveIrcArchive, ircArchivePath, ircMessages, ircQuestions } from "./irc-archive.ts";
import { machine, markdownTable, mean, quantile, sleep } from "./measure.ts";
import { untilAtRest } from "./until-at-rest.ts";

const MB = 1e6;

const sendArchive = (server: RunningServer, collection: string) =>
  callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=ubuntu-irc.tar.gz`,
    {
      method: "PUT",
      raw: Readable.toWeb(createReadStream(ircArchivePath)) as ReadableStream,
    },
  );

const newCollection = async (server: RunningServer, name: string) =>
  (await callJson<{ id: string }>(`${server.url}/api/v1/collections`, { body: { name } })).id;

const search = (server: RunningServer, collection: string, body: Record<string, unknown>) =>
  callJson<SearchAnswer>(`${server.url}/api/v1/collections/${collection}/search`, { body });

const untilDone = async (server: RunningServer, id: string): Promise<Upload> => {
  for (;;) {
    const now = await callJson<Upload>(`${server.url}/api/v1/uploads/${id}`);
    if (["done", "failed", "cancelled"].includes(now.state)) return now;
    await sleep(100);
  }
};

interface ImportFigures {
  readonly firstHit: number;
  readonly done: number;
  readonly peakMemory: number;
  readonly upload: Upload;
}

const measureImport = async (server: RunningServer, collection: string): Promise<ImportFigures> => {
  let peakMemory = 0;
  const watching = setInterval(() => {
    peakMemory = Math.max(peakMemory, memoryOf(server.processes()));
  }, 200);
  const started = performance.now();
  const sent = await sendArchive(server, collection);
  let firstHit = Number.NaN;
  while (Number.isNaN(firstHit)) {
    const answer = await search(server, collection, {
      query: "ubuntu",
      mode: "lexical",
      facets: false,
    });
    if (answer.hits.length > 0) firstHit = (performance.now() - started) / 1000;
    else await sleep(50);
  }
  const upload = await untilDone(server, sent.id);
  const done = (performance.now() - started) / 1000;
  await untilAtRest(server);
  clearInterval(watching);
  return { firstHit, done, peakMemory, upload };
};

const measureQuestions = async (
  server: RunningServer,
  collection: string,
  questions: readonly string[],
) => {
  const rows: (string | number)[][] = [];
  for (const mode of ["lexical", "semantic", "hybrid"]) {
    // The first searches fill caches that a running server has filled: they are not counted.
    for (const query of questions.slice(-30)) await search(server, collection, { query, mode });
    const took: number[] = [];
    const wall: number[] = [];
    for (const query of questions.slice(0, 1000)) {
      const started = performance.now();
      const answer = await search(server, collection, { query, mode, limit: 10 });
      wall.push(performance.now() - started);
      took.push(answer.tookMs);
    }
    rows.push([
      mode,
      ...[
        mean(took),
        quantile(took, 0.5),
        quantile(took, 0.95),
        quantile(took, 0.99),
        quantile(wall, 0.95),
      ].map((ms) => ms.toFixed(2)),
    ]);
  }
  return rows;
};

/** Fifty clients that send the next search as soon as one was answered (closed), or at most one per second (paced). */
const measureLoad = async (
  server: RunningServer,
  collection: string,
  load: { questions: readonly string[]; seconds: number; pauseMs: number },
) => {
  const until = performance.now() + load.seconds * 1000;
  const latencies: number[] = [];
  let errors = 0;
  let next = 0;
  const modes = ["hybrid", "semantic", "lexical"];
  const client = async () => {
    await sleep(Math.random() * load.pauseMs);
    while (performance.now() < until) {
      const query = load.questions[next++ % load.questions.length] ?? "";
      const started = performance.now();
      await search(server, collection, { query, mode: modes[next % 3], limit: 10 }).catch(() => {
        errors += 1;
      });
      const took = performance.now() - started;
      latencies.push(took);
      if (load.pauseMs > took) await sleep(load.pauseMs - took);
    }
  };
  await Promise.all(Array.from({ length: 50 }, client));
  return {
    requests: latencies.length,
    errors,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
  };
};

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const seconds = process.argv.includes("--short") ? 10 : 60;
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const questions = ircQuestions(await ircMessages(), 1500);
  const server = await startServer({ home });
  try {
    console.log(
      `\n## Import and questions: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`,
    );
    const collection = await newCollection(server, "ubuntu");
    const figures = await measureImport(server, collection);
    const { progress } = figures.upload;
    console.log(
      markdownTable(
        [
          "first hit s",
          "all committed s",
          "peak memory MB (all processes)",
          "messages",
          "chunks",
          "problems",
        ],
        [
          [
            figures.firstHit.toFixed(2),
            figures.done.toFixed(1),
            (figures.peakMemory / MB).toFixed(0),
            progress.newMessages,
            progress.chunks,
            figures.upload.problemCount,
          ],
        ],
      ),
    );
    console.log(
      `\nServer time of 1,000 distinct questions, each sent once, ms (the last column as the client saw it):\n`,
    );
    console.log(
      markdownTable(
        ["mode", "mean", "p50", "p95", "p99", "p95 at the client"],
        await measureQuestions(server, collection, questions),
      ),
    );
    const rows: (string | number)[][] = [];
    for (const [name, pauseMs] of [
      ["a question a second each", 1000],
      ["the next question at once", 0],
    ] as const) {
      const second = await newCollection(server, `again ${pauseMs}`);
      const sent = await sendArchive(server, second);
      const load = await measureLoad(server, collection, { questions, seconds, pauseMs });
      rows.push([
        name,
        load.requests,
        load.errors,
        load.p50.toFixed(0),
        load.p95.toFixed(0),
        load.p99.toFixed(0),
      ]);
      await callJson(`${server.url}/api/v1/uploads/${sent.id}/cancel`, { method: "POST" }).catch(
        () => undefined,
      );
      await untilDone(server, sent.id);
    }
    console.log(
      `\n50 clients for ${seconds} s while the archive is imported into another collection:\n`,
    );
    console.log(
      markdownTable(["50 clients, each", "requests", "errors", "p50 ms", "p95 ms", "p99 ms"], rows),
    );
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

await main();
