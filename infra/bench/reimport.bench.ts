// An export imported again when one message in a hundred is new: how much sooner everything is searchable than the first time.
// `node infra/bench/reimport.bench.ts [messages]`: 1,000,000 by default.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Upload } from "#services/contract/uploads.ts";
import { callJson, memoryOf, type RunningServer, startServer } from "../e2e/running-server.ts";
import { writeArchive } from "./made-up-archive.ts";
import { machine, markdownTable, sleep } from "./measure.ts";
import { haveSentences, sentences } from "./resampled.ts";
import { untilAtRest } from "./until-at-rest.ts";

const MB = 1e6;
/** Of the new messages, half stand at the ends of conversations that were there, so many in each … */
const ADDED = 2;
/** … and half in new conversations, each a copy of one that was there, said at another time. */
const COPY_AFTER_S = 5 * 365 * 86_400;

interface Said {
  readonly created_at: number;
  readonly content: string;
}
interface Chat {
  readonly id: string;
  readonly messages: readonly Said[];
}

const later = (chat: Chat): Chat => ({
  id: `${chat.id}-later`,
  messages: chat.messages.map((one) => ({ ...one, created_at: one.created_at + COPY_AFTER_S })),
});

const longer = (chat: Chat): Chat => {
  const last = chat.messages.slice(-ADDED);
  const added = last.map((one, at) => ({
    ...one,
    created_at: one.created_at + 3600 + at,
    content: `${one.content} And once more, a day later.`,
  }));
  return { ...chat, messages: [...chat.messages, ...added] };
};

/** The export of a later day. @returns number of new messages */
const writeLater = async (from: string, to: string, fresh: number): Promise<number> => {
  const out = createWriteStream(to);
  const write = async (chat: Chat) => {
    if (!out.write(`${JSON.stringify(chat)}\n`))
      await new Promise<void>((on) => out.once("drain", () => on()));
  };
  let [appended, copied] = [0, 0];
  let nth = 0;
  for await (const line of createInterface({ input: createReadStream(from) })) {
    const chat: Chat = JSON.parse(line);
    const isLonger = nth % 33 === 0 && appended < fresh / 2;
    if (isLonger) appended += ADDED;
    await write(isLonger ? longer(chat) : chat);
    if (nth % 100 === 50 && copied < fresh / 2) {
      copied += chat.messages.length;
      await write(later(chat));
    }
    nth += 1;
  }
  out.end();
  await finished(out);
  return appended + copied;
};

interface Figures {
  readonly seconds: number;
  readonly peakMemory: number;
  readonly upload: Upload;
}

const imported = async (
  server: RunningServer,
  collection: string,
  path: string,
): Promise<Figures> => {
  let peakMemory = 0;
  const watching = setInterval(() => {
    peakMemory = Math.max(peakMemory, memoryOf(server.processes()));
  }, 500);
  const raw = Readable.toWeb(createReadStream(path)) as ReadableStream;
  const started = performance.now();
  const { id } = await callJson<Upload>(
    `${server.url}/api/v1/collections/${collection}/uploads?filename=export.jsonl`,
    { method: "PUT", raw },
  );
  for (;;) {
    const upload = await callJson<Upload>(`${server.url}/api/v1/uploads/${id}`);
    if (upload.state === "failed") throw new Error(upload.error?.message);
    if (upload.state === "done") {
      clearInterval(watching);
      return { seconds: (performance.now() - started) / 1000, peakMemory, upload };
    }
    await sleep(100);
  }
};

const rowOf = (name: string, { seconds, peakMemory, upload }: Figures) => [
  name,
  upload.progress.newMessages,
  upload.progress.knownMessages,
  upload.progress.chunks,
  seconds.toFixed(1),
  ((upload.progress.newMessages + upload.progress.knownMessages) / seconds).toFixed(0),
  (peakMemory / MB).toFixed(0),
];

const main = async () => {
  if (!haveSentences()) {
    console.log("skipped: ../shared/data is not here");
    return;
  }
  const messages = Number(process.argv[2] ?? 1_000_000);
  const folder = await mkdtemp(join(tmpdir(), "parlance-reimport-"));
  const server = await startServer({ home: join(folder, "home") });
  try {
    const [first, second] = [join(folder, "first.jsonl"), join(folder, "second.jsonl")];
    await writeArchive(first, await sentences(), { messages, seed: 7 });
    const fresh = await writeLater(first, second, messages / 100);
    const { id } = await callJson<{ id: string }>(`${server.url}/api/v1/collections`, {
      body: { name: "again" },
    });
    const at = new Date().toISOString().slice(0, 16);
    console.log(
      `\n## An export again, with ${fresh} new messages: ${machine()}, ${at}, load ${loadavg()[0]?.toFixed(1)}, ${((await stat(second)).size / MB).toFixed(0)} MB\n`,
    );
    const before = await imported(server, id, first);
    await untilAtRest(server);
    const again = await imported(server, id, second);
    console.log(
      markdownTable(
        ["import", "new", "known", "chunks", "s", "messages/s", "peak MB (all processes)"],
        [rowOf("first", before), rowOf("again", again)],
      ),
    );
    console.log(
      `\n${(before.seconds / again.seconds).toFixed(1)} times as fast; load ${loadavg()[0]?.toFixed(1)} at the end.`,
    );
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

await main();
