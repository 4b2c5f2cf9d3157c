// Embedding: messages per second with the shipped model, tokenizer speeds, and a MiniLM-shaped transformer against @huggingface/transformers.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Tokenizer } from "@huggingface/tokenizers";
import { writeModelFolder } from "#services/embed/model-folder.builders.ts";
import { openOnnxEmbedder } from "#services/embed/onnx.ts";
import { resolveModel } from "#services/embed/registry.ts";
import { openTokenizer } from "#services/embed/tokenizer.ts";
import { miniLm, transformerModel } from "#services/embed/transformer.builders.ts";
import { IdBuffer } from "#services/embed/wordpiece.ts";
import { haveIrcArchive, ircArchivePath, ircMessages } from "./irc-archive.ts";
import { machine, markdownTable } from "./measure.ts";

interface Extract {
  (
    texts: string[],
    options: { pooling: "mean"; normalize: boolean },
  ): Promise<{ data: Float32Array }>;
  dispose(): Promise<unknown>;
}
interface Peer {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: string, model: string, options: object): Promise<Extract>;
}

/** The other library is installed by hand (infra/bench/peers); without it its rows are left out. */
const openPeer = async (): Promise<Peer | undefined> => {
  try {
    const path = createRequire(join(import.meta.dirname, "peers/package.json")).resolve(
      "@huggingface/transformers",
    );
    const peer: Peer = await import(pathToFileURL(path).href);
    return peer;
  } catch (error) {
    process.stdout.write(
      `@huggingface/transformers is left out (npm install --ignore-scripts in infra/bench/peers): ${String(error).split("\n")[0]}\n`,
    );
    return undefined;
  }
};

const perSecond = async (count: number, work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return Math.round((count / (performance.now() - start)) * 1000);
};

const readJson = async (path: string) => JSON.parse(await readFile(path, "utf8"));

const benchTokenizers = async (path: string, texts: readonly string[]) => {
  const json = await readJson(join(path, "tokenizer.json"));
  const fast = openTokenizer({ tokenizer: json, config: {} });
  const library = new Tokenizer(json, {});
  const into = new IdBuffer();
  const some = texts.slice(0, 50_000);
  return [
    [
      "own WordPiece",
      await perSecond(texts.length, () => {
        for (const text of texts) {
          into.length = 0;
          fast.encode(text, into);
        }
      }),
    ],
    [
      "@huggingface/tokenizers",
      await perSecond(some.length, () => {
        for (const text of some) library.encode(text);
      }),
    ],
  ] as const;
};

const benchShipped = async (texts: readonly string[]) => {
  const found = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
  const rows: (string | number)[][] = [];
  for (const threads of [1, 2]) {
    const embedder = await openOnnxEmbedder({ ...found, threads });
    await embedder.embed(texts.slice(0, 20_000), { truncate: true });
    const all = async () => await embedder.embed(texts, { truncate: true });
    rows.push([
      `shipped model, ${threads} thread${threads > 1 ? "s" : ""}`,
      await perSecond(texts.length, all),
    ]);
    await embedder.close();
  }
  for (const [name, speed] of await benchTokenizers(found.path, texts)) rows.push([name, speed]);
  return rows;
};

/** The better of two runs, because other work on the machine only makes it slower. */
const best = async (count: number, work: () => Promise<unknown>): Promise<number> =>
  Math.max(await perSecond(count, work), await perSecond(count, work));

const benchPeer = async (extract: Extract, texts: readonly string[]) => {
  const speeds: { size: number; speed: number }[] = [];
  const options = { pooling: "mean", normalize: true } as const;
  for (const size of [1, 2, 4, 8, 16, 32])
    speeds.push({
      size,
      speed: await best(texts.length, async () => {
        for (let at = 0; at < texts.length; at += size)
          await extract([...texts.slice(at, at + size)], options);
      }),
    });
  await extract.dispose();
  return speeds.sort((a, b) => b.speed - a.speed);
};

const benchTransformer = async (folder: string, texts: readonly string[]) => {
  const rows: (string | number)[][] = [];
  const peer = await openPeer();
  if (peer !== undefined) {
    peer.env.allowRemoteModels = false;
    peer.env.localModelPath = dirname(folder);
  }
  for (const precision of ["fp32", "q8"] as const) {
    const file = precision === "fp32" ? "onnx/model.onnx" : "onnx/model_quantized.onnx";
    await writeFile(join(folder, "parlance.json"), JSON.stringify({ file }));
    for (const threads of [1, 2]) {
      const extract = await peer?.pipeline("feature-extraction", basename(folder), {
        dtype: precision,
        session_options: { intraOpNumThreads: threads },
      });
      const speeds = extract === undefined ? [] : await benchPeer(extract, texts);
      const embedder = await openOnnxEmbedder({ path: folder, id: "minilm-shaped", threads });
      const all = async () => await embedder.embed(texts, { truncate: true });
      await all();
      const direct = await best(texts.length, all);
      await embedder.close();
      const [first] = speeds;
      const arrival = speeds.find(({ size }) => size === 32)?.speed ?? "";
      rows.push([
        `${precision}, ${threads} thread${threads > 1 ? "s" : ""}`,
        direct,
        first === undefined ? "" : `${first.speed} (batch ${first.size})`,
        arrival,
        first === undefined ? "" : `${(direct / first.speed).toFixed(2)} ×`,
      ]);
    }
  }
  return rows;
};

const { path: shippedPath } = await resolveModel({ setting: undefined, home: tmpdir(), hub: "" });
const words = Object.keys((await readJson(join(shippedPath, "tokenizer.json"))).model.vocab);
const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const vocabularyAndShape = {
  shape: miniLm,
  vocabulary: [...specials, ...words.filter((word) => !specials.includes(word))].slice(
    0,
    miniLm.vocabulary,
  ),
};

if (haveIrcArchive()) {
  const messages = await ircMessages();
  process.stdout.write(`## Embedding\n${machine()}\n\n`);
  const shipped = await benchShipped(messages);
  process.stdout.write(
    `${markdownTable([`${messages.length} IRC messages`, "messages/s"], shipped)}\n\n`,
  );
  const home = await mkdtemp(join(tmpdir(), "parlance-bench-"));
  try {
    const folder = await writeModelFolder(join(home, "minilm-shaped"), {
      ...vocabularyAndShape,
      files: { "onnx/model_quantized.onnx": transformerModel({ ...miniLm, int8: true }) },
    });
    // Every 500th message: a real mix of lengths in order of arrival.
    const some = messages.filter((_, at) => at % 500 === 0);
    const rows = await benchTransformer(folder, some);
    process.stdout.write(
      `${markdownTable([`MiniLM shape, random weights, ${some.length} messages`, "direct, messages/s", "transformers.js at its best", "in batches of 32", "direct : best"], rows)}\n`,
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
} else process.stdout.write(`The embedding benchmark needs ${ircArchivePath}: skipped.\n`);
