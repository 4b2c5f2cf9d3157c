// The ONNX driver with the shipped model, potion-base-2m and random transformers: the suite, pooling, providers, refusals.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { row } from "#services/domain/vectors.ts";
import { bagModel } from "./bag.builders.ts";
import { dot, embedSuite } from "./embed.suite.ts";
import {
  type FolderOptions,
  smallVocabulary,
  tinyShape,
  writeModelFolder,
} from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shipped = join(root, "models/parlance-static-en-v1");
const potion = join(root, "../shared/models/potion-base-2m");

let home = "";
let folders = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-embed-"));
});
afterAll(async () => await rm(home, { recursive: true, force: true }));

const openTiny = async (options: FolderOptions = {}, providers?: readonly string[]) =>
  await openOnnxEmbedder({
    path: await writeModelFolder(join(home, `tiny-${folders++}`), options),
    id: "tiny",
    threads: 2,
    ...(providers === undefined ? {} : { providers }),
  });

embedSuite(
  "onnx with the shipped model",
  async () => await openOnnxEmbedder({ path: shipped, id: "parlance-static-en-v1", threads: 2 }),
);
embedSuite("onnx with a random transformer", async () => await openTiny());
embedSuite(
  "onnx with a random int8 transformer",
  async () => await openTiny({ shape: { ...tinyShape, int8: true } }),
  // Scales are those of the whole batch, and processors without VNNI add up 8-bit products with saturation: 0.966 on one with AVX2 only.
  { invariance: 0.95 },
);
embedSuite(
  "onnx with a random model of Model2Vec",
  async () =>
    await openTiny({
      files: {
        "config.json": { model_type: "model2vec" },
        "onnx/model.onnx": bagModel(
          Float32Array.from({ length: smallVocabulary.length * 32 }, (_, at) => Math.sin(at * 1.7)),
          32,
        ),
      },
    }),
);
if (existsSync(potion))
  embedSuite(
    "onnx with potion-base-2m",
    async () => await openOnnxEmbedder({ path: potion, id: "potion", threads: 1 }),
  );
else it.skip("onnx with potion-base-2m (skipped where the shared data is absent)");

describe("onnx", () => {
  it("finds meaning with the shipped model", async () => {
    await using stack = new AsyncDisposableStack();
    const embedder = await openOnnxEmbedder({ path: shipped, id: "s", threads: 1 });
    stack.defer(embedder.close);
    expect(embedder.model).toMatchObject({
      dim: 256,
      maxTokens: 256,
      languages: ["en"],
      matryoshka: [256, 128, 64],
      pooling: "model",
    });
    const { vectors } = await embedder.embed([
      "How do I mount a USB drive?",
      "mounting usb sticks",
      "I love pizza",
    ]);
    expect(dot(row(vectors, 0), row(vectors, 1))).toBeGreaterThan(
      0.2 + dot(row(vectors, 0), row(vectors, 2)),
    );
  });

  it("pools by cls and last token as the files say", async () => {
    const rows: Float32Array[] = [];
    for (const mode of [
      "pooling_mode_mean_tokens",
      "pooling_mode_cls_token",
      "pooling_mode_lasttoken",
    ]) {
      const embedder = await openTiny({ files: { "1_Pooling/config.json": { [mode]: true } } });
      rows.push((await embedder.embed(["mount the drive"])).vectors.data);
      await embedder.close();
    }
    const [mean = new Float32Array(), cls = new Float32Array(), last = new Float32Array()] = rows;
    expect(Math.max(dot(mean, cls), dot(cls, last), dot(mean, last))).toBeLessThan(0.98);
  });

  it("reads half floats", async () => {
    const full = await openTiny();
    const half = await openTiny({ shape: { ...tinyShape, output: "float16" } });
    const a = (await full.embed(["mount the drive"])).vectors.data;
    const b = (await half.embed(["mount the drive"])).vectors.data;
    expect(dot(a, b)).toBeGreaterThan(0.9999);
    expect(full.model.fingerprint).not.toBe(half.model.fingerprint);
    await Promise.all([full.close(), half.close()]);
  });

  it("puts prefixes before queries and documents", async () => {
    const embedder = await openTiny({
      files: {
        "config_sentence_transformers.json": { prompts: { query: "mount: ", passage: "file: " } },
      },
    });
    expect(embedder.model.prefixes).toEqual({ query: "mount: ", document: "file: " });
    const query = await embedder.embed(["the drive"], { inputType: "query" });
    const document = await embedder.embed(["the drive"]);
    expect(query.tokens[0]).toBe(embedder.countTokens("mount: the drive"));
    expect(dot(query.vectors.data, document.vectors.data)).toBeLessThan(0.999);
    await embedder.close();
  });

  it("takes the mean of the known words' vectors of a model of Model2Vec, without special tokens", async () => {
    const dim = 8;
    const vectors = Float32Array.from({ length: smallVocabulary.length * dim }, (_, at) =>
      Math.sin(at * 1.7),
    );
    const embedder = await openTiny({
      files: {
        "config.json": { model_type: "model2vec", architectures: ["StaticModel"] },
        "1_Pooling/config.json": null,
        "onnx/model.onnx": bagModel(vectors, dim),
      },
    });
    expect(embedder.model).toMatchObject({ dim, pooling: "model" });
    const mean = (...words: string[]) => {
      const sum = new Float32Array(dim);
      for (const word of words) {
        const id = smallVocabulary.indexOf(word);
        for (let at = 0; at < dim; at++) sum[at] = (sum[at] ?? 0) + (vectors[id * dim + at] ?? 0);
      }
      const length = Math.hypot(...sum);
      return sum.map((value) => value / length);
    };
    const {
      vectors: found,
      tokens,
      unembeddable,
    } = await embedder.embed(["mount the drive", "the", "mount ☃ the", "☃"]);
    expect([...tokens]).toEqual([3, 1, 2, 1]);
    for (const [at, expected] of [
      mean("mount", "the", "drive"),
      mean("the"),
      mean("mount", "the"),
    ].entries())
      for (const [place, value] of expected.entries())
        expect(row(found, at)[place]).toBeCloseTo(value, 5);
    expect(unembeddable).toEqual([3]);
    await embedder.close();
  });

  it("falls back to the CPU and says why", async () => {
    const embedder = await openTiny({}, ["cuda", "cpu"]);
    if (embedder.providers.active === "cpu")
      expect(embedder.providers.fallback).toMatch(/^cuda: ./);
    expect((await embedder.embed(["a"])).vectors.rows).toBe(1);
    await embedder.close();
  });

  it.each<[string, FolderOptions["files"] & object, string]>([
    ["config.json", { "config.json": null }, "missing-model-file"],
    ["a tokenizer", { "tokenizer.json": null }, "missing-model-file"],
    ["a model file", { "onnx/model.onnx": null }, "missing-model-file"],
    ["a model that can be opened", { "onnx/model.onnx": "no model" }, "bad-model-file"],
    ["JSON", { "tokenizer.json": "{" }, "bad-model-file"],
    [
      "a tokenizer of a known kind",
      { "tokenizer.json": { model: { type: "Strange" } } },
      "bad-tokenizer",
    ],
    ["a way of pooling", { "1_Pooling/config.json": null }, "unknown-pooling"],
    [
      "a known way of pooling",
      { "1_Pooling/config.json": { pooling_mode_max_tokens: true } },
      "unsupported-pooling",
    ],
    [
      "its last layer inside",
      { "modules.json": [{ type: "sentence_transformers.models.Dense", path: "2_Dense" }] },
      "unsupported-module",
    ],
  ])("refuses a folder without %s", async (_what, files, code) => {
    await expect(openTiny({ files })).rejects.toMatchObject({ code });
  });

  it("takes from parlance.json what the model's own files leave open", async () => {
    const embedder = await openTiny({
      files: {
        "1_Pooling/config.json": null,
        "parlance.json": {
          pooling: "mean",
          languages: ["en", "de"],
          prefixes: { query: "q: " },
          matryoshka: [16],
        },
      },
    });
    expect(embedder.model).toMatchObject({
      pooling: "mean",
      languages: ["en", "de"],
      matryoshka: [16],
      prefixes: { query: "q: ", document: "" },
    });
    await embedder.close();
  });
});
