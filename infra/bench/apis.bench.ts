// Fifty clients that search without a pause while an import goes on, before one and before two API servers on MariaDB with one worker.
// `node infra/bench/apis.bench.ts [seconds] [n: every n-th day of the archive]`
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type { Upload } from "#services/contract/uploads.ts";
import { available, startService } from "../chaos/services.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { databaseOn } from "./database-on.ts";
import {
  haveIrcArchive,
  ircArchivePath,
  ircMessages,
  ircQuestions,
  writePartOfIrcArchive,
} from "./irc-archive.ts";
import { runClients } from "./load-clients.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";
import { untilIndexed } from "./until-at-rest.ts";

const CLIENTS = 50;
const modes = ["hybrid", "semantic", "lexical"] as const;

const send = async ({ url }: RunningServer, name: string, archive: string) => {
  const { id } = await callJson<{ id: string }>(`${url}/api/v1/collections`, { body: { name } });
  const upload = await callJson<Upload>(
    `${url}/api/v1/collections/${id}/uploads?filename=ubuntu-irc.tar.gz`,
    { method: "PUT", raw: Readable.toWeb(createReadStream(archive)) as ReadableStream },
  );
  return { collection: id, upload: upload.id };
};

const untilDone = async ({ url }: RunningServer, id: string) => {
  for (;;) {
    const { state } = await callJson<Upload>(`${url}/api/v1/uploads/${id}`);
    if (state === "done") return;
    if (state === "failed") throw new Error("The import failed.");
    await sleep(300);
  }
};

const measure = async (
  apis: readonly RunningServer[],
  what: {
    readonly collection: string;
    readonly bodies: readonly string[];
    readonly seconds: number;
  },
) => {
  const path = `/api/v1/collections/${what.collection}/search`;
  const each = Math.ceil(CLIENTS / apis.length);
  const clients = (seconds: number, count: number) =>
    Promise.all(
      apis.map(({ url }, at) =>
        runClients({
          url,
          path,
          kind: "searches",
          clients: count,
          everyMs: 0,
          seconds,
          bodies: what.bodies.filter((_, place) => place % apis.length === at),
        }),
      ),
    );
  // Loads the indexes, which running servers have loaded already.
  await clients(8, 2);
  const all = await clients(what.seconds, each);
  const answered = all.flatMap((one) => one.answered);
  return [
    apis.length,
    answered.length,
    ...[0.5, 0.95, 0.99].map((q) => quantile(answered, q).toFixed(0)),
    all.reduce((sum, { refused }) => sum + refused, 0),
    all.reduce((sum, { failed }) => sum + failed, 0),
    loadavg()[0]?.toFixed(1) ?? "",
  ];
};

const main = async () => {
  if (!haveIrcArchive() || !available().mariadb) {
    console.log("skipped: the archive or MariaDB is not here");
    return;
  }
  const [seconds, nth] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 1)];
  const folder = await mkdtemp(join(tmpdir(), "parlance-apis-"));
  const service = await startService("mariadb", { durable: true });
  const servers: RunningServer[] = [];
  try {
    const env = {
      PARLANCE_DATABASE_URL: await databaseOn(service),
      PARLANCE_BLOBS_URL: pathToFileURL(join(folder, "blobs")).href,
      PARLANCE_INDEXES: join(folder, "indexes"),
      // What is asked is what costs: the same processor serves two servers.
      PARLANCE_API_THREADS: "1",
    };
    const start = async (name: string, role: string) => {
      const home = join(folder, name);
      const server = await startServer({ home, env, args: ["--role", role] });
      servers.push(server);
      return server;
    };
    const worker = await start("worker", "worker");
    const apis = [await start("api-1", "api"), await start("api-2", "api")] as const;
    const archive = nth > 1 ? join(folder, "days.tar.gz") : ircArchivePath;
    if (nth > 1) await writePartOfIrcArchive(archive, nth);
    const first = await send(apis[0], "ubuntu", archive);
    await untilDone(apis[0], first.upload);
    await untilIndexed(apis[0]);
    const bodies = ircQuestions(await ircMessages(), 12_000).map((query, at) =>
      JSON.stringify({ query, mode: modes[at % modes.length], limit: 10 }),
    );
    console.log(`\n## API servers: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`);
    const rows: (string | number)[][] = [];
    for (const these of [[apis[0]], apis]) {
      const { collection } = await send(apis[0], `meanwhile ${these.length}`, archive);
      await sleep(2000);
      rows.push(await measure(these, { collection: first.collection, bodies, seconds }));
      await callJson(`${apis[0].url}/api/v1/collections/${collection}`, { method: "DELETE" });
      await untilIndexed(apis[0]);
    }
    console.log(
      markdownTable(
        ["API servers", "answered", "p50 ms", "p95", "p99", "refused", "failed", "load"],
        rows,
      ),
    );
    await worker.stop();
  } finally {
    for (const server of servers) await server.lose();
    await service.remove();
    await rm(folder, { recursive: true, force: true });
  }
};

await main();
