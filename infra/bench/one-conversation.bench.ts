// One conversation of a million messages, read by a real server beside 20 small imports into collections of their own: seconds until
// it is stored, memory of the process that reads it, and the slowest of the small ones. `node infra/bench/one-conversation.bench.ts
// openai` measures one format.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { machine, markdownTable, mean, sleep } from "./measure.ts";

const MESSAGES = 1_000_000;
const SMALL = 20;
/** How long the index is waited for after everything is stored. */
const PATIENCE_S = 120;
const MB = 1e6;

const words =
  "garden slugs beans rain water pump kernel driver sound card network router printer disk boot failed update package install error python script server config".split(
    " ",
  );
const say = (n: number) => `${words[n % 24]} ${words[(n * 7 + 3) % 24]} ${n}`;

function* listed(head: string, item: (n: number) => string, tail: string): Generator<string> {
  yield head;
  for (let from = 0; from < MESSAGES; from += 1000)
    yield (from > 0 ? "," : "") + Array.from({ length: 1000 }, (_, n) => item(from + n)).join(",");
  yield tail;
}

const role = (n: number) => (n % 2 === 0 ? "user" : "assistant");

const formats: ReadonlyMap<string, readonly [filename: string, text: () => Iterable<string>]> =
  new Map([
    [
      "openai",
      [
        "one.jsonl",
        () =>
          listed(
            '{"id":"long","messages":[',
            (n) => JSON.stringify({ role: role(n), content: say(n) }),
            "]}\n",
          ),
      ],
    ],
    [
      "chatgpt",
      [
        "conversations.json",
        () =>
          listed(
            '[{"title":"Long","mapping":{',
            (n) =>
              `"n${n}":${JSON.stringify({
                id: `n${n}`,
                message: {
                  author: { role: role(n) },
                  create_time: 1_704_067_200 + n,
                  content: { content_type: "text", parts: [say(n)] },
                },
                parent: n === 0 ? null : `n${n - 1}`,
                children: [`n${n + 1}`],
              })}`,
            `},"conversation_id":"long","current_node":"n${MESSAGES - 1}"}]`,
          ),
      ],
    ],
    [
      "irc",
      [
        "#long_20240101.log",
        function* () {
          for (let n = 0; n < MESSAGES; n++) {
            const clock = new Date(Math.floor((n * 86_400_000) / MESSAGES)).toISOString();
            yield `[${clock.slice(11, 19)}] <${words[n % 5]}> ${say(n)}\n`;
          }
        },
      ],
    ],
  ]);

const small = Array.from({ length: 5 }, (_, n) =>
  JSON.stringify({
    id: `c${n}`,
    messages: Array.from({ length: 4 }, (__, m) => ({ role: role(m), content: `${say(n)} ${m}` })),
  }),
).join("\n");

const send = async (
  { url }: RunningServer,
  name: string,
  file: string,
  raw: RequestInit["body"],
) => {
  const { id } = await callJson<{ id: string }>(`${url}/api/v1/collections`, { body: { name } });
  const path = `${url}/api/v1/collections/${id}/uploads?filename=${encodeURIComponent(file)}`;
  return (await callJson<Upload>(path, { method: "PUT", raw })).id;
};

const uploadOf = ({ url }: RunningServer, id: string) =>
  callJson<Upload>(`${url}/api/v1/uploads/${id}`);

const isEnded = ({ state }: Upload) => ["done", "failed", "cancelled"].includes(state);

/** The process that reads uploads. */
const readerOf = async (server: RunningServer): Promise<number[]> => {
  const found: number[] = [];
  for (const pid of server.processes()) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.split("\0").includes("ingest")) found.push(pid);
  }
  return found;
};

const anonymousOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
};

/** Seconds from the beginning of its sending until all of it can be searched. */
const smallImport = async (server: RunningServer, n: number): Promise<number> => {
  const started = performance.now();
  const id = await send(server, `small ${n}`, "a.jsonl", small);
  while (!isEnded(await uploadOf(server, id))) await sleep(100);
  return (performance.now() - started) / 1000;
};

const measure = async (name: string) => {
  const [filename, text] = formats.get(name) ?? ["", () => []];
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  const path = join(home, "file");
  await pipeline(Readable.from(text()), createWriteStream(path));
  const server = await startServer({ home: join(home, "home") });
  const peak = { anonymous: 0, proportional: 0 };
  let watching = true;
  const watch = (async () => {
    while (watching) {
      const pids = await readerOf(server);
      for (const pid of pids) peak.anonymous = Math.max(peak.anonymous, await anonymousOf(pid));
      peak.proportional = Math.max(peak.proportional, memoryOf(pids));
      await sleep(500);
    }
  })();
  try {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const file = Readable.toWeb(createReadStream(path)) as ReadableStream;
    const id = await send(server, "long", filename, file);
    const smalls = (async () => {
      const times: number[] = [];
      for (let n = 0; n < SMALL; n++) {
        times.push(await smallImport(server, n));
        await sleep(1000);
      }
      return times;
    })();
    let stored = Number.NaN;
    let searchable = Number.NaN;
    let last = await uploadOf(server, id);
    for (; !isEnded(last); last = await uploadOf(server, id)) {
      if (Number.isNaN(stored) && last.progress.newMessages === MESSAGES) stored = seconds();
      if (seconds() > stored + PATIENCE_S) break;
      await sleep(250);
    }
    if (last.state === "done") searchable = seconds();
    else if (isEnded(last)) throw new Error(JSON.stringify(last.error));
    return { stored, searchable, peak, small: await smalls, last };
  } finally {
    watching = false;
    await watch;
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
};

const asked = process.argv.slice(2);
const rows: (string | number)[][] = [];
for (const name of formats.keys()) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { stored, searchable, peak, small: times, last } = await measure(name);
  rows.push([
    name,
    stored.toFixed(0),
    Number.isNaN(searchable)
      ? `${last.progress.indexed.toLocaleString("en")} chunks after ${(stored + PATIENCE_S).toFixed(0)} s`
      : searchable.toFixed(0),
    (peak.anonymous / MB).toFixed(0),
    (peak.proportional / MB).toFixed(0),
    `${mean(times).toFixed(1)} (${Math.max(...times).toFixed(1)})`,
  ]);
  console.log(JSON.stringify(rows.at(-1)));
}
console.log(`\n## One conversation of ${MESSAGES.toLocaleString("en")} messages: ${machine()}\n`);
console.log(
  markdownTable(
    [
      "format",
      "stored after s",
      "searchable after s",
      "reader's own memory, MB",
      "with its share of files, MB",
      "small imports searchable after s, mean (worst)",
    ],
    rows,
  ),
);
