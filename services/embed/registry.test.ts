// Tests of finding models: the shipped one, folders, and downloads from a local server with a hub's API.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestHub, type TestHub } from "./hub.builders.ts";
import type { ModelProgress } from "./hub.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";
import { type ModelRequest, resolveModel } from "./registry.ts";

let root = "";
let home = "";
let model = "";
let hub: TestHub;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parlance-hub-"));
  model = await writeModelFolder(join(root, "source"), {
    files: { "README.md": "---\nlanguage:\n  - en\n---\n", "pytorch_model.bin": "not wanted" },
  });
  hub = await startTestHub(model);
});
afterAll(async () => {
  hub.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(root, "home-"));
  hub.requests.length = 0;
});
afterEach(() => {
  hub.fault = undefined;
});

const resolveTiny = async (rest: Partial<ModelRequest> = {}) =>
  await resolveModel({ setting: "acme/tiny", home, hub: hub.url, ...rest });

describe("resolveModel", () => {
  it("gives the shipped model where nothing is set", async () => {
    const found = await resolveModel({ setting: undefined, home, hub: hub.url });
    expect(found.id).toBe("parlance-static-en-v1");
    expect((await stat(join(found.path, "onnx/model.onnx"))).size).toBeGreaterThan(1e6);
    expect(hub.requests).toEqual([]);
  });

  it("takes a folder as it is", async () => {
    expect(await resolveModel({ setting: model, home, hub: hub.url })).toEqual({
      id: "source",
      path: model,
    });
  });

  it("gives a hint where there is no such folder", async () => {
    await expect(
      resolveModel({ setting: join(root, "nowhere"), home, hub: hub.url }),
    ).rejects.toMatchObject({
      code: "unknown-model",
      hint: expect.stringContaining("PARLANCE_EMBEDDING_MODEL"),
    });
  });

  it("downloads a hub model once, with progress, and only what it needs", async () => {
    const seen: number[] = [];
    const found = await resolveTiny({ onProgress: ({ done, total }) => seen.push(done / total) });
    expect(found).toEqual({ id: "acme/tiny", path: join(home, "models/acme/tiny") });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(hub.requests.some(({ path }) => path.endsWith("pytorch_model.bin"))).toBe(false);
    const count = hub.requests.length;
    await resolveTiny();
    expect(hub.requests).toHaveLength(count);
    const embedder = await openOnnxEmbedder({ ...found, threads: 1 });
    expect((await embedder.embed(["mount the drive"])).vectors.rows).toBe(1);
    expect(embedder.model.languages).toEqual(["en"]);
    await embedder.close();
  });

  it("continues where a broken download stopped", async () => {
    hub.fault = { kind: "stalled", after: 5000 };
    const stop = new AbortController();
    const onProgress = ({ file, done, total }: ModelProgress) => {
      if (file.endsWith(".onnx") && done < total) stop.abort();
    };
    await expect(resolveTiny({ signal: stop.signal, onProgress })).rejects.toMatchObject({
      kind: "unavailable",
      code: "aborted",
    });
    const part = join(home, "models/acme/tiny.part/onnx/model.onnx");
    const here = (await stat(part)).size;
    expect(here).toBeGreaterThan(0);
    hub.fault = undefined;
    const { path } = await resolveTiny();
    expect(hub.requests.at(-1)).toEqual({
      path: "/acme/tiny/resolve/main/onnx/model.onnx",
      range: `bytes=${here}-`,
    });
    expect(await readFile(join(path, "onnx/model.onnx"))).toEqual(
      await readFile(join(model, "onnx/model.onnx")),
    );
  });

  it("refuses a file with a wrong checksum, and never makes it visible", async () => {
    hub.fault = { kind: "changed" };
    await expect(resolveTiny()).rejects.toMatchObject({ kind: "corrupt", code: "bad-download" });
    await expect(stat(join(home, "models/acme/tiny"))).rejects.toThrow();
    hub.fault = undefined;
    await resolveTiny();
  });

  it("refuses a small file that came changed: its git id says so", async () => {
    hub.fault = { kind: "changed", file: "tokenizer.json" };
    await expect(resolveTiny()).rejects.toMatchObject({
      code: "bad-download",
      data: { file: "tokenizer.json" },
    });
  });

  it("keeps an existing parlance.json", async () => {
    const folder = join(home, "models/acme/tiny");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "parlance.json"), '{"prefixes":{"query":"q: "}}');
    const { path } = await resolveTiny();
    expect(await readFile(join(path, "parlance.json"), "utf8")).toContain("q: ");
  });

  it("distinguishes an unknown name from an unreachable hub", async () => {
    await expect(resolveTiny({ setting: "acme/none" })).rejects.toMatchObject({
      kind: "rejected",
      code: "unknown-model",
      status: 404,
    });
    await expect(resolveTiny({ hub: "http://127.0.0.1:1" })).rejects.toMatchObject({
      kind: "unavailable",
      code: "hub-unreachable",
      hint: expect.stringContaining("PARLANCE_MODEL_HUB"),
    });
    await expect(resolveTiny({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
