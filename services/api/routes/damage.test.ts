// A damaged index, through the whole product: noticed, said wherever the collection is shown, repaired by itself, the same answers as before.
import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collection } from "#services/contract/collections.ts";
import { overview } from "#services/contract/figures.ts";
import type { JobName } from "#services/contract/jobs.ts";
import { mapMeta } from "#services/contract/map.ts";
import { searchAnswer } from "#services/contract/search.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { type StageName, stageNames } from "#services/domain/stage-names.ts";
import { indexHealth } from "#services/views/views.ts";
import { startBelt } from "#workers/belt.ts";
import { requestChecks } from "#workers/reconcile.ts";
import { atRest } from "#workers/workers.builders.ts";
import { anotherServer, openTestApi, printerDay, type TestApi } from "../api.builders.ts";

// Nothing is analysed, so that every object belongs to a version.
const others: readonly StageName[] = stageNames.filter(
  (name) => name !== "repair" && name !== "analyse",
);
const rest = (...untaken: JobName[]) => atRest(api.parlance, ["analysis.due", ...untaken]);

let api: TestApi;
let id: CollectionId;
let at: string;
let stops: (() => Promise<void>)[];

const start = async (stages: readonly StageName[]) => {
  const belt = await startBelt(api.instance, { stages });
  stops.push(() => belt.stop());
};

beforeEach(async () => {
  stops = [];
  api = await openTestApi({ idle: true });
  await start(others);
  const made = await api.makeCollection("Printers");
  const found = readCollectionId(made.id);
  if (!found) throw new Error(`${made.id} is no collection`);
  id = found;
  at = `/api/v1/collections/${id}`;
  await api.importText(id, "#printers.2024-01-03.txt", printerDay);
  await api.importText(id, "#printers.2024-01-04.txt", printerDay.replaceAll("printer", "scanner"));
  await rest("index.repair");
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await api.close();
});

const questions = [
  { query: "printing service", limit: 20 },
  { query: "suspend", mode: "lexical" },
  { query: "usb stick permission", mode: "semantic", limit: 20 },
  { query: "" },
];
/** What the collection answers, without times and versions. */
const answers = async () => {
  const said = [];
  for (const body of questions) {
    const { hits, total, facets, notices } = await api.read(searchAnswer, `${at}/search`, { body });
    const scores = hits.map((hit) => [hit.chunk, hit.similarity?.toFixed(5)]);
    said.push({ hits: scores, total, facets, notices });
  }
  return said;
};

const filesIn = async (...folders: string[]): Promise<string[]> => {
  const folder = join(api.parlance.config.home, "collections", id, "index.git", ...folders);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name));
};

/** A server process of its own finds the damage: what is loaded in memory is not read again. */
const reopened = async () => api.parlance.indexes.forget(id);

const health = async () => (await api.read(collection, at)).health;

const objects = () => filesIn("lfs", "objects");

const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
  "a flipped bit": async (path) => {
    const bytes = await readFile(path);
    const place = bytes.length >> 1;
    bytes[place] = (bytes[place] ?? 0) ^ 4;
    await writeFile(path, bytes);
  },
  "a cut end": async (path) => {
    await writeFile(path, (await readFile(path)).subarray(0, -7));
  },
  "a missing file": (path) => rm(path),
};

describe.each(Object.keys(damages))("%s", (what) => {
  it("in every object of the index is met, said, and repaired from the rows", async () => {
    const before = await answers();
    for (const path of await objects()) await damages[what]?.(path);
    await reopened();
    const met = await api.ask(`${at}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "printer" }),
    });
    // No version is whole: the question is refused with a reason, and nothing is made up.
    expect(met.status).toBe(500);
    expect(await health()).toMatchObject({ state: "degraded" });
    expect((await api.read(overview, `${at}/overview`)).health?.state).toBe("degraded");
    expect(await indexHealth(api.parlance)).toMatchObject([
      { code: "index-damaged", collection: id },
    ]);
    await start(["repair"]);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ state: "ok", reasons: [] });
    await rest();
    expect(await answers()).toEqual(before);
    expect(await indexHealth(api.parlance)).toEqual([]);
    expect(await (await api.parlance.indexes.open(id)).damagedSegments()).toEqual([]);
  });
});

describe("damage that an older version does not share", () => {
  it("is said by the search too, which answers from the older version until it is repaired", async () => {
    const before = await answers();
    const whole = new Set(await objects());
    await api.importText(
      id,
      "#printers.2024-01-05.txt",
      printerDay.replaceAll("printer", "plotter"),
    );
    await rest("index.repair");
    // The search follows a new version a moment after its commit.
    const listed = async () => (await answers()).at(-1)?.total;
    await expect.poll(listed, { timeout: 20_000 }).toBeGreaterThan(before.at(-1)?.total ?? 0);
    const after = await answers();
    for (const path of await filesIn("lfs", "objects"))
      if (!whole.has(path)) await damages["a flipped bit"]?.(path);
    await reopened();
    const degraded = await answers();
    expect(degraded[0]?.notices.join()).toMatch(/damaged/);
    expect(degraded.map(({ total }) => total)).toEqual(before.map(({ total }) => total));
    expect(await health()).toMatchObject({
      state: "degraded",
      reasons: [{ code: "version-damaged" }],
    });
    await start(["repair"]);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ state: "ok", reasons: [] });
    await rest();
    await expect.poll(answers, { timeout: 5000 }).toEqual(after);
  });
});

describe("a damaged record of the newest version", () => {
  it("gives way to the version before it, and the rest is added again from the rows", async () => {
    const known = new Set(await filesIn("objects"));
    await api.importText(
      id,
      "#printers.2024-01-05.txt",
      printerDay.replaceAll("printer", "plotter"),
    );
    await rest("index.repair");
    const before = await answers();
    for (const path of await filesIn("objects"))
      if (!known.has(path)) {
        await rm(path);
        await writeFile(path, "broken");
      }
    await reopened();
    await answers();
    expect(await health()).toMatchObject({ state: "degraded" });
    await start(["repair"]);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ state: "ok", reasons: [] });
    await rest();
    await reopened();
    expect(await answers()).toEqual(before);
  });
});

describe("an index of which no version can be read", () => {
  const typeOf = (path: string) => {
    const [folder = "", name = ""] = path.split("/").slice(-2);
    const args = ["cat-file", "-t", `${folder}${name}`];
    return execFileSync("git", args, { cwd: dirname(dirname(dirname(path))), encoding: "utf8" });
  };

  it.each([
    ["the files of every version are", (type: string) => type.trim() !== "commit"],
    ["every record of it is", () => true],
  ])("is built again from the rows where %s damaged", async (_, isDamaged) => {
    const before = await answers();
    const loose = await filesIn("objects");
    for (const path of loose.filter((one) => isDamaged(typeOf(one)))) {
      await rm(path);
      await writeFile(path, "broken");
    }
    await reopened();
    const met = await api.ask(`${at}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "printer" }),
    });
    expect(met.status).toBe(500);
    await start(["repair"]);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ state: "ok", reasons: [] });
    await rest();
    await reopened();
    expect(await answers()).toEqual(before);
    await api.importText(id, "#printers.2024-01-06.txt", printerDay.replaceAll("printer", "fax"));
    await rest();
    expect(await health()).toEqual({ state: "ok", reasons: [] });
  });
});

/** Damages the file of one part of the newest version's segment. */
const damagePart = async (part: string) => {
  const index = await api.parlance.indexes.open(id);
  for (const path of await objects()) {
    const bytes = await readFile(path);
    await damages["a flipped bit"]?.(path);
    const segments = await index.damagedSegments();
    if (segments.some(({ files }) => files.some((file) => file === part))) return;
    await writeFile(path, bytes);
  }
  throw new Error(`there are no ${part}`);
};

describe("damaged vectors", () => {
  it("leave the newest version to searches by words, until they are built again", async () => {
    const before = await answers();
    const version = (await api.read(collection, at)).version;
    await damagePart("vectors");
    await reopened();
    const [hybrid, lexical] = await answers();
    expect(hybrid?.notices.join()).toMatch(/damaged/);
    expect(lexical).toMatchObject({ hits: before[1]?.hits, total: before[1]?.total });
    const { versions } = await api.read(searchAnswer, `${at}/search`, { body: { query: "cups" } });
    expect(versions).toEqual([{ collection: id, version }]);
    expect(await health()).toMatchObject({
      state: "degraded",
      reasons: [{ code: "vectors-damaged" }],
    });
    await start(["repair"]);
    await expect.poll(health, { timeout: 20_000 }).toEqual({ state: "ok", reasons: [] });
    await rest();
    await expect.poll(answers, { timeout: 5000 }).toEqual(before);
  });
});

describe("a damaged analysis", () => {
  it("is made again, and hides no hit until then", async () => {
    const known = new Set(await objects());
    await start(["analyse"]);
    await atRest(api.parlance, ["index.repair"]);
    const shown = async () => (await api.read(mapMeta, `${at}/map`)).analysis;
    const first = await shown();
    expect(first).not.toBeNull();
    for (const path of await objects()) if (!known.has(path)) await rm(path);
    await reopened();
    const other = await anotherServer(api);
    stops.push(() => other.close());
    expect((await other.read(mapMeta, `${at}/map`)).analysis).toBeNull();
    const found = await other.read(searchAnswer, `${at}/search`, { body: { query: "printer" } });
    expect(found.hits.length).toBeGreaterThan(0);
    await expect
      .poll(async () => (await other.read(mapMeta, `${at}/map`)).analysis, { timeout: 20_000 })
      .not.toBeNull();
    expect(await shown()).not.toBe(first);
  });
});

describe("damage that nobody has met", () => {
  it.each(["vectors", "words", "columns", "texts"])(
    "is found by the check of the newest version: %s",
    async (part) => {
      const before = await answers();
      await damagePart(part);
      const said = new Set<string>();
      const { stop } = await startBelt(api.instance, {
        stages: ["repair"],
        reached: async (place) => {
          if (place === "repair.begun")
            for (const { code } of (await health())?.reasons ?? []) said.add(code);
        },
      });
      stops.push(stop);
      await requestChecks(api.instance);
      await rest();
      expect([...said]).toEqual([`${part}-damaged`]);
      expect(await health()).toEqual({ state: "ok", reasons: [] });
      await expect.poll(answers, { timeout: 5000 }).toEqual(before);
    },
  );

  it("changes nothing where the index is whole", async () => {
    await start(["repair"]);
    const version = (await api.read(collection, at)).version;
    const size = async (path: string) => (await stat(path)).size;
    const sizes = await Promise.all((await objects()).map(size));
    await requestChecks(api.instance);
    await rest();
    expect((await api.read(collection, at)).version).toBe(version);
    expect(await Promise.all((await filesIn("lfs", "objects")).map(size))).toEqual(sizes);
  });
});
