// Erasure: after it not a byte of a row's text, words, id or vector is in any file, compressed ones included.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { IndexStore } from "./index-store.ts";
import { documents, documentsOf, ids, type Row, rowOf } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";

const run = promisify(execFile);

const canary: Row = {
  ...rowOf("canary-id-4711"),
  text: "apple zanzibarcanary frost",
  author: "secretauthor",
};

/** Whatever could be in this file: its bytes, and what they are when unpacked. */
const readings = (bytes: Buffer): Buffer[] => {
  const found = [bytes];
  for (const unpack of [inflateSync, zstdDecompressSync])
    try {
      found.push(unpack(bytes));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  return found;
};

/** Names of the traces that are found anywhere under the folder, in git's packs as well. */
const tracesIn = async (folder: string): Promise<string[]> => {
  const vector = Buffer.from(canary.vector.buffer, canary.vector.byteOffset, 32);
  const traces = new Map<string, Buffer>([
    ["id", Buffer.from("canary-id-4711")],
    ["word", Buffer.from("zanzibarcanary")],
    ["author", Buffer.from("secretauthor")],
    ["vector", vector.subarray(0, 12)],
  ]);
  const found = new Set<string>();
  const look = (bytes: Buffer) => {
    for (const [name, trace] of traces) if (bytes.includes(trace)) found.add(name);
  };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      for (const bytes of readings(await readFile(join(entry.parentPath, entry.name)))) look(bytes);
  const packed = await run(
    "git",
    ["-C", folder, "cat-file", "--batch", "--batch-all-objects", "--unordered"],
    { encoding: "buffer", maxBuffer: 1 << 28 },
  );
  look(packed.stdout);
  return [...found].sort();
};

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
});
