// Healing: a damaged segment is found, its rows are named, and it is written again with the same rows, whatever was damaged.
import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openGitHistory } from "./history/git.ts";
import type { Documents, IndexStore, Searcher } from "./index-store.ts";
import { type SegmentFile, segmentParts } from "./manifest.ts";
import { documents, ids, rowOf } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { readState } from "./version-state.ts";

type Harm = (path: string) => Promise<void>;

const harms: readonly (readonly [string, Harm])[] = [
  [
    "flipped",
    async (path) => {
      const bytes = await readFile(path);
      const at = bytes.length >> 1;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  ],
  ["cut", async (path) => writeFile(path, (await readFile(path)).subarray(0, 9))],
  ["deleted", (path) => rm(path)],
];

const cases = segmentParts.flatMap((part) =>
  harms.map(([name, harm]) => [part, name, harm] as const),
);

/** What the searcher says, except where rows lie. */
const answers = async (searcher: Searcher) => {
  const within = searcher.select({ kind: "in", column: "author", values: ["ada"] });
  const named = (found: readonly { id: string; score: number }[]) =>
    found.map(({ id, score }) => [id, score]);
  const vectors = new Map<string, readonly number[]>();
  for await (const batch of searcher.scan(9))
    for (const [at, id] of batch.ids.entries())
      vectors.set(id, [...batch.vectors.data.subarray(at * searcher.dim, (at + 1) * searcher.dim)]);
  return {
    rows: searcher.rows,
    semantic: named(await searcher.semantic(rowOf("q").vector, { k: 500 })),
    filtered: named(await searcher.semantic(rowOf("q").vector, { k: 500, within })),
    lexical: named(searcher.lexical(anyOf("apple", "bread", "frost"), { k: 500 }).hits),
    facets: [searcher.facet("author", undefined, 9), searcher.histogram("at", within, 10)],
    vectors: [...vectors].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
};

const asked = async (store: IndexStore) => {
  const searcher = await store.searcher();
  const said = { ...(await answers(searcher)), degraded: searcher.degraded };
  searcher.close();
  return said;
};

/** Segments of 30, 20 and 10 rows, of which some of the second are deleted. */
const filled = async () => {
  const { store } = await openedIndex();
  await store.commit({ add: [documents(ids(0, 30))] }, { message: "1", batches: ["b1"] });
  await store.commit({ add: [documents(ids(30, 50))] }, { message: "2", batches: ["b2"] });
  await store.commit(
    { add: [documents(ids(50, 60))], remove: ids(33, 37) },
    { message: "3", batches: ["b3"] },
  );
  return store;
};

const liveOfSecond = [...ids(30, 33), ...ids(37, 50)].sort();

/** The segment of 20 rows in the newest version, and the paths of its files. */
const secondSegment = async (store: IndexStore) => {
  const history = await openGitHistory({ path: store.path, now: Date.now });
  const head = await history.head();
  if (head === null) throw new Error("there is no version");
  const state = readState(await history.read(head));
  const entry = state.manifest.segments.find(({ rows }) => rows === 20);
  if (entry === undefined) throw new Error("there is no such segment");
  const pathOf = (part: SegmentFile) => history.objectPath(entry.files[part]);
  return { entry, pathOf, deleted: state.deleted.get(entry.id), segments: state.manifest.segments };
};

/** What a caller does: which rows does the segment hold, then their documents anew. */
const documentsFor = async (
  store: IndexStore,
  known: readonly string[] | null,
): Promise<Documents> => {
  if (known !== null) return documents(known);
  const there = new Set<string>();
  for await (const segment of store.liveIds()) for (const id of segment.ids) there.add(id);
  const indexed = ids(0, 60).filter((id) => !ids(33, 37).includes(id));
  return documents(indexed.filter((id) => !there.has(id)));
};

describe("a damaged segment", () => {
  it.each(cases)(
    "whose %s are %s is found and rebuilt",
    { timeout: 60_000 },
    async (part, _, harm) => {
      const store = await filled();
      const before = await asked(store);
      const { entry, pathOf } = await secondSegment(store);
      expect(await store.damagedSegments()).toEqual([]);
      await store.close();
      await harm(pathOf(part));
      const { store: reopened } = await openedIndex(store.path);
      const damaged = await reopened.damagedSegments();
      expect(damaged).toMatchObject([{ id: entry.id, files: [part], live: 16 }]);
      expect(await reopened.damagedSegments([entry.id])).toEqual(damaged);
      expect(await reopened.damagedSegments(["another"])).toEqual([]);
      const known = damaged[0]?.ids ?? null;
      if (part === "columns") expect(known).toBeNull();
      else expect([...(known ?? [])].sort()).toEqual(liveOfSecond);
      const given = await documentsFor(reopened, known);
      expect([...given.ids].sort()).toEqual(liveOfSecond);
      const version = await reopened.rebuildSegment(entry.id, given);
      expect(version).toMatchObject({ number: 4, message: `Rebuild segment ${entry.id}` });
      expect(await reopened.damagedSegments()).toEqual([]);
      const after = await asked(reopened);
      expect(after.degraded).toBeNull();
      // Rows that were deleted are not written again: words count over fewer rows, so scores by words move a little.
      expect({ ...after, lexical: null }).toEqual({ ...before, lexical: null });
      const found = (said: typeof after) => said.lexical.map(([id]) => id).sort();
      expect(found(after)).toEqual(found(before));
      expect([...(await reopened.batches())]).toEqual(["b1", "b2", "b3"]);
      expect((await reopened.versions({ limit: 1 }))[0]).toMatchObject({
        added: 0,
        removed: 0,
        rows: 56,
      });
      // Once more: the rebuilt one is a segment like any other, and the old one is not there to be rebuilt.
      expect(await reopened.rebuildSegment(entry.id, given)).toBeNull();
      expect(await reopened.merge({ all: true })).not.toBeNull();
      expect({ ...(await asked(reopened)), lexical: null }).toEqual({ ...before, lexical: null });
    },
  );

  it("is rebuilt with its deleted rows still deleted where they are given too, again and again", async () => {
    const store = await filled();
    const before = await asked(store);
    for (const part of ["vectors", "words", "texts", "vectors"] as const) {
      const { entry, pathOf, deleted } = await secondSegment(store);
      await rm(pathOf(part));
      await store.rebuildSegment(entry.id, documents(ids(30, 50)));
      const now = await secondSegment(store);
      expect(now.entry.id).not.toBe(entry.id);
      expect(now.entry.deleted).toBe(4);
      expect(now.deleted).toEqual(deleted);
      expect(await asked(store)).toEqual(before);
    }
    expect((await store.head())?.number).toBe(7);
  });

  it("is rebuilt from its own files where only its words are damaged", async () => {
    const store = await filled();
    const before = await asked(store);
    const { entry, pathOf } = await secondSegment(store);
    await rm(pathOf("words"));
    expect((await store.damagedSegments())[0]?.files).toEqual(["words"]);
    expect(await store.rebuildSegment(entry.id)).toMatchObject({ number: 4 });
    expect(await asked(store)).toEqual(before);
    const now = await secondSegment(store);
    await writeFile(now.pathOf("vectors"), "broken");
    await expect(store.rebuildSegment(now.entry.id)).rejects.toMatchObject({ code: "damaged" });
  });

  it("is not rebuilt from other rows than its own", async () => {
    const store = await filled();
    const { entry, pathOf } = await secondSegment(store);
    const refused = { code: "bad-documents" };
    for (const given of [
      ids(30, 49),
      [...ids(30, 50), "chunk-99"],
      [...ids(30, 50), "chunk-3"],
      [],
    ])
      await expect(store.rebuildSegment(entry.id, documents(given))).rejects.toMatchObject(refused);
    await rm(pathOf("columns"));
    const { store: reopened } = await openedIndex(store.path);
    await expect(
      reopened.rebuildSegment(entry.id, documents([...ids(30, 33), "chunk-3"])),
    ).rejects.toMatchObject(refused);
    expect((await reopened.head())?.number).toBe(3);
  });

  it("is dropped where none of its rows can be had", async () => {
    const store = await filled();
    const { entry, pathOf } = await secondSegment(store);
    await store.close();
    await rm(pathOf("columns"));
    const { store: reopened } = await openedIndex(store.path);
    await reopened.rebuildSegment(entry.id, documents([]));
    expect(await asked(reopened)).toMatchObject({ rows: 40, degraded: null });
    expect((await reopened.versions({ limit: 1 }))[0]).toMatchObject({ removed: 16, segments: 2 });
  });

  it("is rebuilt beside other writers", async () => {
    const store = await filled();
    const { entry, pathOf } = await secondSegment(store);
    await rm(pathOf("vectors"));
    const { store: other } = await openedIndex(store.path);
    await Promise.all([
      store.rebuildSegment(entry.id, documents(ids(30, 50))),
      other.commit({ add: [documents(ids(60, 65))], remove: ["chunk-40"] }, { message: "other" }),
    ]);
    expect(await asked(store)).toMatchObject({ rows: 60, degraded: null });
    expect(await store.damagedSegments()).toEqual([]);
  });

  it("no longer keeps rows from being erased once it is rebuilt", async () => {
    const store = await filled();
    const { entry, pathOf } = await secondSegment(store);
    await writeFile(pathOf("vectors"), "broken");
    await expect(store.purge(["chunk-40"])).rejects.toMatchObject({ code: "damaged" });
    await store.rebuildSegment(entry.id, documents(liveOfSecond));
    await store.purge(["chunk-40"]);
    expect(await asked(store)).toMatchObject({ rows: 55, degraded: null });
  });
});
