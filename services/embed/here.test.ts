// Embedding in the calling thread: the contract, the same vectors as in other threads, and what is left to these.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedSuite } from "./embed.suite.ts";
import type { Embedder } from "./embedder.ts";
import { embeddingHere } from "./here.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";

const shipped = fileURLToPath(new URL("../../models/parlance-static-en-v1", import.meta.url));
const openShipped = () => openOnnxEmbedder({ path: shipped, id: "shipped", threads: 1 });

embedSuite("the shipped model in the calling thread", async () =>
  embeddingHere(await openShipped(), shipped),
);

describe("embedding in the calling thread", () => {
  let elsewhere: Embedder;
  /** Texts of the calls that other threads were asked. */
  const asked: (readonly string[])[] = [];
  let here: Embedder;
  beforeAll(async () => {
    elsewhere = await openShipped();
    const counted: Embedder = {
      ...elsewhere,
      embed: (texts, options) => {
        asked.push(texts);
        return elsewhere.embed(texts, options);
      },
    };
    here = await embeddingHere(counted, shipped);
  });
  afterAll(async () => await here.close());

  it("gives a question and the sentences of hits the vectors that other threads give, to the last bit", async () => {
    for (const texts of [["How do I mount a USB drive?"], ["Mount it first.", "Then read it."]])
      for (const inputType of ["query", "document"] as const)
        expect(await here.embed(texts, { inputType, truncate: true })).toEqual(
          await elsewhere.embed(texts, { inputType, truncate: true }),
        );
    expect(asked).toEqual([]);
  });

  it("leaves what takes longer to other threads", async () => {
    const many = Array.from({ length: 65 }, (_, at) => `text ${at}`);
    const long = ["drive ".repeat(1500)];
    expect((await here.embed(many)).vectors.rows).toBe(65);
    expect((await here.embed(long, { truncate: true })).vectors.rows).toBe(1);
    expect(asked).toEqual([many, long]);
  });

  it("leaves a model that computes more than a mean to other threads", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-here-"));
    try {
      const path = await writeModelFolder(join(folder, "model"), {});
      const transformer = await openOnnxEmbedder({ path, id: "tiny", threads: 1 });
      expect(await embeddingHere(transformer, path)).toBe(transformer);
      await transformer.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
