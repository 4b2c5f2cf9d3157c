// Erasure: after it not a byte of a row's text, words, id or vector is in any file, compressed ones included.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { IndexStore } from "./index-store.ts";
import { documents, documentsOf, ids, rowOf } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { canary, tracesIn } from "./testing/traces.ts";

const run = promisify(execFile);

/** What each version says it holds, added and removed, oldest first. */
const figures = async (store: IndexStore) =>
  (await store.versions())
    .map(({ rows, added, removed }) => [rows, added, removed] as const)
    .reverse();

/** Rows of the version before + added − removed = its own rows, all the way. */
const addUp = (versions: readonly (readonly [number, number, number])[]) =>
  versions.every(
    ([rows, added, removed], at) => (versions[at - 1]?.[0] ?? 0) + added - removed === rows,
  );

describe("purge", () => {
  it("makes what versions say they added and removed true again", async () => {
    const { store } = await openedIndex();
    const make = async (add: readonly string[], remove: readonly string[] = []) =>
      store.commit({ add: add.length > 0 ? [documents(add)] : [], remove }, { message: "." });
    await make(ids(0, 10));
    await make(ids(10, 20), ids(0, 3));
    await store.merge({ all: true });
    // Three that come back, and two that are replaced.
    await make(ids(0, 3));
    await make(ids(5, 7));
    await make([], ids(15, 20));
    const before = await figures(store);
    expect(before).toEqual([
      [10, 10, 0],
      [17, 10, 3],
      [17, 0, 0],
      [20, 3, 0],
      [20, 0, 0],
      [15, 0, 5],
    ]);
    expect(addUp(before)).toBe(true);
    await store.purge(["chunk-0", "chunk-5", "chunk-12", "chunk-16", "chunk-9"]);
    const after = await figures(store);
    expect(after).toEqual([
      [7, 7, 0],
      [13, 8, 2],
      [13, 0, 0],
      [15, 2, 0],
      [15, 0, 0],
      [11, 0, 4],
    ]);
    expect(addUp(after)).toBe(true);
    for (const [at, [rows]] of after.entries()) {
      const searcher = await store.searcher(at + 1);
      expect(searcher.rows).toBe(rows);
      searcher.close();
    }
    await store.purge(["chunk-0"]);
    expect(await figures(store)).toEqual(after);
  });

  it("leaves nothing of a row in any version or file", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 20)), documentsOf([canary])] }, { message: "1" });
    await store.commit({ add: [documents(ids(20, 40))] }, { message: "2" });
    await store.merge({ all: true });
    await store.commit({ remove: [canary.id, "chunk-3"] }, { message: "4" });
    await store.tag(2, "kept");
    for (const version of await store.versions()) {
      const text = `${canary.text} ${canary.author} ${version.number}`;
      const files = ["topics.json", "frame.arrow"].map(
        (name) => [name, Buffer.from(text)] as const,
      );
      await store.attach(version, "analysis", new Map(files));
    }
    await store.detach("analysis", { keep: 2 });
    expect(await tracesIn(store.path)).toEqual(["author", "id", "vector", "word"]);
    const searcher = await store.searcher(2);
    const before = (await store.versions()).map(({ number, message, at }) => [number, message, at]);
    await store.purge([canary.id]);
    searcher.close();
    expect(await tracesIn(store.path)).toEqual([]);
    const after = await store.versions();
    expect(after.map(({ number, message, at }) => [number, message, at])).toEqual(before);
    expect(after.map(({ rows }) => rows)).toEqual([39, 40, 40, 20]);
    expect((await store.verify()).damaged).toEqual([]);
    const kept = await store.searcher("kept");
    expect(kept.rows).toBe(40);
    expect(kept.vector("chunk-7")).toEqual(rowOf("chunk-7").vector);
    expect(kept.vector("chunk-3")).toBeDefined();
    expect(kept.lexical(anyOf("zanzibarcanary"), { k: 5 }).hits).toEqual([]);
    kept.close();
    const head = await store.searcher();
    expect(head.vector("chunk-3")).toBeUndefined();
    head.close();
    expect(await store.commit({ add: [documents(["new"])] }, { message: "5" })).toMatchObject({
      number: 5,
    });
  });

  it("removes what a killed writer left of a row that no version has", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 5))] }, { message: "1" });
    const { store: other } = await openedIndex();
    await other.commit({ add: [documentsOf([canary])] }, { message: "elsewhere" });
    await run("cp", ["-r", join(other.path, "lfs"), store.path]);
    expect(await tracesIn(store.path)).toContain("vector");
    await store.purge([canary.id]);
    expect(await tracesIn(store.path)).toEqual([]);
  });

  it("goes on while others commit, and keeps what they commit", { timeout: 60_000 }, async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 5)), documentsOf([canary])] }, { message: "1" });
    for (const place of [1, 2, 3])
      await store.commit({ add: [documents(ids(place * 5, place * 5 + 5))] }, { message: "some" });
    const { store: other } = await openedIndex(store.path);
    const others = async () => {
      for (let place = 4; place < 9; place++)
        await other.commit(
          { add: [documents(ids(place * 5, place * 5 + 5))] },
          { message: "other" },
        );
    };
    await Promise.all([others(), store.purge([canary.id])]);
    expect(await tracesIn(store.path)).toEqual([]);
    const searcher = await store.searcher();
    expect(searcher).toMatchObject({ rows: 45, degraded: null });
    searcher.close();
    expect(await store.versions()).toHaveLength(9);
  });

  it("removes a segment that has no other rows", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documentsOf([canary])] }, { message: "1" });
    await store.purge([canary.id, "unknown"]);
    expect(await tracesIn(store.path)).toEqual([]);
    const searcher = await store.searcher();
    expect(searcher).toMatchObject({ rows: 0, degraded: null });
    searcher.close();
  });

  it("is known to whoever holds a searcher, by whichever process it was done", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 5)), documentsOf([canary])] }, { message: "1" });
    const { store: other } = await openedIndex(store.path);
    const held = await Promise.all([store.searcher(), store.searcher(1), other.searcher()]);
    const erased = () => Promise.all(held.map((searcher) => searcher.isErased()));
    await store.commit({ add: [documents(ids(5, 9))] }, { message: "2" });
    await store.merge({ all: true });
    await store.purge(["nobody"]);
    await store.eraseAttachments();
    expect(await erased()).toEqual([false, false, false]);
    await store.purge([canary.id]);
    expect(await erased()).toEqual([true, true, true]);
    for (const searcher of held) searcher.close();
    for (const one of [store, other])
      for (const address of [undefined, 1]) {
        const next = await one.searcher(address);
        expect(await next.isErased()).toBe(false);
        expect(next.lexical(anyOf("zanzibarcanary"), { k: 5 }).hits).toEqual([]);
        expect(next.vector(canary.id)).toBeUndefined();
        next.close();
      }
  });

  it("is known after it was killed between moving the head and telling of it", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 5))] }, { message: "1" });
    const searcher = await store.searcher();
    await writeFile(join(store.path, "erasure-pending"), "");
    await store.collectGarbage();
    expect(await searcher.isErased()).toBe(true);
    searcher.close();
  });
});
