// Any file of the index, damaged in any way: noticed or harmless, and never a wrong answer.
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IndexError, type IndexStore, type Searcher } from "./index-store.ts";
import { documents, ids, rowOf } from "./testing/documents.ts";
import { anyOf, openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

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

/** Everything that a searcher says, as text to be compared. */
const answers = async (searcher: Searcher): Promise<string> => {
  const said: unknown[] = [searcher.rows];
  const within = searcher.select({ kind: "range", column: "at", from: 5, before: 80 });
  for (const question of ["q1", "q2"]) {
    const { vector } = rowOf(question);
    said.push(await searcher.semantic(vector, { k: 10 }));
    const hits = await searcher.semantic(vector, { k: 10, within });
    said.push(hits, searcher.read(hits, ["author", "channel", "at"]));
  }
  said.push(searcher.lexical(anyOf("apple", "frost"), { k: 10 }));
  said.push(searcher.facet("channel", within, 5), searcher.histogram("at", undefined, 10));
  return JSON.stringify(said);
};

const ask = async (store: IndexStore) => {
  const searcher = await store.searcher();
  const said = { answer: await answers(searcher), degraded: searcher.degraded };
  searcher.close();
  return said;
};

describe("a damaged index", () => {
  it(`never answers wrongly after ${MUTATIONS} mutations`, { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const { store } = await openedIndex(folder);
    const right: string[] = [];
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
    const newest = right.at(-1);
    let degraded = 0;
    let refused = 0;
    const whole = await remember(folder);
    for (let seed = 1; seed <= MUTATIONS; seed++) {
      const { what, touched } = await mutate([...whole.keys()], folder, dice(seed));
      try {
        const { store: damaged } = await openedIndex(folder);
        const { answer, degraded: reason } = await ask(damaged);
        if (reason === null) expect(answer, what).toBe(newest);
        else {
          degraded++;
          expect(right, what).toContain(answer);
        }
        await damaged.close();
      } catch (error) {
        if (!(error instanceof IndexError)) throw error;
        refused++;
        expect(["damaged", "unavailable"], what).toContain(error.code);
      }
      for (const file of touched) await writeFile(file, whole.get(file) ?? "");
    }
    // Most files belong to segments of the newest version: if little were noticed, the mutations would not bite.
    expect(degraded).toBeGreaterThan(MUTATIONS / 4);
    // A damaged file of the oldest segment is in every version: then none can be served.
    expect(refused).toBeLessThan(MUTATIONS / 5);
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
    expect(degraded).toMatch(/Version 2 is damaged/);
    expect(warnings.join()).toMatch(/damaged/);
    expect(await reopened.rollBack(1)).toMatchObject({ number: 3 });
    expect((await ask(reopened)).degraded).toBeNull();
    await reopened.commit({ add: [documents(ids(10, 20))] }, { message: "again" });
    const searcher = await reopened.searcher();
    expect(searcher).toMatchObject({ rows: 20, degraded: null });
    searcher.close();
  });
});
