// The embedding endpoint under load: one client, 64 clients with a text each, and questions beside a large request; MiniLM shape, random
// weights, over HTTP. `npm run bench serving [SECONDS]`
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeModelFolder } from "#services/embed/model-folder.builders.ts";
import { resolveModel } from "#services/embed/registry.ts";
import { miniLm } from "#services/embed/transformer.builders.ts";
import { startServer } from "../e2e/running-server.ts";
import { haveIrcArchive, ircArchivePath, ircMessages } from "./irc-archive.ts";
import { machine, markdownTable, quantile, sleep } from "./measure.ts";

const seconds = Number(process.argv[2] ?? 15);

interface Measured {
  readonly answered: number[];
  refused: number;
}

const embed = async (url: string, input: string | readonly string[]): Promise<number> => {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "minilm-shaped",
      input,
      encoding_format: "base64",
      truncate: true,
    }),
  });
  await response.arrayBuffer();
  return response.status;
};

/** So many clients, each of which sends the next text when the last one was answered, or `everyMs` after it. */
const clients = async (
  url: string,
  texts: readonly string[],
  { count, everyMs = 0 }: { count: number; everyMs?: number },
): Promise<Measured> => {
  const measured: Measured = { answered: [], refused: 0 };
  const ends = performance.now() + seconds * 1000;
  let next = 0;
  const client = async () => {
    // Not all in step.
    await sleep(Math.random() * everyMs);
    while (performance.now() < ends) {
      const began = performance.now();
      const status = await embed(url, texts[next++ % texts.length] ?? "");
      const took = performance.now() - began;
      if (status === 200) measured.answered.push(took);
      else measured.refused++;
      await sleep(Math.max(0, everyMs - took));
    }
  };
  await Promise.all(Array.from({ length: count }, client));
  return measured;
};

/** Seconds of processor time that a process has used. */
const processorSeconds = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")"))
    .split(" ")
    .slice(12, 14)
    .map(Number);
  // Clock ticks of a hundredth of a second.
  return (user + system) / 100;
};

const rowOf = (name: string, { answered, refused }: Measured, processor: number) => [
  name,
  (answered.length / seconds).toFixed(0),
  ((processor / answered.length) * 1000).toFixed(1),
  quantile(answered, 0.5).toFixed(1),
  quantile(answered, 0.95).toFixed(1),
  refused,
];

const run = async (home: string): Promise<void> => {
  const { path } = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const { model } = JSON.parse(await readFile(join(path, "tokenizer.json"), "utf8"));
  const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
  const words = Object.keys(model.vocab).filter((word) => !specials.includes(word));
  const folder = await writeModelFolder(join(home, "minilm-shaped"), {
    shape: miniLm,
    vocabulary: [...specials, ...words].slice(0, miniLm.vocabulary),
  });
  const texts = (await ircMessages()).filter((text, at) => at % 97 === 0 && text.length > 1);
  const server = await startServer({
    home: join(home, "home"),
    env: { PARLANCE_EMBEDDING_MODEL: folder },
  });
  try {
    await embed(server.url, texts.slice(0, 200));
    const rows: (string | number)[][] = [];
    const measured = async (name: string, plan: { count: number; everyMs?: number }) => {
      const before = await processorSeconds(server.pid);
      const found = await clients(server.url, texts, plan);
      rows.push(rowOf(name, found, (await processorSeconds(server.pid)) - before));
      return found;
    };
    const one = await measured("one client", { count: 1 });
    const many = await measured("64 clients, at once", { count: 64 });
    const everyMs = (64 / (many.answered.length / seconds)) * 2 * 1000;
    await measured("64 clients, half of that load", { count: 64, everyMs });
    let isOver = false;
    const bulk = (async () => {
      while (!isOver) await embed(server.url, texts.slice(0, 1000));
    })();
    await measured("one client, beside requests of 1,000 texts", { count: 1 });
    isOver = true;
    await bulk;
    process.stdout.write(
      `## The embedding endpoint\n${machine()}\n\n${markdownTable(["MiniLM shape, random weights", "texts/s", "processor ms a text", "p50 ms", "p95 ms", "refused"], rows)}\n\n64 clients : one client ${(many.answered.length / one.answered.length).toFixed(2)}\n`,
    );
  } finally {
    await server.stop();
  }
};

if (haveIrcArchive()) {
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  try {
    await run(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
} else process.stdout.write(`The benchmark of serving needs ${ircArchivePath}: skipped.\n`);
