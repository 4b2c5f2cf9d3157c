// Tests of finding models: the shipped one, folders, and downloads from a local server with a hub's API.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ModelProgress } from "./hub.ts";
import { writeModelFolder } from "./model-folder.builders.ts";
import { openOnnxEmbedder } from "./onnx.ts";
import { type ModelRequest, resolveModel } from "./registry.ts";

let root = "";
let home = "";
let model = "";
let server: Server;
let hub = "";
const requests: { path: string; range: string | undefined }[] = [];
/** A fault of the server: sends so many bytes of the model file and then nothing, or changes one byte. */
let fault: { kind: "stalled"; after: number } | { kind: "changed" } | undefined;

const treeOf = async () => {
  const files = (await readdir(model, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  return await Promise.all(
    files.map(async (entry) => {
      const full = join(entry.parentPath, entry.name);
      const bytes = await readFile(full);
      const oid = createHash("sha256").update(bytes).digest("hex");
      return {
        type: "file",
        path: relative(model, full),
        size: bytes.length,
        ...(entry.name.endsWith(".onnx") ? { lfs: { oid } } : {}),
      };
    }),
  );
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parlance-hub-"));
  model = await writeModelFolder(join(root, "source"), {
    files: { "README.md": "---\nlanguage:\n  - en\n---\n", "pytorch_model.bin": "not wanted" },
  });
  server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://hub").pathname;
    requests.push({ path, range: request.headers.range });
    if (path === "/api/models/acme/tiny/tree/main")
      return response.end(JSON.stringify(await treeOf()));
    const file = path.startsWith("/acme/tiny/resolve/main/")
      ? path.slice("/acme/tiny/resolve/main/".length)
      : undefined;
    if (file === undefined) return response.writeHead(404).end();
    const bytes = await readFile(join(model, file));
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from });
    if (fault?.kind === "changed" && file.endsWith(".onnx")) bytes[100] = (bytes[100] ?? 0) ^ 1;
    if (fault?.kind === "stalled" && file.endsWith(".onnx")) {
      return response.write(bytes.subarray(from, from + fault.after));
    }
    return response.end(bytes.subarray(from));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  hub = `http://127.0.0.1:${address.port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(root, "home-"));
  requests.length = 0;
});
afterEach(() => {
  fault = undefined;
});

const resolveTiny = async (rest: Partial<ModelRequest> = {}) =>
  await resolveModel({ setting: "acme/tiny", home, hub, ...rest });

describe("resolveModel", () => {
  it("gives the shipped model where nothing is set", async () => {
    const found = await resolveModel({ setting: undefined, home, hub });
    expect(found.id).toBe("parlance-static-en-v1");
    expect((await stat(join(found.path, "onnx/model.onnx"))).size).toBeGreaterThan(1e6);
    expect(requests).toEqual([]);
  });

  it("takes a folder as it is", async () => {
    expect(await resolveModel({ setting: model, home, hub })).toEqual({
      id: "source",
      path: model,
    });
  });

  it("gives a hint where there is no such folder", async () => {
    await expect(resolveModel({ setting: join(root, "nowhere"), home, hub })).rejects.toMatchObject(
      { code: "unknown-model", hint: expect.stringContaining("PARLANCE_EMBEDDING_MODEL") },
    );
  });

  it("downloads a hub model once, with progress, and only what it needs", async () => {
    const seen: number[] = [];
    const found = await resolveTiny({ onProgress: ({ done, total }) => seen.push(done / total) });
    expect(found).toEqual({ id: "acme/tiny", path: join(home, "models/acme/tiny") });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(requests.some(({ path }) => path.endsWith("pytorch_model.bin"))).toBe(false);
    const count = requests.length;
    await resolveTiny();
    expect(requests).toHaveLength(count);
    const embedder = await openOnnxEmbedder({ ...found, threads: 1 });
    expect((await embedder.embed(["mount the drive"])).vectors.rows).toBe(1);
    expect(embedder.model.languages).toEqual(["en"]);
    await embedder.close();
  });

  it("continues where a broken download stopped", async () => {
    fault = { kind: "stalled", after: 5000 };
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
    fault = undefined;
    const { path } = await resolveTiny();
    expect(requests.at(-1)).toEqual({
      path: "/acme/tiny/resolve/main/onnx/model.onnx",
      range: `bytes=${here}-`,
    });
    expect(await readFile(join(path, "onnx/model.onnx"))).toEqual(
      await readFile(join(model, "onnx/model.onnx")),
    );
  });

  it("refuses a file with a wrong checksum, and never makes it visible", async () => {
    fault = { kind: "changed" };
    await expect(resolveTiny()).rejects.toMatchObject({ kind: "corrupt", code: "bad-download" });
    await expect(stat(join(home, "models/acme/tiny"))).rejects.toThrow();
    fault = undefined;
    await resolveTiny();
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
