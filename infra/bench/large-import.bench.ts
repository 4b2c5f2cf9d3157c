// Large exports imported into a real server, whose reader is killed on the way: rate, memory of the reader and of all processes, and
// how much is read again. `node infra/bench/large-import.bench.ts [MB of ChatGPT] [MB of JSONL]`: 2,000 and 5,000 by default.
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { writeChatgpt, writeJsonl } from "./made-up-exports.ts";
import { machine, markdownTable, sleep } from "./measure.ts";

const MB = 1e6;

/** The process that reads uploads, as its command line says. */
const readerOf = (server: RunningServer): number | undefined =>
  server.processes().find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("main.ts\0ingest");
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });

/** Where reading would go on, in bytes of the file. */
const checkpointOf = (home: string, upload: string): number => {
  const db = new DatabaseSync(join(home, "parlance.db"), { readOnly: true });
  try {
    const row = db.prepare("select checkpoint from uploads where id = ?").get(upload);
    const { reached } = JSON.parse(String(row?.["checkpoint"] ?? null)) ?? {};
    return reached?.from?.place?.bytes.at ?? 0;
  } finally {
    db.close();
  }
};

const imported = async (home: string, name: string, path: string) => {
  const server = await startServer({ home });
  const peak = { reader: 0, all: 0 };
  const watching = setInterval(() => {
    const reader = readerOf(server);
    if (reader !== undefined) peak.reader = Math.max(peak.reader, memoryOf([reader]));
    peak.all = Math.max(peak.all, memoryOf(server.processes()));
  }, 500);
  try {
    const { size } = await stat(path);
    const { id: collection } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name },
    });
    const raw = Readable.toWeb(createReadStream(path)) as ReadableStream;
    const { id } = await callJson<Upload>(
      `${server.url}/api/v1/collections/${collection}/uploads?filename=${name}`,
      { method: "PUT", raw },
    );
    const started = performance.now();
    let again: number | undefined;
    for (;;) {
      const upload = await callJson<Upload>(`${server.url}/api/v1/uploads/${id}`);
      const { bytesRead, newMessages } = upload.progress;
      const reader = readerOf(server);
      if (again === undefined && bytesRead > size / 2 && reader !== undefined) {
        process.kill(reader, "SIGKILL");
        again = bytesRead - checkpointOf(home, id);
      }
      if (upload.state === "failed") throw new Error(upload.error?.message);
      if (upload.state === "indexing" || upload.state === "done") {
        const seconds = (performance.now() - started) / 1000;
        return [
          name,
          (size / MB).toFixed(0),
          newMessages,
          seconds.toFixed(1),
          (size / MB / seconds).toFixed(1),
          (peak.reader / MB).toFixed(0),
          (peak.all / MB).toFixed(0),
          ((again ?? 0) / MB).toFixed(1),
        ];
      }
      await sleep(200);
    }
  } finally {
    clearInterval(watching);
    await server.stop();
  }
};

const [chatgptMb = 2000, jsonlMb = 5000] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "parlance-large-"));
try {
  const rows: (string | number)[][] = [];
  for (const [name, write] of [
    ["conversations.json", (path: string) => writeChatgpt(path, chatgptMb * MB)],
    ["export.jsonl", (path: string) => writeJsonl(path, jsonlMb * MB)],
  ] as const) {
    const path = join(folder, name);
    await write(path);
    const row = await imported(join(folder, `home of ${name}`), name, path);
    console.log(row.join(" · "));
    rows.push(row);
    await rm(path);
    await rm(join(folder, `home of ${name}`), { recursive: true });
  }
  const at = new Date().toISOString().slice(0, 16);
  console.log(
    `\n## Large imports, killed halfway: ${machine()}, ${at}, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  console.log(
    markdownTable(
      [
        "file",
        "MB",
        "messages",
        "s",
        "MB/s",
        "peak MB of the reader",
        "of all processes",
        "MB read again",
      ],
      rows,
    ),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
