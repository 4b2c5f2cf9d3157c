// Speed and memory of reading uploads: JSONL, a ChatGPT array, IRC in a tar.gz. `node infra/bench/parse.bench.ts [--big]`
import { createWriteStream, existsSync } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { parse } from "../../services/parse/parse.ts";

const MB = 1e6;
const archive = join(import.meta.dirname, "../../../shared/data/irc/ubuntu-irc.tar.gz");

/** Pseudo-random numbers, the same each time. */
const dice = () => {
  let state = 1;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

const vocabulary = Array.from(
  { length: 4000 },
  (_, n) => `${((n * 2_654_435_761) % 2 ** 32).toString(36)}`,
);

const speaker = () => {
  const roll = dice();
  return (words: number) =>
    Array.from({ length: 1 + roll(words) }, () => vocabulary[roll(vocabulary.length)]).join(" ");
};

const writeUntil = async (path: string, size: number, record: (n: number) => string) => {
  await using file = await open(path, "w");
  for (let written = 0, n = 0; written < size; ) {
    let block = "";
    for (; block.length < 4 * MB && written + block.length < size; n += 1) block += record(n);
    await file.write(block);
    written += block.length;
  }
};

const jsonl = (path: string, size: number) => {
  const say = speaker();
  return writeUntil(path, size, (n) => {
    const messages = Array.from({ length: 8 }, (_, turn) => ({
      role: turn % 2 === 0 ? "user" : "assistant",
      content: say(turn % 2 === 0 ? 40 : 160),
    }));
    return `${JSON.stringify({ id: `c${n}`, metadata: { n }, messages })}\n`;
  });
};

const chatgpt = async (path: string, size: number) => {
  const say = speaker();
  await writeUntil(path, size, (n) => {
    const nodes = Array.from({ length: 12 }, (_, turn) => ({
      id: `n${n}-${turn}`,
      parent: turn === 0 ? null : `n${n}-${turn - 1}`,
      children: turn === 11 ? [] : [`n${n}-${turn + 1}`],
      message: {
        id: `n${n}-${turn}`,
        author: { role: turn % 2 === 0 ? "user" : "assistant", name: null, metadata: {} },
        create_time: 1_700_000_000.5 + n * 100 + turn,
        content: { content_type: "text", parts: [say(turn % 2 === 0 ? 40 : 160)] },
        status: "finished_successfully",
        recipient: "all",
        metadata: { model_slug: "gpt-4o", citations: [], request_id: "r" },
      },
    }));
    const mapping = Object.fromEntries(nodes.map((node) => [node.id, node]));
    const record = {
      title: say(5),
      create_time: 1_700_000_000.5,
      mapping,
      current_node: `n${n}-11`,
      conversation_id: `c${n}`,
    };
    return `${n === 0 ? "[" : ","}${JSON.stringify(record)}`;
  });
  await using file = await open(path, "a");
  await file.write("]");
};

const irc = async (path: string, days: number) => {
  const say = speaker();
  const tar = pack();
  const written = pipeline(tar, createGzip(), createWriteStream(path));
  for (let day = 0; day < days; day += 1) {
    const date = new Date(Date.UTC(2015, 0, 1 + day)).toISOString().slice(0, 10);
    const lines = Array.from({ length: 1400 }, (_, n) => {
      const time = `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`;
      return `[${time}] <nick${n % 37}> nick${(n * 7) % 37}: ${say(20)}`;
    });
    tar.entry({ name: `bench/${date}.log` }, lines.join("\n"));
  }
  tar.finalize();
  await written;
};

const measure = async (name: string, path: string, unpacked?: number) => {
  const { size } = await stat(path);
  const start = performance.now();
  let conversations = 0;
  let messages = 0;
  let problems = 0;
  let peak = 0;
  for await (const event of parse({ path, filename: name })) {
    if (event.kind === "conversation") {
      conversations += 1;
      messages += event.conversation.messages.length;
    } else if (event.kind === "problem") problems += event.problem.count;
    else peak = Math.max(peak, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - start) / 1000;
  peak = Math.max(peak, process.memoryUsage.rss());
  const rate = ((unpacked ?? size) / MB / seconds).toFixed(0);
  console.log(
    `${name}: ${(size / MB).toFixed(0)} MB, ${conversations} conversations, ${messages} messages, ${problems} problems, ` +
      `${seconds.toFixed(2)} s, ${rate} MB/s, ${(messages / seconds).toFixed(0)} messages/s, peak RSS ${(peak / MB).toFixed(0)} MB`,
  );
};

const folder = await mkdtemp(join(tmpdir(), "parlance-parse-bench-"));
try {
  const at = (name: string) => join(folder, name);
  const bench = async (name: string, make: (path: string) => Promise<void>, unpacked?: number) => {
    await make(at(name));
    await measure(name, at(name), unpacked);
    await rm(at(name));
  };
  await bench("100mb.jsonl", (path) => jsonl(path, 100 * MB));
  await bench("chatgpt.json", (path) => chatgpt(path, 100 * MB));
  await bench("irc.tar.gz", (path) => irc(path, 180));
  if (existsSync(archive)) await measure("ubuntu-irc.tar.gz", archive, 19_103_965);
  else console.log("ubuntu-irc.tar.gz: skipped, the shared data is absent");
  if (process.argv.includes("--big")) {
    await bench("2gb-chatgpt.json", (path) => chatgpt(path, 2000 * MB));
    await bench("5gb.jsonl", (path) => jsonl(path, 5000 * MB));
  }
} finally {
  await rm(folder, { recursive: true });
}
