// Speed and memory of reading uploads: JSONL, a ChatGPT array, IRC in a tar.gz. Whole imports: large-import.bench.ts. `node infra/bench/parse.bench.ts [--big]`
import { createWriteStream, existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { parse } from "../../services/parse/parse.ts";
import { speaker, writeChatgpt, writeJsonl } from "./made-up-exports.ts";

const MB = 1e6;
const archive = join(import.meta.dirname, "../../../shared/data/irc/ubuntu-irc.tar.gz");

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
  await bench("100mb.jsonl", (path) => writeJsonl(path, 100 * MB));
  await bench("chatgpt.json", (path) => writeChatgpt(path, 100 * MB));
  await bench("irc.tar.gz", (path) => irc(path, 180));
  if (existsSync(archive)) await measure("ubuntu-irc.tar.gz", archive, 19_103_965);
  else console.log("ubuntu-irc.tar.gz: skipped, the shared data is absent");
  if (process.argv.includes("--big")) {
    await bench("2gb-chatgpt.json", (path) => writeChatgpt(path, 2000 * MB));
    await bench("5gb.jsonl", (path) => writeJsonl(path, 5000 * MB));
  }
} finally {
  await rm(folder, { recursive: true });
}
