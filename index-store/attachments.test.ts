// Attachments of an index: files stay with their version, are checked before they are used, and are removed when told to.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportIndex, type IndexStore, restoreIndex } from "./index-store.ts";
import { documents, ids } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const frame = (size: number, seed: number) =>
  Uint8Array.from({ length: size }, (_, place) => (place * seed) % 251);

const bytes = (text: string) => new TextEncoder().encode(text);

/** An index with two versions and an analysis of each. */
const analysed = async () => {
  const { store } = await openedIndex();
  for (const [place, add] of [documents(ids(0, 10)), documents(ids(10, 20))].entries()) {
    const version = await store.commit({ add: [add] }, { message: `${place + 1}` });
    if (!version) throw new Error("nothing was committed");
    await store.attach(
      version,
      "analysis",
      new Map([
        ["frame.arrow", frame(100, place + 1)],
        ["points.bin", frame(50_000, place + 1)],
        ["topics.json", bytes(`{"run":${place + 1}}`)],
      ]),
      { message: `run ${place + 1}` },
    );
  }
  return store;
};

const fileOf = async (store: IndexStore, name: string, address?: number) =>
  (await store.attached("analysis", address))?.files.get(name);

describe("attachments", () => {
  it("come back as they were, the newest or those of a version", async () => {
    const store = await analysed();
    const newest = await store.attached("analysis");
    expect(newest).toMatchObject({ version: 2, message: "run 2" });
    expect([...(newest?.files.keys() ?? [])].sort()).toEqual([
      "frame.arrow",
      "points.bin",
      "topics.json",
    ]);
    expect(await (await fileOf(store, "points.bin"))?.read()).toEqual(
      Buffer.from(frame(50_000, 2)),
    );
    expect(await (await fileOf(store, "points.bin", 1))?.read()).toEqual(
      Buffer.from(frame(50_000, 1)),
    );
    const topics = await fileOf(store, "topics.json", 1);
    expect(topics).toMatchObject({ path: null, size: 9 });
    expect(Buffer.from((await topics?.read()) ?? []).toString()).toBe('{"run":1}');
    // Large by its kind, so that git-lfs finds a pointer where it looks for one.
    expect((await fileOf(store, "frame.arrow"))?.path).toContain("lfs/objects");
    expect(await store.attached("other")).toBeUndefined();
    await expect(store.attached("analysis", 7)).rejects.toMatchObject({ code: "unknown-version" });
  });

  it("are there for who opens the index again, and after a roll-back", async () => {
    const store = await analysed();
    await store.rollBack(1);
    expect(await store.attached("analysis", 3)).toBeUndefined();
    expect((await store.attached("analysis"))?.version).toBe(2);
    const { store: again } = await openedIndex(store.path);
    expect((await again.attachments("analysis")).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("are proven before they are used, and a scrub finds the damaged one", async () => {
    const store = await analysed();
    expect((await store.verify()).damaged).toEqual([]);
    const file = await fileOf(store, "points.bin");
    await writeFile(file?.path ?? "", frame(50_000, 7));
    await expect(file?.read()).rejects.toMatchObject({ code: "damaged" });
    await expect(file?.check()).rejects.toMatchObject({ code: "damaged" });
    expect(await (await fileOf(store, "points.bin", 1))?.read()).toHaveLength(50_000);
    expect((await store.verify()).damaged).toEqual(["attachments/analysis/2/points.bin"]);
    const searcher = await store.searcher();
    expect(searcher.rows).toBe(20);
    searcher.close();
  });

  it("keep the newest when the others are let go", async () => {
    const store = await analysed();
    await store.detach("analysis", { keep: 1 });
    expect((await store.attachments("analysis")).map(({ version }) => version)).toEqual([2]);
    const head = await store.head();
    const files = new Map([["topics.json", bytes("{}")]]);
    for (const message of ["3", "4"])
      await store.attach(head?.id ?? "", "analysis", files, { message, keep: 2 });
    const kept = await store.attachments("analysis");
    expect(kept.map(({ message }) => message)).toEqual(["4", "3"]);
    const [, older] = kept;
    expect((await store.attached("analysis", 2, older?.id))?.message).toBe("3");
    expect(await store.attached("analysis", 1, older?.id)).toBeUndefined();
    await store.detach("analysis", { keep: 1 });
    await expect(store.attach("0".repeat(40), "analysis", files)).rejects.toMatchObject({
      code: "unknown-version",
    });
    expect((await store.attached("analysis"))?.message).toBe("4");
    expect(await (await fileOf(store, "topics.json"))?.read()).toEqual(Buffer.from("{}"));
  });

  it("travel in a copy; one that is damaged stays behind, and is no reason to have no copy", async () => {
    const store = await analysed();
    const folder = await temporaryFolder();
    await exportIndex(store, join(folder, "whole"));
    await restoreIndex(join(folder, "whole"), join(folder, "restored"));
    const { store: restored } = await openedIndex(join(folder, "restored"));
    expect(await restored.attachments("analysis")).toEqual(await store.attachments("analysis"));
    expect((await restored.verify()).damaged).toEqual([]);
    const file = await fileOf(store, "points.bin", 1);
    await writeFile(file?.path ?? "", "broken");
    await exportIndex(store, join(folder, "lesser"));
    const { store: lesser } = await openedIndex(join(folder, "lesser"));
    expect(await lesser.attached("analysis")).toBeUndefined();
    expect((await lesser.versions()).map(({ number }) => number)).toEqual([2, 1]);
    expect((await lesser.verify()).damaged).toEqual([]);
  });

  it("go without a trace when they are erased, and are not attached to what was purged since", async () => {
    const store = await analysed();
    const searcher = await store.searcher();
    const { version } = searcher;
    searcher.close();
    const path = (await fileOf(store, "points.bin"))?.path ?? "";
    await store.eraseAttachments();
    expect(await store.attached("analysis")).toBeUndefined();
    await expect(writeFile(path, "", { flag: "r+" })).rejects.toThrow(/ENOENT/);
    expect((await store.verify()).damaged).toEqual([]);
    await store.purge(["chunk-3"]);
    const late = new Map([["topics.json", bytes("{}")]]);
    await expect(store.attach(version, "analysis", late)).rejects.toMatchObject({
      code: "conflict",
    });
    const now = await store.head();
    expect(now && (await store.attach(now, "analysis", late))?.version).toBe(2);
  });
});
