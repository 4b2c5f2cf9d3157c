// The index as its users see it: commits, snapshots, filters, facets, versions.
import { describe, expect, it } from "vitest";
import { openGitHistory } from "./history/git.ts";
import { type Filter, IndexError, openIndexStore } from "./index-store.ts";
import { DIM, documents, documentsOf, ids, rowOf, schema } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const live = async (searcher: { scan(n: number): AsyncIterable<{ ids: string[] }> }) => {
  const found: string[] = [];
  for await (const batch of searcher.scan(7)) found.push(...batch.ids);
  return found.sort();
};

describe("an index", () => {
  it("answers nothing before its first version", async () => {
    const { store } = await openedIndex();
    const searcher = await store.searcher();
    expect(await store.head()).toBeNull();
    expect(searcher).toMatchObject({ rows: 0, degraded: null, version: { number: 0 } });
    expect(await searcher.semantic(rowOf("x").vector, { k: 5 })).toEqual([]);
    expect(searcher.lexical(anyOf("apple"), { k: 5 })).toEqual({ hits: [], total: 0 });
    expect(searcher.facet("author", undefined, 5)).toEqual([]);
    expect(searcher.extent("at")).toBeNull();
    searcher.close();
  });

  it("finds by meaning and by words what was committed", async () => {
    const { store } = await openedIndex();
    const version = await store.commit({ add: [documents(ids(0, 50))] }, { message: "first" });
    expect(version).toMatchObject({ number: 1, message: "first" });
    const searcher = await store.searcher();
    const [nearest, second] = await searcher.semantic(rowOf("chunk-7").vector, { k: 2 });
    expect(nearest?.id).toBe("chunk-7");
    expect(nearest?.score).toBeCloseTo(1, 5);
    expect(second?.score).toBeLessThan(1);
    const { hits, total } = searcher.lexical(anyOf("apple"), { k: 50 });
    const wanted = ids(0, 50).filter((id) => rowOf(id).text.includes("apple"));
    expect(hits.map(({ id }) => id).sort()).toEqual(wanted.sort());
    expect(total).toBe(wanted.length);
    expect(searcher.vector("chunk-3")).toEqual(rowOf("chunk-3").vector);
    expect(searcher.vector("nobody")).toBeUndefined();
    const [value] = searcher.read([...(nearest ? [nearest] : [])], ["author", "channel", "at"]);
    const { author, channel, at } = rowOf("chunk-7");
    expect(value).toEqual({ author, channel, at: Number.isNaN(at) ? null : at });
  });

  it("commits nothing for a writer that is told, right before, to let others go on", async () => {
    const path = await temporaryFolder();
    const options = { path, dim: DIM, schema, now: Date.now, engine: "flat" as const };
    const stalled = await openIndexStore({ ...options, newId: () => "stalled" });
    const other = await openIndexStore({ ...options, newId: () => "other" });
    await other.commit({ add: [documents(["a", "secret"])] }, { message: "1" });
    let asked = 0;
    // It stands still before its commit: the other one erases meanwhile, after which it has lost its place.
    const check = async () => {
      asked++;
      if (asked > 1) throw new Error("taken over");
      await other.commit({ remove: ["secret"] }, { message: "2" });
    };
    const late = stalled.commit({ add: [documents(["secret"])] }, { message: "late", check });
    await expect(late).rejects.toThrow("taken over");
    expect(asked).toBe(2);
    const searcher = await other.searcher();
    expect(await live(searcher)).toEqual(["a"]);
    searcher.close();
    expect((await other.head())?.number).toBe(2);
    await stalled.close();
    await other.close();
  });

  it("replaces a live id and removes", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(["a", "b", "c"])] }, { message: "1" });
    const version = await store.commit(
      { add: [documents(["b"], 1)], remove: ["c", "unknown"] },
      { message: "2" },
    );
    expect(version?.number).toBe(2);
    const searcher = await store.searcher();
    expect(await live(searcher)).toEqual(["a", "b"]);
    expect(searcher.vector("b")).toEqual(rowOf("b", 1).vector);
    const [summary] = await store.versions();
    expect(summary).toMatchObject({ rows: 2, added: 0, removed: 1 });
    expect(await store.diff(1, 2)).toEqual({ added: [], removed: ["c"] });
    expect(await store.diff(2, 1)).toEqual({ added: ["c"], removed: [] });
  });

  it("takes the last of an id that comes twice in one commit", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(["a", "b"]), documents(["a"], 3)] }, { message: "1" });
    const searcher = await store.searcher();
    expect(searcher.rows).toBe(2);
    expect(searcher.vector("a")).toEqual(rowOf("a", 3).vector);
  });

  it("joins documents that do not all have every column", async () => {
    const { store } = await openedIndex();
    const bare = { ...documents(["b", "c"]), columns: {} };
    await store.commit({ add: [documents(["a", "b"]), bare, documents(["d"])] }, { message: "1" });
    const searcher = await store.searcher();
    const hits = await searcher.semantic(rowOf("a").vector, { k: 9 });
    const authors = searcher.read(hits, ["author"]).map(({ author }) => author);
    const wanted = new Map([
      ["a", rowOf("a").author],
      ["d", rowOf("d").author],
    ]);
    expect(authors).toEqual(hits.map(({ id }) => wanted.get(id) ?? null));
    expect(hits).toHaveLength(4);
    searcher.close();
  });

  it("does a batch once, however often it comes", async () => {
    const { store } = await openedIndex();
    const change = { add: [documents(["a"])] };
    await store.commit(change, { message: "1", batches: ["one"] });
    expect(await store.commit(change, { message: "again", batches: ["one"] })).toBeNull();
    await store.commit({ remove: ["a"] }, { message: "gone" });
    expect(await store.commit(change, { message: "late", batches: ["one"] })).toBeNull();
    await store.commit(
      { add: [documents(["a"]), documents(["b"])] },
      { message: "half known", batches: ["one", "two"] },
    );
    expect(await live(await store.searcher())).toEqual(["b"]);
    expect([...(await store.batches())]).toEqual(["one", "two"]);
  });

  it("keeps the names of thousands of batches", async () => {
    const { store } = await openedIndex();
    const names = Array.from({ length: 1300 }, (_, place) => `batch-${place}`);
    await store.commit({ add: [documents(["a"])] }, { message: "1", batches: names });
    await store.commit({ add: [documents(["b"])] }, { message: "2", batches: ["last"] });
    const { store: reopened } = await openedIndex(store.path);
    expect([...(await reopened.batches())]).toEqual([...names, "last"]);
  });

  it("says null where there is nothing to do", async () => {
    const { store } = await openedIndex();
    expect(await store.commit({}, { message: "nothing" })).toBeNull();
    await store.commit({ add: [documents(["a"])] }, { message: "1", annotations: { model: "m" } });
    expect(await store.commit({ remove: ["b"] }, { message: "2" })).toBeNull();
    expect(await store.commit({}, { message: "same", annotations: { model: "m" } })).toBeNull();
    await store.commit({}, { message: "new", annotations: { topics: [1] } });
    const [newest] = await store.versions({ limit: 1 });
    expect(newest?.annotations).toEqual({ model: "m", topics: [1] });
  });

  it("answers the same from a snapshot whatever is committed or merged meanwhile", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 20))] }, { message: "1" });
    const before = await store.searcher();
    const question = rowOf("chunk-3").vector;
    const answer = await before.semantic(question, { k: 5 });
    await store.commit({ add: [documents(ids(20, 40))], remove: ids(0, 10) }, { message: "2" });
    await store.merge({ all: true });
    expect(await before.semantic(question, { k: 5 })).toEqual(answer);
    expect(before.rows).toBe(20);
    const after = await store.searcher();
    expect(after.rows).toBe(30);
    const [summary] = await store.versions({ limit: 1 });
    expect(summary).toMatchObject({ segments: 1, rows: 30, added: 0, removed: 0 });
    const old = await store.searcher(1);
    expect(await old.semantic(question, { k: 5 })).toEqual(answer);
    for (const searcher of [before, after, old]) searcher.close();
    expect(() => before.rows).toThrow(/closed/);
  });

  it("merges small segments that have piled up, and not at a commit", async () => {
    const { store } = await openedIndex();
    for (let place = 0; place < 14; place++)
      await store.commit({ add: [documents(ids(place * 3, place * 3 + 3))] }, { message: "some" });
    expect(await store.versions({ limit: 1 })).toMatchObject([{ segments: 14 }]);
    expect(await store.planMerge()).toMatchObject({ rows: 42 });
    while ((await store.merge()) !== null);
    expect(await store.planMerge()).toBeNull();
    const [newest] = await store.versions({ limit: 1 });
    expect(newest?.segments).toBeLessThan(7);
    expect(await live(await store.searcher())).toEqual(ids(0, 42).sort());
  });

  it("filters, counts and bins", async () => {
    const { store } = await openedIndex();
    for (const part of [ids(0, 40), ids(40, 90)])
      await store.commit({ add: [documents(part)] }, { message: "part" });
    await store.commit({ remove: ids(0, 5) }, { message: "less" });
    const rows = ids(5, 90).map((id) => rowOf(id));
    const searcher = await store.searcher();
    const count = (filter: Filter) => searcher.select(filter).count;
    const matching = (test: (row: (typeof rows)[number]) => boolean) => rows.filter(test).length;
    expect(count({ kind: "in", column: "author", values: ["ada", "nobody"] })).toBe(
      matching(({ author }) => author === "ada"),
    );
    expect(count({ kind: "in", column: "channel", values: [null] })).toBe(
      matching(({ channel }) => channel === null),
    );
    expect(count({ kind: "range", column: "at", from: 20, before: 60 })).toBe(
      matching(({ at }) => at >= 20 && at < 60),
    );
    expect(
      count({
        kind: "all",
        of: [
          { kind: "not", of: { kind: "in", column: "author", values: ["ada"] } },
          {
            kind: "any",
            of: [
              { kind: "range", column: "at", before: 10 },
              { kind: "any", of: [] },
            ],
          },
        ],
      }),
    ).toBe(matching(({ author, at }) => author !== "ada" && at < 10));
    expect(count({ kind: "all", of: [] })).toBe(85);
    const within = searcher.select({ kind: "in", column: "author", values: ["ada"] });
    const counts = new Map<string | null, number>();
    for (const { author, channel } of rows)
      if (author === "ada") counts.set(channel, (counts.get(channel) ?? 0) + 1);
    const facets = searcher.facet("channel", within, 10);
    expect(new Map(facets.map(({ value, count: n }) => [value, n]))).toEqual(counts);
    expect(facets.map(({ count: n }) => n)).toEqual([...counts.values()].sort((a, b) => b - a));
    expect(searcher.facet("author", undefined, 1)).toHaveLength(1);
    const bins = searcher.histogram("at", undefined, 25);
    expect(bins.find(({ from }) => from === 25)?.count).toBe(
      matching(({ at }) => at >= 25 && at < 50),
    );
    const times = rows.map(({ at }) => at).filter((at) => !Number.isNaN(at));
    expect(searcher.extent("at")).toEqual({ min: Math.min(...times), max: Math.max(...times) });
    const hits = await searcher.semantic(rowOf("chunk-50").vector, { k: 100, within });
    expect(hits).toHaveLength(within.count);
    const some = searcher.rowsOf(["chunk-7", "chunk-0", "chunk-88"]);
    expect(some.count).toBe(2);
    expect(searcher.intersect([some, within]).count).toBeLessThanOrEqual(2);
    expect(searcher.overlaps([some, within, searcher.rowsOf([])], within)).toEqual([
      searcher.intersect([some, within]).count,
      within.count,
      0,
    ]);
    expect(searcher.overlaps([within], some)).toEqual(searcher.overlaps([some], within));
    expect(searcher.union([some, within]).count).toBeGreaterThanOrEqual(within.count);
    const apples = searcher.matching(anyOf("apple"), within);
    expect(apples.count).toBe(
      matching(({ author, text }) => author === "ada" && text.includes("apple")),
    );
  });

  it("refuses questions about columns that are not there and row sets of another version", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(["a"])] }, { message: "1" });
    const first = await store.searcher();
    await store.commit({ add: [documents(["b"])] }, { message: "2" });
    const second = await store.searcher();
    const bad = { code: "bad-query" };
    expect(() => first.facet("at", undefined, 5)).toThrow(expect.objectContaining(bad));
    expect(() => first.facet("constructor", undefined, 5)).toThrow(expect.objectContaining(bad));
    expect(() => first.select({ kind: "in", column: "nope", values: [] })).toThrow(/no keyword/);
    expect(() => second.facet("author", first.select(undefined), 5)).toThrow(/another version/);
    await expect(first.semantic(new Float32Array(3), { k: 1 })).rejects.toMatchObject(bad);
  });

  it("refuses documents that contradict themselves", async () => {
    const { store } = await openedIndex();
    const good = documents(["a", "b"]);
    const zero = documents(["a"]);
    zero.vectors.data.fill(0);
    const cases = [
      { ...good, ids: ["a"] },
      { ...good, texts: ["one"] },
      { ...good, columns: { nope: ["x", "y"] } },
      { ...good, columns: { author: new Float64Array(2) } },
      { ...good, columns: { author: ["x"] } },
      { ...good, ids: ["a", ""] },
      { ...good, vectors: { ...good.vectors, dim: 4 } },
      zero,
    ];
    for (const bad of cases)
      await expect(store.commit({ add: [bad] }, { message: "bad" })).rejects.toMatchObject({
        code: "bad-documents",
      });
    expect(await store.head()).toBeNull();
  });

  it("tags, finds and rolls back", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 5))] }, { message: "1", batches: ["b1"] });
    await store.tag(1, "good");
    await store.commit({ add: [documents(ids(5, 9))] }, { message: "2", batches: ["b2"] });
    const third = await store.rollBack("good");
    expect(third).toMatchObject({ number: 3 });
    expect(await live(await store.searcher())).toEqual(ids(0, 5));
    expect([...(await store.batches())]).toEqual(["b1"]);
    expect((await store.versions()).map(({ number, tags, rows }) => [number, tags, rows])).toEqual([
      [3, [], 5],
      [2, [], 9],
      [1, ["good"], 5],
    ]);
    await expect(store.searcher("bad")).rejects.toMatchObject({ code: "unknown-version" });
    await expect(store.tag(2, "good")).rejects.toBeInstanceOf(IndexError);
    expect(await store.untag(2, "good")).toBeNull();
    expect(await store.untag("good", "good")).toMatchObject({ number: 1 });
    expect((await store.versions()).flatMap(({ tags }) => tags)).toEqual([]);
    await expect(store.untag("good", "good")).rejects.toMatchObject({ code: "unknown-version" });
  });

  it("keeps the commits of several handles at once", { timeout: 60_000 }, async () => {
    const path = await temporaryFolder();
    const stores = await Promise.all([openedIndex(path), openedIndex(path), openedIndex(path)]);
    await Promise.all(
      stores.flatMap(({ store }, place) =>
        [0, 1].map((turn) => {
          const from = (place * 2 + turn) * 4;
          return store.commit({ add: [documents(ids(from, from + 4))] }, { message: "at once" });
        }),
      ),
    );
    const { store } = await openedIndex(path);
    expect(await live(await store.searcher())).toEqual(ids(0, 24).sort());
    expect(await store.versions()).toHaveLength(6);
  });

  it("takes a new column later: absent in the rows from before", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(["a"])] }, { message: "1" });
    const later = await openIndexStore({
      path: store.path,
      dim: DIM,
      schema: { ...schema, language: "keyword" },
      now: Date.now,
      newId: () => crypto.randomUUID(),
    });
    const row = documentsOf([rowOf("b")]);
    const columns = { ...row.columns, language: ["en"] };
    await later.commit({ add: [{ ...row, columns }] }, { message: "2" });
    const searcher = await later.searcher();
    expect(searcher.facet("language", undefined, 5)).toEqual([
      { value: "en", count: 1 },
      { value: null, count: 1 },
    ]);
    expect(searcher.select({ kind: "in", column: "language", values: [null] }).count).toBe(1);
    await later.merge({ all: true });
    const merged = await later.searcher();
    expect(merged.facet("language", undefined, 5)).toHaveLength(2);
    for (const opened of [searcher, merged]) opened.close();
    await later.close();
  });

  it("refuses what a newer program wrote, and says so", async () => {
    const { store } = await openedIndex();
    const version = await store.commit({ add: [documents(["a"])] }, { message: "1" });
    const history = await openGitHistory({ path: store.path, now: Date.now });
    const files = new Map(version ? await history.read(version) : []);
    const manifest = files.get("manifest.json");
    const written = manifest?.kind === "inline" ? Buffer.from(manifest.bytes).toString() : "";
    const bytes = Buffer.from(written.replace('"format":1', '"format":2'));
    files.set("manifest.json", { kind: "inline", bytes });
    await history.commit({ parent: version?.id ?? null, files, message: "from later", at: 1 });
    await expect(store.searcher()).rejects.toThrow(/Upgrade/);
  });
});
