// Tests of worker threads that die: their slice is tried again on a new thread, and the loss of an idle thread has no effect.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dot } from "./embed.suite.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";

let home = "";
const workers: Worker[] = [];
const remember = (worker: Worker) => {
  workers.push(worker);
};
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "parlance-pool-"));
  await writeModelFolder(home);
  process.on("worker", remember);
});
afterAll(async () => {
  process.off("worker", remember);
  await rm(home, { recursive: true, force: true });
});

describe("the worker pool", () => {
  it("tries a slice again when its thread dies", async () => {
    const embedder = await openOnnxEmbedder({ path: home, id: "tiny", threads: 1 });
    const before = await embedder.embed(["mount the drive"]);
    const worker = workers.at(-1);
    // Anything that is not a message makes the thread throw, as a bug or a lack of memory would.
    worker?.postMessage(undefined);
    const again = await embedder.embed(["mount the drive"]);
    expect(workers.at(-1)).not.toBe(worker);
    expect(again.vectors.data).toEqual(before.vectors.data);
    await embedder.close();
  });

  it("replaces a thread that was lost while idle", async () => {
    const embedder = await openOnnxEmbedder({ path: home, id: "tiny", threads: 1 });
    const worker = workers.at(-1);
    if (worker === undefined) throw new Error("no worker was started");
    await Promise.all([once(worker, "exit"), worker.terminate()]);
    expect((await embedder.embed(["a"])).vectors.rows).toBe(1);
    await embedder.close();
  });

  it("drops waiting slices when they are aborted, and continues with the rest", async () => {
    const embedder = await openOnnxEmbedder({ path: home, id: "tiny", threads: 1 });
    const texts = Array.from({ length: 3000 }, (_, i) => `drive ${i}`);
    const stop = new AbortController();
    const stopped = embedder.embed(texts, { signal: stop.signal });
    const question = embedder.embed(["a question"]);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    expect((await question).vectors.rows).toBe(1);
    await embedder.close();
  });

  it("gives each of many small requests what it would get alone, and a failure to the one that fails only", async () => {
    const embedder = await openOnnxEmbedder({ path: home, id: "tiny", threads: 1 });
    const texts = Array.from({ length: 30 }, (_, i) => `mount drive ${"file ".repeat(i % 7)}${i}`);
    const alone: Float32Array[] = [];
    for (const text of texts) alone.push((await embedder.embed([text])).vectors.data);
    const long = embedder.embed(["the drive ".repeat(embedder.model.maxTokens)]);
    const together = texts.map((text) => embedder.embed([text]));
    await expect(long).rejects.toMatchObject({ code: "text-too-long", data: { index: 0 } });
    for (const [at, one] of (await Promise.all(together)).entries())
      expect(dot(one.vectors.data, alone[at] ?? new Float32Array())).toBeGreaterThan(0.9999);
    await embedder.close();
  });

  it("serves callers in turn, and a question first", async () => {
    const embedder = await openOnnxEmbedder({ path: home, id: "tiny", threads: 1 });
    const many = (count: number) => Array.from({ length: count }, (_, i) => `drive ${i}`);
    const ended: string[] = [];
    const note = async (name: string, work: Promise<unknown>) => {
      await work;
      ended.push(name);
    };
    await Promise.all([
      note("large", embedder.embed(many(3000), { owner: "a" })),
      note("small", embedder.embed(many(20), { owner: "b" })),
      note("question", embedder.embed(["mount"], { owner: "b", urgency: "question" })),
    ]);
    expect(ended).toEqual(["question", "small", "large"]);
    await embedder.close();
  });
});
