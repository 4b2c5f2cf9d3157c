// The rows of a version as they are read for a pass over all of them: those of a searcher's scan, in its order, whatever happens meanwhile.
import { rm, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { openGitHistory } from "./history/git.ts";
import type { Searcher, VersionRows } from "./index-store.ts";
import type { SegmentFile } from "./manifest.ts";
import { authors, documents, ids, rowOf } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { readManifest } from "./version-state.ts";

const scanned = async (searcher: Searcher, author?: string): Promise<[string, number[]][]> => {
  const within = author && searcher.select({ kind: "in", column: "author", values: [author] });
  const set = within
    ? searcher.without(searcher.select(undefined), within)
    : searcher.select(undefined);
  const found: [string, number[]][] = [];
  for await (const { ids, vectors } of searcher.scan(7, set))
    for (const [at, id] of ids.entries())
      found.push([id, [...vectors.data.subarray(at * vectors.dim, (at + 1) * vectors.dim)]]);
  searcher.close();
  return found;
};

const read = async (rows: VersionRows): Promise<[string, number[]][]> => {
  const found: [string, number[]][] = [];
  for await (const { from, vectors } of rows.scan(5))
    for (let at = 0; at < vectors.rows; at++) {
      const vector = [...vectors.data.subarray(at * vectors.dim, (at + 1) * vectors.dim)];
      found.push([rows.ids.at(from + at), vector]);
    }
  return found;
};

it("are the live rows of all segments, in the order of a searcher's scan", async () => {
  const { store } = await openedIndex();
  const none = await store.rows();
  expect([none.version.number, none.ids.length, await read(none)]).toEqual([0, 0, []]);
  none.close();
  await store.commit({ add: [documents(ids(0, 40))] }, { message: "one" });
  await store.commit({ add: [documents(ids(40, 60))], remove: ids(10, 20) }, { message: "two" });
  await store.commit({ add: [documents(ids(5, 8), 1)] }, { message: "three" });
  const rows = await store.rows();
  const found = await read(rows);
  expect(found).toEqual(await scanned(await store.searcher()));
  expect(found).toHaveLength(50);
  for (const [row, [id]] of found.entries()) expect(rows.ids.find(id)).toBe(row);
  expect(rows.ids.find("chunk-10")).toBeUndefined();
  rows.close();
});

it("leave out what is not wanted", async () => {
  const { store } = await openedIndex();
  await store.commit({ add: [documents(ids(0, 30))] }, { message: "one" });
  const [author] = authors;
  const rows = await store.rows({ without: { kind: "in", column: "author", values: [author] } });
  const found = await read(rows);
  expect(found).toEqual(await scanned(await store.searcher(), author));
  expect(found.map(([id]) => rowOf(id).author)).not.toContain(author);
  rows.close();
  const all = await store.rows({ without: { kind: "in", column: "later", values: ["a"] } });
  expect(all.ids.length).toBe(30);
  all.close();
});

it("stay readable when a writer goes on and removes their files", async () => {
  const folder = await temporaryFolder();
  const { store } = await openedIndex(folder);
  await store.commit({ add: [documents(ids(0, 30))] }, { message: "one" });
  const before = await scanned(await store.searcher());
  const rows = await store.rows();
  await store.purge(ids(0, 10));
  expect(await read(rows)).toEqual(before);
  rows.close();
  const now = await store.rows();
  expect(await read(now)).toEqual(before.filter(([id]) => !ids(0, 10).includes(id)));
  now.close();
});

it.each<SegmentFile>(["vectors", "words", "columns"])(
  "are refused where %s of the newest version are damaged or gone",
  async (part) => {
    const folder = await temporaryFolder();
    const { store } = await openedIndex(folder);
    await store.commit({ add: [documents(ids(0, 30))] }, { message: "one" });
    await store.close();
    const history = await openGitHistory({ path: folder, now: Date.now });
    const head = await history.head();
    if (head === null) throw new Error("There is a version.");
    const [segment] = readManifest(await history.read(head)).segments;
    if (segment === undefined) throw new Error("It has a segment.");
    const path = history.objectPath(segment.files[part]);
    await history.close();
    for (const bytes of ["broken", undefined]) {
      await rm(path, { force: true });
      if (bytes !== undefined) await writeFile(path, bytes);
      const { store: reopened } = await openedIndex(folder);
      await expect(reopened.rows()).rejects.toMatchObject({
        name: "IndexError",
        code: "damaged",
      });
      await reopened.close();
    }
  },
);
