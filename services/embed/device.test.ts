// Tests of embedding in the shapes of a device: few of them, and the same vectors as in exact ones; on a GPU where one is at hand.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tokenBatches } from "./batches.ts";
import { bucketOf, deviceBudget, deviceMemory } from "./device.ts";
import { dot } from "./embed.suite.ts";
import { readModelFiles } from "./model-files.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";
import { openSession } from "./session.ts";
import { embedSlice, unknownRow } from "./slice.ts";
import { openTokenizer } from "./tokenizer.ts";

let home = "";
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-device-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const texts = Array.from({ length: 57 }, (_, n) =>
  "please mount the drive and boot ubuntu with this file ".repeat(1 + (n % 7)).slice(0, 20 + n * 5),
);

describe("the shapes of a device", () => {
  it("are few, whatever the lengths are", () => {
    const shapes = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const lengths = Array.from({ length: 256 }, (_, n) => 1 + ((n * 37 + round * 91) % 512));
      for (const batch of tokenBatches(lengths, deviceBudget(16 * 2 ** 30))) {
        const width = Math.max(...batch.map((index) => lengths[index] ?? 0));
        const shape = bucketOf({ rows: batch.length, width }, 512);
        expect(shape.rows).toBeGreaterThanOrEqual(batch.length);
        expect(shape.width).toBeGreaterThanOrEqual(width);
        shapes.add(`${shape.rows} × ${shape.width}`);
      }
    }
    expect(shapes.size).toBeLessThanOrEqual(20);
  });

  it("are never wider than the model reads", () => {
    expect(bucketOf({ rows: 3, width: 300 }, 384)).toEqual({ rows: 4, width: 384 });
    expect(bucketOf({ rows: 1, width: 2 }, 512)).toEqual({ rows: 1, width: 16 });
  });

  it("grow with the memory of the device", () => {
    const tokens = [undefined, 8, 16, 80, 141].map(
      (gigabytes) => deviceBudget(gigabytes && gigabytes * 2 ** 30).tokens,
    );
    expect(tokens).toEqual([2048, 4096, 8192, 32_768, 65_536]);
  });
});

describe("texts in the shapes of a device", () => {
  it("have the vectors that they have in exact ones", async () => {
    const files = await readModelFiles(await writeModelFolder(join(home, "tiny")));
    const session = await openSession({
      modelFile: files.modelFile,
      providers: ["cpu"],
      pooling: files.pooling,
    });
    const exact = {
      session,
      tokenizer: openTokenizer({ tokenizer: files.tokenizer, config: files.tokenizerConfig }),
      maxTokens: files.maxTokens,
      budget: { tokens: 512, squares: Number.POSITIVE_INFINITY },
      buckets: false,
    };
    const unknown = await unknownRow(exact);
    const work = { texts, prefix: "", truncate: true, dimensions: 0 };
    const one = await embedSlice(exact, work, unknown);
    const other = await embedSlice({ ...exact, buckets: true }, work, unknown);
    const dim = unknown.length;
    for (let row = 0; row < texts.length; row++)
      expect(
        dot(
          one.data.subarray(row * dim, (row + 1) * dim),
          other.data.subarray(row * dim, (row + 1) * dim),
        ),
      ).toBeGreaterThan(0.9999);
    expect(other.tokens).toEqual(one.tokens);
  });
});

const memory = await deviceMemory();

describe("a GPU", () => {
  it(
    memory === undefined
      ? "is asked for and not there: no CUDA device, so the processor does it, and says why"
      : "gives the vectors that the processor gives",
    async () => {
      await using stack = new AsyncDisposableStack();
      const open = async (providers: readonly string[]) => {
        const embedder = await openOnnxEmbedder({
          path: await writeModelFolder(join(home, providers.join("-"))),
          id: "tiny",
          threads: 2,
          providers,
        });
        stack.defer(embedder.close);
        return embedder;
      };
      const [cpu, gpu] = [await open(["cpu"]), await open(["cuda", "cpu"])];
      if (memory === undefined) {
        expect(gpu.providers.active).toBe("cpu");
        expect(gpu.providers.fallback).toMatch(/^cuda: /);
      }
      const [one, other] = [await cpu.embed(texts), await gpu.embed(texts)];
      const { dim } = one.vectors;
      for (let row = 0; row < texts.length; row++)
        expect(
          dot(
            one.vectors.data.subarray(row * dim, (row + 1) * dim),
            other.vectors.data.subarray(row * dim, (row + 1) * dim),
          ),
        ).toBeGreaterThan(0.999);
    },
  );
});
