// Tests of the server's models over HTTP: added from a folder and a hub, broken on the way, used by collections, measured, removed.
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import { embeddingsAnswer, modelCards } from "#services/contract/embeddings.ts";
import {
  modelSpeed,
  modelTest,
  modelTrial,
  type RegisteredModel,
  registeredModel,
  registeredModels,
} from "#services/contract/models.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { startTestHub, type TestHub } from "#services/embed/hub.builders.ts";
import { writeModelFolder } from "#services/embed/model-folder.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

const shipped = "parlance-static-en-v1";
let root = "";
let hub: TestHub;
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parlance-models-"));
  const source = await writeModelFolder(join(root, "source"), {
    files: { "README.md": "---\nlanguage:\n  - en\nlicense: mit\n---\n" },
  });
  hub = await startTestHub(source);
});
afterAll(async () => {
  hub.close();
  await rm(root, { recursive: true, force: true });
});

const apis: TestApi[] = [];
afterEach(async () => {
  hub.fault = undefined;
  for (const api of apis.splice(0).reverse()) await api.close();
});
const open = async (options: Parameters<typeof openTestApi>[0] = {}): Promise<TestApi> => {
  const env = { PARLANCE_MODEL_HUB: hub.url, ...options.env };
  const api = await openTestApi({ idle: true, models: "files", ...options, env });
  apis.push(api);
  return api;
};
const newFolder = (): Promise<string> => writeModelFolder(join(root, `own-${folders++}`));

const at = (id: string) => `/api/v1/models/${encodeURIComponent(id)}`;
const list = async (api: TestApi) => (await api.read(registeredModels, "/api/v1/models")).models;
const add = (api: TestApi, from: string): Promise<RegisteredModel> =>
  api.read(registeredModel, "/api/v1/models", { body: { from }, status: 202 });
const until = async (
  api: TestApi,
  id: string,
  is: (model: RegisteredModel) => boolean,
): Promise<RegisteredModel> => {
  for (;;) {
    const model = await api.read(registeredModel, at(id));
    if (is(model)) return model;
    await pause(20);
  }
};
const added = async (api: TestApi): Promise<RegisteredModel> => {
  await add(api, "acme/tiny");
  return until(api, "acme/tiny", ({ state }) => state !== "fetching");
};
const embeds = async (api: TestApi, model: string): Promise<number> => {
  const answer = await api.read(embeddingsAnswer, "/v1/embeddings", {
    body: { model, input: "mount the drive" },
  });
  return answer.data[0]?.embedding.length ?? 0;
};

describe("the models of a server", () => {
  it("are the shipped one at first, which is the default, with what it is", async () => {
    const api = await open();
    const [only, ...others] = await list(api);
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      id: shipped,
      source: "shipped",
      state: "ready",
      isDefault: true,
      collections: 0,
      facts: { dim: 256, licence: expect.any(String) },
    });
    expect(await api.refusal(at("none"))).toEqual([404, "unknown-model"]);
    expect(await api.refusal(at(shipped), { method: "DELETE" })).toEqual([409, "model-stays"]);
  });

  it("are added from folders, tested and measured; damaged files fail the test", async () => {
    const api = await open();
    const folder = await newFolder();
    const { id, facts, place } = await add(api, folder);
    expect([place, facts?.dim, facts?.pooling]).toEqual([folder, 32, "mean"]);
    expect(await embeds(api, id)).toBe(32);
    const again = await api.read(modelTest, `${at(id)}/test`, { method: "POST" });
    expect(again.checks.slice(1).map(({ ok }) => ok)).toEqual([true, true]);
    const speed = await api.read(modelSpeed, `${at(id)}/bench`, { method: "POST" });
    expect(speed.textsPerSecond).toBeGreaterThan(0);
    expect((await api.read(registeredModel, at(id))).speed?.textsPerSecond).toBe(
      speed.textsPerSecond,
    );
    const path = join(folder, "onnx", "model.onnx");
    const bytes = await readFile(path);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const damaged = await api.read(modelTest, `${at(id)}/test`, { method: "POST" });
    expect(damaged.ok).toBe(false);
    expect(damaged.checks.at(-1)).toMatchObject({ ok: false });
  });

  it("are refused where a folder has none, and where another is called the same", async () => {
    const api = await open();
    expect(await api.refusal("/api/v1/models", { body: { from: join(root, "none") } })).toEqual([
      400,
      "missing-model-file",
    ]);
    expect(await api.refusal("/api/v1/models", { body: { from: "no model" } })).toEqual([
      400,
      "bad-model",
    ]);
    expect(await list(api)).toHaveLength(1);
    const folder = await newFolder();
    await add(api, folder);
    const other = await writeModelFolder(join(root, "elsewhere", folder.split("/").at(-1) ?? ""));
    expect(await api.refusal("/api/v1/models", { body: { from: other } })).toEqual([
      409,
      "model-exists",
    ]);
  });

  it("are fetched from the hub, with their licence, and removed with their files", async () => {
    const api = await open();
    const model = await added(api);
    expect(model).toMatchObject({ state: "ready", source: "hub", facts: { licence: "mit" } });
    expect(model.doneBytes).toBe(model.totalBytes);
    expect(await embeds(api, "acme/tiny")).toBe(32);
    const cards = await api.read(modelCards, "/v1/models");
    expect(cards.data.map(({ id }) => id)).toEqual([shipped, "acme/tiny"]);
    expect((await api.ask("/v1/models/acme%2Ftiny")).status).toBe(200);
    expect((await api.ask("/api/tags")).status).toBe(200);
    expect((await api.ask("/v1/models/%252F%25ZZ")).status).toBe(404);
    expect((await api.ask(at("acme/tiny"), { method: "DELETE" })).status).toBe(204);
    await expect(
      readFile(join(api.instance.config.home, "models/acme/tiny/config.json")),
    ).rejects.toThrow();
    expect(await api.refusal(at("acme/tiny"))).toEqual([404, "unknown-model"]);
  });

  it("that came damaged say so, the others still answer, and a second try mends it", async () => {
    const api = await open();
    hub.fault = { kind: "changed" };
    const failed = await added(api);
    expect(failed).toMatchObject({ state: "failed", problem: expect.stringContaining("damaged") });
    expect(await embeds(api, shipped)).toBe(256);
    hub.fault = undefined;
    expect(await added(api)).toMatchObject({ state: "ready", problem: null });
  });

  it("do not fit on a full disk, say so, and are fetched once there is room; the others answer", async () => {
    const folder = await mkdtemp(join(root, "home-"));
    const full = await openTestApi({
      idle: true,
      models: "files",
      there: folder,
      env: { PARLANCE_MODEL_HUB: hub.url, PARLANCE_MIN_FREE_BYTES: String(2 ** 50) },
    });
    hub.fault = { kind: "stalled", after: 5000 };
    const failed = await added(full);
    expect(failed).toMatchObject({ state: "failed", problem: expect.stringContaining("disk") });
    expect(await embeds(full, shipped)).toBe(256);
    await full.close();
    hub.fault = undefined;
    const after = await open({ there: folder });
    expect(await added(after)).toMatchObject({ state: "ready", problem: null });
  });

  it("are being fetched from a slow hub while the others answer, and tell how far they are", async () => {
    const api = await open();
    hub.fault = { kind: "stalled", after: 5000 };
    await add(api, "acme/tiny");
    const model = await until(api, "acme/tiny", ({ doneBytes }) => doneBytes > 0);
    expect(model.state).toBe("fetching");
    expect(model.doneBytes).toBeLessThan(model.totalBytes);
    expect(await embeds(api, shipped)).toBe(256);
    expect((await api.ask(at("acme/tiny"), { method: "DELETE" })).status).toBe(204);
  });

  it("that are not on the hub say so", async () => {
    const api = await open();
    await add(api, "acme/none");
    const failed = await until(api, "acme/none", ({ state }) => state !== "fetching");
    expect(failed.problem).toContain("no public model acme/none");
  });

  it("go on being fetched by the next process, where they stopped", async () => {
    const folder = await mkdtemp(join(root, "home-"));
    const before = await openTestApi({
      idle: true,
      models: "files",
      there: folder,
      env: { PARLANCE_MODEL_HUB: hub.url },
    });
    hub.fault = { kind: "stalled", after: 5000 };
    await add(before, "acme/tiny");
    const part = join(before.instance.config.home, "models/acme/tiny.part/onnx/model.onnx");
    await expect
      .poll(async () => (await stat(part).catch(() => undefined))?.size ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0);
    await before.close();
    hub.fault = undefined;
    const after = await open({ there: folder });
    expect(await after.read(registeredModel, at("acme/tiny"))).toMatchObject({ state: "fetching" });
    await after.instance.models.resume();
    expect(hub.requests.at(-1)).toMatchObject({ range: expect.stringMatching(/^bytes=\d+-/) });
    expect(await after.read(registeredModel, at("acme/tiny"))).toMatchObject({ state: "ready" });
  });
});

it("fetches a model again whose files are not there any more, as after a restored backup", async () => {
  const folder = await mkdtemp(join(root, "home-"));
  const options = { idle: true, models: "files", there: folder } as const;
  const before = await openTestApi({ ...options, env: { PARLANCE_MODEL_HUB: hub.url } });
  await added(before);
  const { home } = before.instance.config;
  await before.close();
  await rm(join(home, "models"), { recursive: true });
  const after = await open({ there: folder });
  const body = { model: "acme/tiny", input: "mount the drive" };
  const first = await after.ask("/v1/embeddings", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  expect([first.status, await first.text()]).toEqual([
    503,
    expect.stringContaining("is being fetched"),
  ]);
  await expect
    .poll(() => embeds(after, "acme/tiny").catch(() => 0), { timeout: 20_000, interval: 100 })
    .toBe(32);
});

describe("a collection", () => {
  const chat = `${JSON.stringify({
    id: "1",
    messages: [
      { role: "user", content: "how do i mount the drive" },
      { role: "assistant", content: "install the file system" },
    ],
  })}\n`;
  const make = (api: TestApi, body: object) =>
    api.read(collection, "/api/v1/collections", { body, status: 201 });
  const found = (api: TestApi, id: string) =>
    api.read(searchAnswer, `/api/v1/collections/${id}/search`, {
      body: { query: "mount drive", mode: "semantic" },
    });

  it("is embedded and searched with the model that it was made with, others with theirs", async () => {
    const api = await open({ idle: false });
    await added(api);
    const tiny = await make(api, { name: "Tiny", model: "acme/tiny" });
    const plain = await make(api, { name: "Plain" });
    expect([tiny.model, plain.model]).toEqual(["acme/tiny", shipped]);
    for (const { id } of [tiny, plain]) await api.importText(id, "a.jsonl", chat);
    for (const { id } of [tiny, plain])
      await expect
        .poll(async () => (await found(api, id)).hits.length, { timeout: 20_000 })
        .toBeGreaterThan(0);
    for (const { id } of [tiny, plain])
      expect(await found(api, id)).toMatchObject({ mode: "semantic", notices: [] });
    const facts = await api.read(registeredModel, at("acme/tiny"));
    expect(facts.collections).toBe(1);
    expect(await api.refusal(at("acme/tiny"), { method: "DELETE" })).toEqual([409, "model-in-use"]);
  });

  it("is tried with another model: questions answered by both among its passages", async () => {
    const api = await open({ idle: false });
    await added(api);
    const { id } = await make(api, { name: "Plain" });
    const path = `/api/v1/collections/${id}/try-model`;
    const body = { model: "acme/tiny", questions: ["mount the drive", "file system"] };
    expect(await api.refusal(path, { body })).toEqual([409, "nothing-indexed"]);
    await api.importText(id, "a.jsonl", chat);
    await expect
      .poll(async () => (await found(api, id)).hits.length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const trial = await api.read(modelTrial, path, { body });
    expect(trial).toMatchObject({
      models: { own: shipped, other: "acme/tiny" },
      passages: 2,
      questions: [{ question: "mount the drive", shared: 2 }, { shared: 2 }],
    });
    expect(trial.questions[0]?.own[0]?.text).toBe("how do i mount the drive");
    const same = { ...body, model: shipped };
    expect(await api.refusal(path, { body: same })).toEqual([400, "same-model"]);
  });

  it("is searched by words where its model is gone, and says so; the server goes on", async () => {
    const folder = await mkdtemp(join(root, "home-"));
    const model = await newFolder();
    const before = await openTestApi({ models: "files", there: folder });
    const { id: name } = await add(before, model);
    const { id } = await make(before, { name: "Own", model: name });
    await before.importText(id, "a.jsonl", chat);
    await expect
      .poll(async () => (await found(before, id)).hits.length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    await before.close();
    await rm(model, { recursive: true });
    const after = await open({ there: folder });
    const answer = await after.read(searchAnswer, `/api/v1/collections/${id}/search`, {
      body: { query: "mount drive" },
    });
    expect(answer.mode).toBe("lexical");
    expect(answer.hits.length).toBeGreaterThan(0);
    const shown = await after.read(collection, `/api/v1/collections/${id}`);
    expect(shown.notices.join(" ")).toContain(`The embedding model ${name} is not available`);
    expect(await embeds(after, shipped)).toBe(256);
  });

  it("that is new gets the default that was chosen; the settings go before it", async () => {
    const folder = await mkdtemp(join(root, "home-"));
    const model = await newFolder();
    const api = await openTestApi({ models: "files", there: folder, idle: true });
    const { id } = await add(api, model);
    await api.read(registeredModel, `${at(id)}/default`, { method: "POST" });
    expect((await list(api)).map((one) => [one.id, one.isDefault])).toEqual([
      [id, true],
      [shipped, false],
    ]);
    expect((await make(api, { name: "New" })).model).toBe(id);
    await api.close();
    const set = await open({ there: folder, env: { PARLANCE_EMBEDDING_MODEL: shipped } });
    const found = await set.read(registeredModels, "/api/v1/models");
    expect(found.defaultIsSet).toBe(true);
    expect(found.models[0]?.id).toBe(shipped);
    expect(await set.refusal(`${at(id)}/default`, { method: "POST" })).toEqual([
      409,
      "default-is-set",
    ]);
  });

  it("is not made with a model that is not there", async () => {
    const api = await open();
    expect(
      await api.refusal("/api/v1/collections", { body: { name: "X", model: "none" } }),
    ).toEqual([404, "unknown-model"]);
  });
});
