// Imports the IRC archive in the same run with embedded SQLite, with each database server, and with each and RabbitMQ and two embed
// workers; then the same questions. Then a part of it with 1, 2 and 4 embed workers. `node infra/bench/databases.bench.ts 10` takes
// every tenth day of the archive for all of it; `… 1 compare` and `… 1 growth` do one of both.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { available, type Service, startService } from "../chaos/services.ts";
import { callJson, memoryOf, startServer } from "../e2e/running-server.ts";
import { databaseOn } from "./database-on.ts";
import {
  haveIrcArchive,
  ircArchivePath,
  ircMessages,
  ircQuestions,
  writePartOfIrcArchive,
} from "./irc-archive.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";
import { untilIndexed } from "./until-at-rest.ts";

interface Profile {
  readonly database: "sqlite" | "mariadb" | "postgres";
  readonly rabbit: boolean;
  /** Processes that embed. */
  readonly embedders: number;
}

const profiles: readonly Profile[] = [
  { database: "sqlite", rabbit: false, embedders: 1 },
  { database: "mariadb", rabbit: false, embedders: 1 },
  { database: "mariadb", rabbit: true, embedders: 2 },
  { database: "postgres", rabbit: false, embedders: 1 },
  { database: "postgres", rabbit: true, embedders: 2 },
];

/** For how throughput grows with embed workers, every n-th day of the archive. */
const GROWTH_PART = 4;

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

interface Import {
  readonly archive: string;
  readonly questions: readonly string[];
}

const measureOn = async (
  { archive, questions }: Import,
  env: Record<string, string>,
): Promise<Figures> => {
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const server = await startServer({ home, env });
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
      { method: "PUT", raw: Readable.toWeb(createReadStream(archive)) as ReadableStream },
    );
    while ((await search(server.url, id, "ubuntu")).hits.length === 0) await sleep(50);
    const firstHit = seconds();
    let upload = sent;
    for (; !["done", "failed", "cancelled"].includes(upload.state); await sleep(200))
      upload = await callJson<Upload>(`${server.url}/api/v1/uploads/${sent.id}`);
    const done = seconds();
    // An analysis is the same work on each database, and takes longer than all that is measured here.
    if (questions.length > 0) await untilIndexed(server);
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

/** Imports on servers that are started for it, with the settings of production. */
const measure = async (what: Import, profile: Profile): Promise<Figures> => {
  const { database, rabbit, embedders } = profile;
  const services: Service[] = [];
  const start = async (kind: Service["kind"]) => {
    const service = await startService(kind, { durable: true });
    services.push(service);
    return service;
  };
  try {
    const env: Record<string, string> = { PARLANCE_CONCURRENCY: `${embedders}` };
    if (database !== "sqlite")
      env["PARLANCE_DATABASE_URL"] = await databaseOn(await start(database));
    if (rabbit) env["PARLANCE_BROKER_URL"] = (await start("rabbitmq")).url;
    return await measureOn(what, env);
  } finally {
    for (const service of services) await service.remove();
  }
};

const nameOf = ({ database, rabbit }: Profile) => (rabbit ? `${database} + rabbitmq` : database);

const compare = async (what: Import, these: readonly Profile[]) => {
  const rows: (string | number)[][] = [];
  let first: Figures | undefined;
  for (const profile of these) {
    const figures = await measure(what, profile);
    first ??= figures;
    // A run takes long: what it has is said even where it does not come to its end.
    console.error(`${nameOf(profile)}: all committed after ${figures.done.toFixed(1)} s`);
    rows.push([
      nameOf(profile),
      profile.embedders,
      figures.firstHit.toFixed(1),
      figures.done.toFixed(1),
      (figures.done / first.done).toFixed(2),
      (figures.memory / 1e6).toFixed(0),
      figures.p95.toFixed(1),
      figures.upload.progress.newMessages,
      figures.upload.progress.chunks,
      `${figures.found.filter((ids, place) => ids === first?.found[place]).length} of ${figures.found.length}`,
    ]);
  }
  console.log(
    markdownTable(
      [
        "database",
        "embed workers",
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

/** Throughput by the number of embed workers, with the broker and without it: what both differ in is the way of jobs. */
const growth = async (archive: string, these: readonly Omit<Profile, "embedders">[]) => {
  const rows: (string | number)[][] = [];
  for (const profile of these)
    for (const embedders of [1, 2, 4]) {
      const { done, upload } = await measure({ archive, questions: [] }, { ...profile, embedders });
      const { newMessages, chunks } = upload.progress;
      rows.push([
        nameOf({ ...profile, embedders }),
        embedders,
        done.toFixed(1),
        (newMessages / done).toFixed(0),
        (chunks / done).toFixed(0),
      ]);
    }
  console.log(
    markdownTable(["database", "embed workers", "all committed s", "messages/s", "chunks/s"], rows),
  );
};

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const can = available();
  const isHere = ({ database, rabbit }: Omit<Profile, "embedders">) =>
    (database === "sqlite" || can[database]) && (!rabbit || can.rabbitmq);
  const nth = Number(process.argv[2] ?? 1);
  const folder = await mkdtemp(join(tmpdir(), "parlance-archive-"));
  try {
    const [whole, part] = [join(folder, "days.tar.gz"), join(folder, "part.tar.gz")];
    if (nth > 1) await writePartOfIrcArchive(whole, nth);
    await writePartOfIrcArchive(part, nth * GROWTH_PART);
    const archive = nth > 1 ? whole : ircArchivePath;
    const questions = ircQuestions(await ircMessages(), 230);
    const only = process.argv[3];
    const days = nth > 1 ? `, one day in ${nth}` : "";
    console.log(`\n## Databases${days}: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
    if (only !== "growth") await compare({ archive, questions }, profiles.filter(isHere));
    if (only === "compare") return;
    console.log(`\n### One day in ${nth * GROWTH_PART} of the archive\n`);
    await growth(
      part,
      (["mariadb", "postgres"] as const)
        .flatMap((database) => [false, true].map((rabbit) => ({ database, rabbit })))
        .filter(isHere),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

await main();
