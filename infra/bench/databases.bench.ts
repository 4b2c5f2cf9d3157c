// Imports the IRC archive with each kind of database in the same run: embedded SQLite, MariaDB, PostgreSQL; then the same questions.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { available, type Service, startService } from "../chaos/services.ts";
import { callJson, memoryOf, startServer } from "../e2e/running-server.ts";
import { haveIrcArchive, ircArchivePath, ircMessages, ircQuestions } from "./irc-archive.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";
import { untilAtRest } from "./until-at-rest.ts";

type Kind = "sqlite" | "mariadb" | "postgres";

/** An empty database on a server with the settings of production. */
const databaseOn = async (service: Service): Promise<string> => {
  const url = new URL(service.url);
  if (service.kind === "mariadb") {
    const connection = await createConnection(service.url);
    await connection.query("create database parlance");
    await connection.end();
  } else {
    const client = new pg.Client({ connectionString: service.url });
    await client.connect();
    await client.query("create database parlance");
    await client.end();
  }
  url.pathname = "/parlance";
  return url.href;
};

interface Figures {
  readonly firstHit: number;
  readonly done: number;
  readonly memory: number;
  readonly upload: Upload;
  readonly found: string[];
  readonly p95: number;
}

const search = (url: string, collection: string, query: string) =>
  callJson<SearchAnswer>(`${url}/api/v1/collections/${collection}/search`, {
    body: { query, mode: "hybrid", limit: 10 },
  });

const measure = async (
  questions: readonly string[],
  databaseUrl: string | undefined,
): Promise<Figures> => {
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const server = await startServer({
    home,
    env: databaseUrl === undefined ? {} : { PARLANCE_DATABASE_URL: databaseUrl },
  });
  let memory = 0;
  const watching = setInterval(() => {
    memory = Math.max(memory, memoryOf(server.processes()));
  }, 500);
  try {
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "ubuntu" },
    });
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const sent = await callJson<Upload>(
      `${server.url}/api/v1/collections/${id}/uploads?filename=ubuntu-irc.tar.gz`,
      { method: "PUT", raw: Readable.toWeb(createReadStream(ircArchivePath)) as ReadableStream },
    );
    while ((await search(server.url, id, "ubuntu")).hits.length === 0) await sleep(50);
    const firstHit = seconds();
    let upload = sent;
    for (; !["done", "failed", "cancelled"].includes(upload.state); await sleep(200))
      upload = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
    const done = seconds();
    await untilAtRest(server);
    // To read the memory of processes takes their time.
    clearInterval(watching);
    const took: number[] = [];
    const found: string[] = [];
    for (const [place, query] of questions.entries()) {
      const answer = await search(server.url, id, query);
      if (place < 30) continue;
      took.push(answer.tookMs);
      found.push(answer.hits.map((hit) => hit.snippet).join("\n"));
    }
    return { firstHit, done, memory, upload, found, p95: quantile(took, 0.95) };
  } finally {
    clearInterval(watching);
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const can = available();
  const questions = ircQuestions(await ircMessages(), 230);
  const rows: (string | number)[][] = [];
  let first: Figures | undefined;
  console.log(`\n## Databases: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
  for (const kind of ["sqlite", "mariadb", "postgres"] as const satisfies readonly Kind[]) {
    if (kind !== "sqlite" && !can[kind]) continue;
    const service = kind === "sqlite" ? undefined : await startService(kind, { durable: true });
    try {
      const figures = await measure(questions, service && (await databaseOn(service)));
      first ??= figures;
      rows.push([
        kind,
        figures.firstHit.toFixed(1),
        figures.done.toFixed(1),
        (figures.done / first.done).toFixed(2),
        (figures.memory / 1e6).toFixed(0),
        figures.p95.toFixed(1),
        figures.upload.progress.newMessages,
        figures.upload.progress.chunks,
        `${figures.found.filter((ids, place) => ids === first?.found[place]).length} of ${figures.found.length}`,
      ]);
    } finally {
      await service?.remove();
    }
  }
  console.log(
    markdownTable(
      [
        "database",
        "first hit s",
        "all committed s",
        "× SQLite",
        "peak memory MB (Parlance)",
        "hybrid p95 ms",
        "messages",
        "chunks",
        "same ten hits as with SQLite",
      ],
      rows,
    ),
  );
};

await main();
