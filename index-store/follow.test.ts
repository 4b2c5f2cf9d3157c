// Two folders as two hosts: one writes an index, the other follows it, to the same answers and the same erasures.
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { followMemoryHistory, openMemoryHistory } from "./history/memory.ts";
import {
  followIndex,
  type IndexFollower,
  type IndexReader,
  type IndexStore,
  openFarObjects,
  openIndexStore,
  type Searcher,
} from "./index-store.ts";
import { enginesFor, followerOf } from "./open.ts";
import { storeOf } from "./store.ts";
import { DIM, documents, documentsOf, ids, rowOf, schema } from "./testing/documents.ts";
import { anyOf } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { canary, tracesIn } from "./testing/traces.ts";

interface Hosts {
  readonly writer: IndexStore;
  readonly follower: IndexFollower;
}

const common = { dim: DIM, schema, now: Date.now, engine: "flat" } as const;

const closedLater = <T extends Hosts>(hosts: T): T => {
  onTestFinished(async () => {
    await hosts.follower.close();
    await hosts.writer.close();
  });
  return hosts;
};

const twoHosts = async (): Promise<Hosts> => {
  const folder = await temporaryFolder();
  const [there, here] = [join(folder, "there"), join(folder, "here")];
  const writer = await openIndexStore({ ...common, path: there, newId: randomUUID });
  const far = { remote: there, objects: openFarObjects(there) };
  return closedLater({ writer, follower: await followIndex({ ...common, path: here, far }) });
};

const oneFolder = async (): Promise<Hosts> => {
  const path = await temporaryFolder();
  const writer = await openIndexStore({ ...common, path, newId: randomUUID });
  return closedLater({ writer, follower: await followIndex({ ...common, path }) });
};

const inMemory = async (): Promise<Hosts> => {
  const path = await temporaryFolder();
  const history = await openMemoryHistory(path);
  const parts = { ...common, path, engines: enginesFor({ engine: "flat" }) };
  const writer = storeOf({ ...parts, history, newId: randomUUID });
  return closedLater({
    writer,
    follower: followerOf({ ...parts, history: followMemoryHistory(history) }),
  });
};

const answers = async (searcher: Searcher) => [
  searcher.version,
  searcher.rows,
  await searcher.semantic(rowOf("q").vector, { k: 100 }),
  searcher.lexical(anyOf("apple", "frost"), { k: 100 }),
  searcher.facet("author", undefined, 5),
  searcher.degraded,
];

const asked = async (index: IndexReader, address?: number | string) => {
  const searcher = await index.searcher(address);
  const said = await answers(searcher);
  searcher.close();
  return said;
};

describe.each([
  ["another host's index", twoHosts],
  ["an index in the same folder", oneFolder],
  ["an index in memory", inMemory],
])("following %s", (_, open) => {
  it("answers as the writer does, at every version", { timeout: 60_000 }, async () => {
    const { writer, follower } = await open();
    expect(await follower.follow()).toBeNull();
    expect(await asked(follower)).toEqual(await asked(writer));
    await writer.commit({ add: [documents(ids(0, 20))] }, { message: "1", batches: ["b1"] });
    await writer.commit({ add: [documents(ids(20, 30))], remove: ids(0, 3) }, { message: "2" });
    await follower.follow();
    expect(await asked(follower)).toEqual(await asked(writer));
    await writer.merge({ all: true });
    await writer.tag(1, "first");
    await writer.commit({ add: [documents(ids(30, 34))] }, { message: "4" });
    await writer.rollBack(2);
    expect(await follower.follow()).toEqual(await writer.head());
    expect(await follower.versions()).toEqual(await writer.versions());
    for (const address of [1, 2, 3, 4, 5, "first"])
      expect(await asked(follower, address)).toEqual(await asked(writer, address));
    expect(await follower.batches()).toEqual(await writer.batches());
    expect(await follower.diff(1, 5)).toEqual(await writer.diff(1, 5));
    expect(await follower.damagedSegments()).toEqual([]);
    expect((await follower.verify()).damaged).toEqual([]);
  });

  it("drops what the writer erased, and its searchers say so", { timeout: 60_000 }, async () => {
    const { writer, follower } = await open();
    await writer.commit({ add: [documents(ids(0, 9)), documentsOf([canary])] }, { message: "1" });
    await writer.commit({ add: [documents(ids(9, 12))] }, { message: "2" });
    const attached = new Map([["topics.json", Buffer.from(`about ${canary.author}`)]]);
    await writer.attach((await writer.head())?.id ?? "", "analysis", attached);
    await follower.follow();
    const held = await follower.searcher();
    expect(held.vector(canary.id)).toBeDefined();
    expect((await follower.attached("analysis"))?.version).toBe(2);
    await writer.purge([canary.id]);
    await follower.follow();
    expect(await held.isErased()).toBe(true);
    held.close();
    expect(await asked(follower)).toEqual(await asked(writer));
    expect(await asked(follower, 1)).toEqual(await asked(writer, 1));
    expect(await follower.attached("analysis")).toBeUndefined();
    const next = await follower.searcher();
    expect(await next.isErased()).toBe(false);
    expect(next.vector(canary.id)).toBeUndefined();
    next.close();
  });
});

describe("a follower of another host", () => {
  it("has no trace of what was erased in any of its files", { timeout: 60_000 }, async () => {
    const { writer, follower } = await twoHosts();
    await writer.commit({ add: [documents(ids(0, 9)), documentsOf([canary])] }, { message: "1" });
    await writer.merge({ all: true });
    await writer.commit({ remove: [canary.id] }, { message: "2" });
    const attached = new Map([["frame.arrow", Buffer.from(canary.author)]]);
    await writer.attach((await writer.head())?.id ?? "", "analysis", attached);
    await follower.follow();
    await asked(follower, 1);
    await (await follower.attached("analysis"))?.files.get("frame.arrow")?.read();
    expect(await tracesIn(follower.path)).toEqual(["author", "id", "vector", "word"]);
    await writer.purge([canary.id]);
    await follower.follow();
    expect(await tracesIn(follower.path)).toEqual([]);
    expect((await follower.verify()).damaged).toEqual([]);
  });

  it("goes on answering without the other host, and heals from it", {
    timeout: 60_000,
  }, async () => {
    const { writer, follower } = await twoHosts();
    await writer.commit({ add: [documents(ids(0, 20))] }, { message: "1" });
    await follower.follow();
    const before = await asked(follower);
    await rm(join(follower.path, "lfs", "objects"), { recursive: true });
    const far = { remote: writer.path, objects: openFarObjects(writer.path) };
    const again = await followIndex({ ...common, path: follower.path, far });
    expect(await asked(again)).toEqual(before);
    await rm(writer.path, { recursive: true });
    await expect(again.follow()).rejects.toMatchObject({ code: "unavailable" });
    const alone = await followIndex({ ...common, path: follower.path });
    expect(await asked(alone)).toEqual(before);
    await alone.close();
    await again.close();
    await expect(again.searcher()).rejects.toMatchObject({ code: "closed" });
  });
});

describe("a follower in the same folder", () => {
  it("answers whole versions while another handle commits, merges and erases", {
    timeout: 60_000,
  }, async () => {
    const { writer, follower } = await oneFolder();
    await writer.commit({ add: [documents(ids(0, 5))] }, { message: "0" });
    let done = false;
    const write = async () => {
      for (let round = 1; round <= 3; round++) {
        await writer.commit(
          { add: [documents([...ids(round * 5, round * 5 + 5), `gone-${round}`])] },
          { message: `${round}` },
        );
        if (round % 2 === 0) await writer.merge({ all: true });
        await writer.purge([`gone-${round}`]);
      }
      done = true;
    };
    const read = async () => {
      let asks = 0;
      while (!done) {
        const searcher = await follower.searcher();
        expect(searcher.degraded).toBeNull();
        expect(searcher.rows % 5).toBeLessThanOrEqual(1);
        searcher.close();
        asks++;
      }
      return asks;
    };
    const [, asks] = await Promise.all([write(), read()]);
    expect(asks).toBeGreaterThan(3);
    expect(await asked(follower)).toEqual(await asked(writer));
  });
});
