// Any file of the index, damaged in any way: noticed or harmless, and never a wrong answer.
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openGitHistory } from "./history/git.ts";
import {
  type Degraded,
  type Found,
  IndexError,
  type IndexReader,
  type Searcher,
} from "./index-store.ts";
import { documents, ids, rowOf } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { readManifest } from "./version-state.ts";

const MUTATIONS = 200;

/** mulberry32: the same mutations in every run. */
const dice = (seed: number) => {
  let state = seed;
  return (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
};

const filesUnder = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
};

/** Does one of the things that disks and people do to files; says what, and to which. */
const mutate = async (
  files: readonly string[],
  folder: string,
  roll: (sides: number) => number,
) => {
  const victim = files[roll(files.length)] ?? "";
  const other = files[roll(files.length)] ?? "";
  const bytes = await readFile(victim);
  const name = victim.slice(folder.length + 1);
  const touched = [victim, other];
  const done = (what: string) => ({ what, touched });
  switch (["cut", "flip", "zero", "swap", "remove"][roll(5)]) {
    case "cut":
      await writeFile(victim, bytes.subarray(0, roll(Math.max(1, bytes.length))));
      return done(`cut ${name}`);
    case "flip": {
      const at = roll(Math.max(1, bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8));
      await writeFile(victim, bytes);
      return done(`flip ${name} at ${at}`);
    }
    case "zero":
      await writeFile(victim, bytes.fill(0, roll(Math.max(1, bytes.length))));
      return done(`zero ${name}`);
    case "swap":
      await rename(victim, `${victim}.swap`);
      if (other !== victim) await rename(other, victim);
      await rename(`${victim}.swap`, other);
      return done(`swap ${name} and ${other.slice(folder.length + 1)}`);
    default:
      await rm(victim);
      return done(`remove ${name}`);
  }
};

/** Every file's bytes, to be put back after each mutation. */
const remember = async (folder: string): Promise<ReadonlyMap<string, Buffer>> => {
  const kept = new Map<string, Buffer>();
  for (const file of await filesUnder(folder)) kept.set(file, await readFile(file));
  return kept;
};

interface Answers {
  readonly rows: string;
  readonly semantic: readonly Found[];
  readonly filtered: readonly Found[];
  readonly lexical: readonly Found[];
}

/** Everything that a searcher says: filters and facets as text, each search to its last row. */
const answers = async (searcher: Searcher): Promise<Answers> => {
  const within = searcher.select({ kind: "range", column: "at", from: 5, before: 80 });
  const { vector } = rowOf("q1");
  const columns = ["author", "channel", "at"];
  const listed = searcher.list(within);
  const rows = [searcher.rows, within.count, listed, searcher.read(listed, columns)];
  const counted = [searcher.facet("channel", within, 5), searcher.histogram("at", undefined, 10)];
  return {
    rows: JSON.stringify([rows, counted]),
    semantic: await searcher.semantic(vector, { k: 1000 }),
    filtered: await searcher.semantic(vector, { k: 1000, within }),
    lexical: searcher.lexical(anyOf("apple", "frost"), { k: 1000 }).hits,
  };
};

const ask = async (store: IndexReader) => {
  const searcher = await store.searcher();
  const said = { answer: await answers(searcher), degraded: searcher.degraded };
  searcher.close();
  return said;
};

/** Whole searches answer as before; those that leave out a damaged segment find nothing else, and by meaning in the same order. */
const expectRight = (said: Answers, right: Answers, degraded: Degraded | null, what: string) => {
  const kinds = new Set(degraded?.damage.map(({ kind }) => kind));
  expect(said.rows, what).toBe(right.rows);
  if (kinds.has("vectors"))
    for (const search of ["semantic", "filtered"] as const) {
      const left = new Set(said[search].map(({ id }) => id));
      expect(said[search], what).toEqual(right[search].filter(({ id }) => left.has(id)));
      expect(left.size, what).toBeLessThan(right[search].length);
    }
  else expect([said.semantic, said.filtered], what).toEqual([right.semantic, right.filtered]);
  if (kinds.has("words")) {
    const ids = right.lexical.map(({ id }) => id);
    for (const { id } of said.lexical) expect(ids, what).toContain(id);
  } else expect(said.lexical, what).toEqual(right.lexical);
};

describe("a damaged index", () => {
  it(`never answers wrongly after ${MUTATIONS} mutations`, { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const { store } = await openedIndex(folder);
    const right: Answers[] = [];
    const changes = [
      { add: [documents(ids(0, 40))] },
      { add: [documents(ids(40, 60))], remove: ids(3, 9) },
      { add: [documents(ids(10, 20), 1)] },
      { add: [documents(ids(60, 70))], remove: ids(12, 14) },
    ];
    for (const [place, change] of changes.entries()) {
      await store.commit(change, { message: `${place}`, batches: [`b${place}`] });
      right.push((await ask(store)).answer);
    }
    await store.tag(2, "second");
    await store.close();
    const noticed = { version: 0, vectors: 0, words: 0, refused: 0 };
    const whole = await remember(folder);
    for (let seed = 1; seed <= MUTATIONS; seed++) {
      const { what, touched } = await mutate([...whole.keys()], folder, dice(seed));
      try {
        const { store: damaged } = await openedIndex(folder);
        const { answer, degraded } = await ask(damaged);
        const served = right[(degraded?.served ?? right.length) - 1];
        if (served === undefined) throw new Error(`${what}: no version was served`);
        expectRight(answer, served, degraded, what);
        for (const { kind } of degraded?.damage ?? []) noticed[kind]++;
        await damaged.close();
      } catch (error) {
        if (!(error instanceof IndexError)) throw error;
        noticed.refused++;
        expect(["damaged", "unavailable"], what).toContain(error.code);
      }
      for (const file of touched) await writeFile(file, whole.get(file) ?? "");
    }
    // Most files belong to segments of the newest version: if little were noticed, the mutations would not bite.
    for (const count of [noticed.version, noticed.vectors, noticed.words])
      expect(count).toBeGreaterThan(MUTATIONS / 40);
    // Damaged columns of the oldest segment are in every version: then none can be served.
    expect(noticed.refused).toBeLessThan(MUTATIONS / 5);
  });

  it("names damaged files when it is checked, and serves again when they are mended", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "1" });
    expect(await store.verify()).toEqual({ damaged: [], checked: 4 });
    const objects = await filesUnder(join(store.path, "lfs/objects"));
    const [object = ""] = objects;
    const bytes = await readFile(object);
    await writeFile(object, bytes.subarray(1));
    expect((await store.verify()).damaged).toHaveLength(1);
    await writeFile(object, bytes);
    const { store: mended } = await openedIndex(store.path);
    expect((await ask(mended)).degraded).toBeNull();
  });

  it("can be rolled back to a whole version and written to again", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "1" });
    const whole = await filesUnder(join(store.path, "lfs/objects"));
    await store.commit({ add: [documents(ids(10, 20))] }, { message: "2" });
    await store.close();
    for (const file of await filesUnder(join(store.path, "lfs/objects")))
      if (!whole.includes(file)) await writeFile(file, "broken");
    const { store: reopened, warnings } = await openedIndex(store.path);
    const { degraded } = await ask(reopened);
    expect(degraded).toMatchObject({ newest: 2, served: 1, damage: [{ kind: "version" }] });
    expect(degraded?.reason).toMatch(/Version 2 is damaged, so version 1 is served/);
    expect(warnings).toEqual([degraded?.reason]);
    expect(await reopened.rollBack(1)).toMatchObject({ number: 3 });
    expect((await ask(reopened)).degraded).toBeNull();
    await reopened.commit({ add: [documents(ids(10, 20))] }, { message: "again" });
    const searcher = await reopened.searcher();
    expect(searcher).toMatchObject({ rows: 20, degraded: null });
    searcher.close();
  });

  it("answers by words on the newest version where vectors are damaged, and the reverse", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 20))] }, { message: "1" });
    await store.commit({ add: [documents(ids(20, 50))], remove: ["chunk-5"] }, { message: "2" });
    const whole = (await ask(store)).answer;
    const history = await openGitHistory({ path: store.path, now: Date.now });
    const version = await history.find(2);
    const { segments } = readManifest(await history.read(version));
    const segment = segments.find(({ rows }) => rows === 30);
    for (const kind of ["vectors", "words"] as const) {
      const path = segment ? history.objectPath(segment.files[kind]) : "";
      const bytes = await readFile(path);
      await rm(path);
      const { store: reopened } = await openedIndex(store.path);
      const searcher = await reopened.searcher();
      expect(searcher.version.number).toBe(2);
      expect(searcher.degraded).toMatchObject({
        newest: 2,
        served: 2,
        damage: [{ kind, segment: segment?.id, rows: 30 }],
      });
      expectRight(await answers(searcher), whole, searcher.degraded, kind);
      const isWords = kind === "words";
      expect(searcher.vector("chunk-30") !== undefined).toBe(isWords);
      expect(searcher.sample(100, 1).rows).toBe(isWords ? 49 : 19);
      let scanned = 0;
      for await (const batch of searcher.scan(7)) scanned += batch.ids.length;
      expect(scanned).toBe(isWords ? 49 : 19);
      const term = rowOf("chunk-30").text.split(" ")[0] ?? "";
      expect(searcher.matching(anyOf(term)).count > 0).toBe(true);
      searcher.close();
      await writeFile(path, bytes);
      await reopened.close();
    }
    expect((await ask(store)).degraded).toBeNull();
  });
});
