// Dropping old versions: who reads one goes on, nobody else meets it, and its bytes are gone.
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openGitHistory } from "./history/git.ts";
import { openIndexStore } from "./index-store.ts";
import { DIM, documents, ids, rowOf, schema } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const newestAlone = { days: 0 };

const threeVersions = async () => {
  const folder = await temporaryFolder();
  const { store, warnings } = await openedIndex(folder);
  await store.commit({ add: [documents(ids(0, 40))] }, { message: "1" });
  await store.commit({ add: [documents(ids(40, 80))], remove: ["chunk-1"] }, { message: "2" });
  await store.merge({ all: true });
  return { folder, store, warnings };
};

describe("dropped versions", () => {
  it("answer those who have them open, and nobody who asks for them later", async () => {
    const { store } = await threeVersions();
    const before = await store.searcher(1);
    const size = await store.size();
    expect(await store.dropVersions(newestAlone)).toBeGreaterThan(0);
    expect(await store.size()).toBeLessThan(size * 0.7);
    const [hit] = await before.semantic(rowOf("chunk-1").vector, { k: 1 });
    expect(hit?.id).toBe("chunk-1");
    expect(before.lexical(anyOf("apple"), { k: 50 }).total).toBeGreaterThan(0);
    before.close();
    expect((await store.versions()).map(({ number }) => number)).toEqual([3]);
    await expect(store.searcher(1)).rejects.toMatchObject({ code: "unknown-version" });
    await expect(store.diff(1, 3)).rejects.toMatchObject({ code: "unknown-version" });
    await expect(store.rollBack(2)).rejects.toMatchObject({ code: "unknown-version" });
    await expect(store.tag(2, "late")).rejects.toMatchObject({ code: "unknown-version" });
    expect(await store.verify()).toMatchObject({ damaged: [] });
  });

  it("stay dropped for another handle, which goes on committing and erasing", async () => {
    const { folder, store } = await threeVersions();
    await store.dropVersions(newestAlone);
    const { store: other, warnings } = await openedIndex(folder);
    await other.commit({ add: [documents(ids(80, 90))] }, { message: "4" });
    await other.purge(["chunk-2"]);
    expect((await other.versions()).map(({ number }) => number)).toEqual([4, 3]);
    expect(
      (await (await other.searcher(3)).semantic(rowOf("chunk-2").vector, { k: 1 }))[0]?.id,
    ).not.toBe("chunk-2");
    expect(warnings).toEqual([]);
  });

  it("keep those with a name or an analysis, and those that are to be kept", async () => {
    const { store } = await threeVersions();
    await store.tag(1, "first");
    const second = (await store.versions()).find(({ number }) => number === 2);
    await store.attach(second?.id ?? "", "analysis", new Map([["a.json", Buffer.from("{}")]]));
    expect(await store.dropVersions(newestAlone)).toBe(0);
    await store.detach("analysis");
    expect(await store.dropVersions({ days: 0, keep: new Set([2]) })).toBe(0);
    expect(await store.dropVersions(newestAlone)).toBeGreaterThan(0);
    expect((await store.versions()).map(({ number }) => number)).toEqual([3, 1]);
    const searcher = await store.searcher("first");
    expect(searcher.rows).toBe(40);
    searcher.close();
  });

  it("are passed over where the newest version is damaged", async () => {
    const { folder, store } = await threeVersions();
    await store.tag(1, "first");
    await store.dropVersions(newestAlone);
    const objects = (await readdir(join(folder, "lfs/objects"), { recursive: true })).filter(
      (name) => /[0-9a-f]{64}$/.test(name),
    );
    const history = await openGitHistory({ path: folder, now: Date.now });
    const old = new Set<string>();
    for (const file of (await history.read(await history.find(1))).values())
      if (file.kind === "object") old.add(file.object.sha256);
    for (const name of objects)
      if (!old.has(name.split("/").at(-1) ?? "")) await rm(join(folder, "lfs/objects", name));
    const { store: again } = await openedIndex(folder);
    const searcher = await again.searcher();
    expect(searcher.degraded?.reason).toBeDefined();
    expect(searcher.version.number).toBe(1);
    searcher.close();
  });

  it("come back as a last resort where no other record can be read", async () => {
    const { folder, store } = await threeVersions();
    await store.dropVersions(newestAlone);
    const history = await openGitHistory({ path: folder, now: Date.now });
    const { id } = (await history.head()) ?? { id: "" };
    await rm(join(folder, "objects", id.slice(0, 2), id.slice(2)));
    await store.close();
    const { store: again } = await openedIndex(folder);
    expect(await again.isRecordWhole()).toBe(false);
    const damaged = await again.damagedSegments();
    expect(damaged.length).toBeGreaterThan(0);
    for (const [at, segment] of damaged.entries())
      await again.rebuildSegment(segment.id, documents([`chunk-${at}`]));
    expect(await again.isRecordWhole()).toBe(true);
    expect((await again.versions()).length).toBeGreaterThan(0);
    const searcher = await again.searcher();
    expect(searcher.degraded).toBeNull();
    searcher.close();
  });

  it("wait while another process writes", async () => {
    const { folder, store } = await threeVersions();
    const writer = await openGitHistory({ path: folder, now: Date.now });
    const release = await writer.hold();
    expect(await store.dropVersions(newestAlone)).toBe(0);
    await release();
    expect(await store.dropVersions(newestAlone)).toBeGreaterThan(0);
  });

  it("are kept by the hour and the day", async () => {
    let now = Date.UTC(2026, 5, 15, 10, 10);
    const store = await openIndexStore({
      path: await temporaryFolder(),
      dim: DIM,
      schema,
      now: () => now,
      newId: randomUUID,
      engine: "flat",
    });
    for (const [number, minutes] of [0, 10, 60, 65, 48 * 60].entries()) {
      now += minutes * 60_000;
      await store.commit({ add: [documents([`chunk-${number}`])] }, { message: "more" });
    }
    await store.dropVersions({ days: 7 });
    // 10:10 and 10:20 made way for 11:20, and that for 12:25, two days before the last.
    expect((await store.versions()).map(({ number }) => number)).toEqual([5, 4]);
    await store.close();
  });
});
