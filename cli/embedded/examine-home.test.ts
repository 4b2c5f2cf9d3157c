// Tests of doctor's checks of a home's files: nothing is found in a sound one, and each kind of damage by its code.

import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { defaultScope } from "#services/domain/scope.ts";
import type { Instance } from "#services/parlance.ts";
import { createCollection } from "#services/store/collections.ts";
import { readUpload } from "#services/store/upload-views.ts";
import { blobPrefix, createUpload, receivedUpload } from "#services/store/uploads.ts";
import { cleaner } from "#services/text/text.ts";
import { openParlance } from "#services/wire.ts";
import { compareStored } from "#workers/watch-home.ts";
import type { Finding } from "../client/output.ts";
import { examineHome } from "./examine-home.ts";

let folder: string;
let home: string;
let upload: UploadId;
let original: string;

const open = () => openParlance(readConfig({ PARLANCE_HOME: home }));
const put = (instance: Instance, prefix: string, text: string) =>
  instance.blobs.put(
    prefix,
    (async function* () {
      yield Buffer.from(text);
    })(),
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlance-doctor-"));
  home = join(folder, "home");
  const instance = await open();
  const { id } = await createCollection(instance.within(defaultScope).store, { name: "Garden" });
  upload = await createUpload(instance.within(defaultScope).store, {
    cleaner,
    collection: id,
    filename: "garden.log",
  });
  const blob = await put(instance, blobPrefix(upload), "[10:00] <a> b");
  await receivedUpload(instance.within(defaultScope).store, upload, blob);
  original = join(home, "blobs", blob.key);
  await instance.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const examine = (minFreeBytes: number | undefined = undefined) =>
  examineHome({ ...readConfig({ PARLANCE_HOME: home }), minFreeBytes });
/** The problems found, as state and code. */
const amiss = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== "ok").map(({ state, code }) => `${state} ${code}`);

describe("examining a home", () => {
  it("finds nothing in a sound one, also while it is open", async () => {
    const findings = await examine(0);
    expect(amiss(findings)).toEqual([]);
    expect(findings.map(({ name }) => name)).toEqual([
      "disk",
      "home",
      "database",
      "indexes",
      "stored files",
    ]);
    const instance = await open();
    expect(amiss(await examine(0))).toEqual([]);
    await instance.close();
  });

  it("reports that there is none yet, and that the disk is nearly full", async () => {
    expect(await examineHome(readConfig({ PARLANCE_HOME: `${home}.none` }))).toEqual([
      { name: "home", state: "note", detail: `${home}.none does not exist yet` },
    ]);
    expect(amiss(await examine(2 ** 60))).toEqual(["bad disk-full"]);
  });

  it("finds a damaged database and a missing one", async () => {
    const path = join(home, "parlance.db");
    const bytes = await readFile(path);
    bytes.fill(0, 4096 * 3, 4096 * 6);
    await writeFile(path, bytes);
    const damaged = (await examine(0)).find(({ code }) => code === "database-damaged");
    expect(damaged?.items?.length).toBeGreaterThan(0);
    for (const name of await readdir(home))
      if (name.startsWith("parlance.db")) await rm(join(home, name));
    expect(amiss(await examine(0))).toEqual(["bad database-missing", "note database-absent"]);
  });

  it("finds files that are missing and files that no row names", async () => {
    const instance = await open();
    const stray = await put(instance, "uploads/stray", "left behind");
    await instance.close();
    const path = join(home, "blobs", stray.key);
    const long = new Date(Date.now() - 2 * 24 * 3_600_000);
    await utimes(path, long, long);
    await rm(original);
    const findings = await examine(0);
    expect(amiss(findings)).toEqual(["bad blobs-missing", "note blobs-orphaned"]);
    expect(findings.find(({ code }) => code === "blobs-missing")?.detail).toContain("garden.log");
  });
});

describe("housekeeping of stored files", () => {
  it("removes files that no row names, and reports missing ones on the upload and in the health", async () => {
    const instance = await open();
    const stray = await put(instance, "uploads/stray", "left behind");
    const path = join(home, "blobs", stray.key);
    await compareStored(instance);
    expect(await instance.blobs.find(stray.key)).toBeDefined();
    const long = new Date(Date.now() - 2 * 24 * 3_600_000);
    await utimes(path, long, long);
    const bytes = await readFile(original);
    await rm(original);
    await compareStored(instance);
    await compareStored(instance);
    expect(await instance.blobs.find(stray.key)).toBeUndefined();
    expect(instance.health.parts().map(({ code }) => code)).toEqual(["blobs-missing"]);
    const marked = await readUpload(instance.within(defaultScope).store.rows, upload);
    expect(marked?.problemCount).toBe(1);
    expect(marked?.problems).toMatchObject([{ code: "original-missing", place: "garden.log" }]);
    await writeFile(original, bytes);
    await compareStored(instance);
    expect(instance.health.parts()).toEqual([]);
    expect((await readUpload(instance.within(defaultScope).store.rows, upload))?.problemCount).toBe(
      0,
    );
    await instance.close();
  });
});
