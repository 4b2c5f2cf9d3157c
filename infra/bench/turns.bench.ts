// How long a small upload waits for the long uploads of other collections, and what giving way to it costs those: the IRC archive
// read by a real server, alone, beside a small upload, and twice beside one small upload after the other.
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { haveIrcArchive, ircArchivePath } from "./irc-archive.ts";
import { machine, markdownTable, mean, sleep } from "./measure.ts";

const small = Array.from({ length: 20 }, (_, n) =>
  JSON.stringify({
    id: `c${n}`,
    messages: Array.from({ length: 10 }, (__, m) => ({
      role: m % 2 === 0 ? "user" : "assistant",
      content: `How do I keep slugs off the beans in week ${n}, ${m} days after rain?`,
    })),
  }),
).join("\n");

const newCollection = async ({ url }: RunningServer, name: string) =>
  (await callJson<{ id: string }>(`${url}/api/v1/collections`, { body: { name } })).id;

const send = async (
  { url }: RunningServer,
  collection: string,
  name: string,
  raw: RequestInit["body"],
) =>
  (
    await callJson<Upload>(`${url}/api/v1/collections/${collection}/uploads?filename=${name}`, {
      method: "PUT",
      raw,
    })
  ).id;

const sendArchive = async (server: RunningServer, name: string) =>
  send(
    server,
    await newCollection(server, name),
    "ubuntu-irc.tar.gz",
    Readable.toWeb(createReadStream(ircArchivePath)) as ReadableStream,
  );

/** Resolves to the seconds since `started`. */
const until = async (
  { url }: RunningServer,
  upload: string,
  { states, started }: { states: readonly string[]; started: number },
): Promise<number> => {
  for (;;) {
    const { state, error } = await callJson<Upload>(`${url}/api/v1/uploads/${upload}`);
    if (state === "failed") throw new Error(JSON.stringify(error));
    if (states.includes(state)) return (performance.now() - started) / 1000;
    await sleep(50);
  }
};

const isRead = ["indexing", "done"];

const measure = async (long: number, beside: "none" | "one" | "many") => {
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const server = await startServer({ home });
  try {
    // The worker processes are up, and the reader has its token counter.
    await until(server, await send(server, await newCollection(server, "warm"), "a.jsonl", small), {
      states: ["done"],
      started: 0,
    });
    const started = performance.now();
    const archives: string[] = [];
    for (let n = 0; n < long; n++) archives.push(await sendArchive(server, `long ${n}`));
    let reading = true;
    const read = Promise.all(
      archives.map((id) => until(server, id, { states: isRead, started })),
    ).finally(() => {
      reading = false;
    });
    const waits: { read: number; done: number }[] = [];
    await sleep(1500);
    while (reading && beside !== "none" && (beside === "many" || waits.length === 0)) {
      const sent = performance.now();
      const collection = await newCollection(server, `small ${waits.length}`);
      const id = await send(server, collection, "a.jsonl", small);
      const times = { read: 0, done: 0 };
      times.read = await until(server, id, { states: isRead, started: sent });
      times.done = await until(server, id, { states: ["done"], started: sent });
      waits.push(times);
    }
    return { read: await read, waits };
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

const main = async () => {
  if (!haveIrcArchive()) {
    console.log("skipped: ../shared/data/irc is not here");
    return;
  }
  const rows: (string | number)[][] = [];
  for (const [name, long, beside] of [
    ["one archive", 1, "none"],
    ["one archive, one small upload after 1.5 s", 1, "one"],
    ["one archive, small uploads one after the other", 1, "many"],
    ["two archives", 2, "none"],
    ["two archives, small uploads one after the other", 2, "many"],
  ] as const) {
    const { read, waits } = await measure(long, beside);
    const seconds = (pick: (wait: (typeof waits)[number]) => number) =>
      waits.length === 0
        ? "–"
        : `${mean(waits.map(pick)).toFixed(1)} (${Math.max(...waits.map(pick)).toFixed(1)})`;
    rows.push([
      name,
      read.map((s) => s.toFixed(1)).join(", "),
      waits.length,
      seconds((wait) => wait.read),
      seconds((wait) => wait.done),
    ]);
    console.log(JSON.stringify(rows.at(-1)));
  }
  console.log(
    `\n## Long and small uploads: ${machine()}, ${new Date().toISOString().slice(0, 16)}\n`,
  );
  console.log(
    markdownTable(
      [
        "what is read",
        "archives read after s",
        "small uploads",
        "small read after s, mean (worst)",
        "small searchable after s, mean (worst)",
      ],
      rows,
    ),
  );
};

await main();
