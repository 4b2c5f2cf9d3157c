// Tests of downloads that go wrong: broken and stalled connections, a killed process, a full disk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestHub, type TestHub } from "./hub.builders.ts";
import { downloadModel, type HubRequest, type ModelProgress } from "./hub.ts";
import { writeModelFolder } from "./model-folder.builders.ts";

let root = "";
let model = "";
let path = "";
let hub: TestHub;
const weights = "onnx/model.onnx";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parlance-hub-"));
  model = await writeModelFolder(join(root, "source"));
  hub = await startTestHub(model);
});
afterAll(async () => {
  hub.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  path = join(await mkdtemp(join(root, "home-")), "acme", "tiny");
  hub.requests.length = 0;
});
afterEach(() => {
  hub.fault = undefined;
});

const download = (rest: Partial<HubRequest> = {}) =>
  downloadModel({ name: "acme/tiny", hub: hub.url, path, stallMs: 300, pauseMs: 1, ...rest });
const triesOfWeights = () => hub.requests.filter((request) => request.path.endsWith(".onnx"));
const isWhole = async () =>
  (await readFile(join(path, weights))).equals(await readFile(join(model, weights)));

describe("downloadModel", () => {
  it.each(["cut", "stalled"] as const)(
    "goes on by itself where connections are %s, as long as they bring something",
    async (kind) => {
      const { size } = await stat(join(model, weights));
      hub.fault = { kind, after: Math.ceil(size / 8) };
      const seen: ModelProgress[] = [];
      await download({ onProgress: (progress) => seen.push(progress) });
      expect(await isWhole()).toBe(true);
      expect(triesOfWeights().length).toBeGreaterThanOrEqual(8);
      expect(triesOfWeights().at(-1)?.range).toMatch(/^bytes=\d+-$/);
      const shares = seen.map(({ done, total }) => done / total);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    },
  );

  it("gives up after five connections that bring nothing, says why, and goes on at the next call", async () => {
    hub.fault = { kind: "stalled", after: 0 };
    await expect(download()).rejects.toMatchObject({
      kind: "unavailable",
      code: "hub-unreachable",
      message: expect.stringContaining("has sent nothing for 1 s"),
    });
    expect(triesOfWeights()).toHaveLength(5);
    hub.fault = undefined;
    await download();
    expect(await isWhole()).toBe(true);
  });

  it("says that the disk is full, keeps what came, and counts it from the start of the next call", async () => {
    const part = join(`${path}.part`, "onnx");
    await mkdir(part, { recursive: true });
    await symlink("/dev/full", join(part, "model.onnx"));
    await expect(download()).rejects.toMatchObject({ code: "disk-full", status: 507 });
    await rm(join(part, "model.onnx"));
    const seen: ModelProgress[] = [];
    await download({ onProgress: (progress) => seen.push(progress) });
    expect(await isWhole()).toBe(true);
    const { size } = await stat(join(model, weights));
    expect(seen[0]?.done).toBe((seen[0]?.total ?? 0) - size);
  });

  it("goes on where a killed process stopped", async () => {
    hub.fault = { kind: "stalled", after: 5000 };
    const given = { name: "acme/tiny", hub: hub.url, path };
    const script = `import { downloadModel } from "#services/embed/hub.ts"; await downloadModel(${JSON.stringify(given)});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: "ignore",
    });
    const part = join(`${path}.part`, weights);
    await expect
      .poll(async () => (await stat(part).catch(() => undefined))?.size, { timeout: 20_000 })
      .toBe(5000);
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect(stat(path)).rejects.toThrow();
    hub.fault = undefined;
    hub.requests.length = 0;
    await download();
    expect(triesOfWeights()).toMatchObject([{ range: "bytes=5000-" }]);
    expect(await isWhole()).toBe(true);
  });
});
