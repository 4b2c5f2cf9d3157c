// Tests that a backup contains the results of analyses, and that work which was waiting has its jobs again after a restore.
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { defaultScope } from "#services/domain/scope.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import { aResult, aTopic } from "#services/store/analyses.builders.ts";
import { beginAnalysis, finishAnalysis, requestAnalysis } from "#services/store/analyses.ts";
import { createCollection } from "#services/store/collections.ts";
import { listTopics } from "#services/store/topics.ts";
import { openParlance } from "#services/wire.ts";
import { reconcile } from "../../workers/reconcile.ts";
import { readBackup, writeBackup } from "./backup-archive.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const openHome = async (home: string) => {
  const instance = await openParlance(
    readConfig({ PARLANCE_HOME: home, PARLANCE_INDEX_ENGINE: "flat" }),
    { embedder: async () => openHashEmbedder() },
  );
  closers.push(() => instance.close());
  return { instance, ...instance.within(defaultScope) };
};

const aDocument = (id: string) => ({
  ids: [id],
  vectors: { dim: 64, rows: 1, data: new Float32Array(64).fill(0.125) },
  texts: ["frost tonight"],
  columns: { author: ["ada"] },
});

/** A home with one collection, one version, and an analysis of it. */
const anAnalysedHome = async (home: string) => {
  const parlance = await openHome(home);
  const { store, indexes } = parlance;
  const { id } = await createCollection(store, { name: "Garden" });
  await store.rows.updateTable("collections").set({ dim: 64, version: 1 }).execute();
  const index = await indexes.open(id);
  const version = await index.commit(
    {
      add: [aDocument("chk_0000000000000000")],
    },
    { message: "1" },
  );
  if (!version) throw new Error("nothing was committed");
  const frame = new Uint8Array(30_000).fill(7);
  await index.attach(version, "analysis", new Map([["frame.arrow", frame]]));
  await requestAnalysis(store, { collection: id, mode: "update" });
  const begun = await beginAnalysis(store, id, version.number);
  if (begun) await finishAnalysis(store, begun.id, aResult([aTopic("frost")]));
  await store.rows.deleteFrom("jobs").execute();
  return { parlance, id };
};

describe("a backup", () => {
  it("restores topics and the files of the analysis completely", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-backup-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const home = join(folder, "home");
    const { parlance, id } = await anAnalysedHome(home);
    // An analysis that was requested, but whose job is not in the copy.
    await requestAnalysis(parlance.store, { collection: id, mode: "refit" });
    await parlance.store.rows.deleteFrom("jobs").execute();
    await writeBackup(
      { path: home, database: parlance.instance.database },
      join(folder, "backup.tar"),
    );
    await readBackup(join(folder, "backup.tar"), join(folder, "restored"));
    const restored = await openHome(join(folder, "restored"));
    expect((await listTopics(restored.store.rows, id)).map(({ title }) => title)).toEqual([
      "frost",
    ]);
    const index = await restored.indexes.open(id);
    const attached = await index.attached("analysis", 1);
    expect(await attached?.files.get("frame.arrow")?.read()).toHaveLength(30_000);
    expect((await index.verify()).damaged).toEqual([]);
    await reconcile(restored.instance);
    const jobs = await restored.store.rows.selectFrom("jobs").select("name").execute();
    expect(jobs.map(({ name }) => name)).toEqual(["analysis.due"]);
  });

  it("has the indexes of a folder outside of the home too, and restores them into it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-backup-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const [home, indexes] = [join(folder, "home"), join(folder, "shared")];
    const { parlance, id } = await anAnalysedHome(home);
    await rename(join(home, "collections"), indexes);
    await writeFile(join(indexes, "home.json"), "{}");
    const { database } = parlance.instance;
    await writeBackup({ path: home, database, indexes }, join(folder, "backup.tar"));
    await readBackup(join(folder, "backup.tar"), join(folder, "restored"));
    expect(await readdir(join(folder, "restored", "collections"))).toEqual([id]);
    const restored = await openHome(join(folder, "restored"));
    expect((await (await restored.indexes.open(id)).verify()).damaged).toEqual([]);
  });

  it("has whole indexes, also while others commit to them and erase from them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parlance-backup-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const home = join(folder, "home");
    const { parlance, id } = await anAnalysedHome(home);
    const index = await parlance.indexes.open(id);
    let isOver = false;
    const write = async () => {
      for (let n = 1; !isOver; n++) {
        const name = `chk_${String(n).padStart(16, "0")}`;
        await index.commit({ add: [aDocument(name)] }, { message: name });
        if (n % 3 === 0) await index.purge([name]);
      }
    };
    const writing = write();
    for (let n = 0; n < 4; n++) {
      const file = join(folder, `${n}.tar`);
      await writeBackup({ path: home, database: parlance.instance.database }, file);
      await readBackup(file, join(folder, `${n}`));
      const restored = await openHome(join(folder, `${n}`));
      const copy = await restored.indexes.open(id);
      expect((await copy.verify()).damaged).toEqual([]);
      expect((await copy.versions()).length).toBeGreaterThan(0);
    }
    isOver = true;
    await writing;
  }, 120_000);
});
