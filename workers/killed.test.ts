// kill -9 of a worker at any of its places: after a restart the import ends as an undisturbed one does; nothing twice, nothing lost.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { createCollection } from "#services/store/collections.ts";
import { findUpload } from "#services/store/uploads.ts";
import { openParlance } from "#services/wire.ts";
import { type Crew, startCrew } from "./crew.ts";
import { aChatLog, aHome, asDefault, atRest, ended, leftBehind, send } from "./workers.builders.ts";

const text = aChatLog(240, 10, 7);

const closers: (() => Promise<void>)[] = [];
const closeAll = async () => {
  for (const close of closers.splice(0).reverse()) await close();
};

/** A server's part: the home, locked, with a crew of real processes and the model that ships. */
const aServer = async (folder: string, env: NodeJS.ProcessEnv = {}) => {
  const parlance = asDefault(
    await openParlance(readConfig({ PARLANCE_HOME: folder }), { newId: sequence() }),
  );
  const log: string[] = [];
  const crew: Crew = await startCrew(parlance.instance, {
    env,
    onLog: (line) => log.push(line),
    // Beside other tests on a busy machine, a polite child would hardly run at all.
    nice: 0,
  });
  return {
    parlance,
    crew,
    log,
    close: async () => {
      await crew.stop();
      await parlance.close();
    },
  };
};

/** Names of their own for two homes that are to be compared: ids made from content contain the collection's. */
const sequence = () => {
  let count = 0;
  return () => `n${(++count).toString(36).padStart(11, "0")}`;
};

const withoutNames = async (parlance: Parlance, collection: CollectionId) =>
  leftBehind(parlance, collection);

let undisturbed: Awaited<ReturnType<typeof leftBehind>>;

const imported = async (folder: string, env: NodeJS.ProcessEnv, disturb?: (crew: Crew) => void) => {
  const server = await aServer(folder, env);
  closers.push(server.close);
  const { id } = await createCollection(server.parlance.store, { name: "Garden" });
  const sent = await send(server.parlance, id, { name: "a.jsonl", text });
  server.crew.wake();
  disturb?.(server.crew);
  const upload = await ended(server.parlance, sent);
  await atRest(server.parlance);
  return { server, collection: id, upload };
};

beforeAll(async () => {
  const home = await aHome();
  const { server, collection } = await imported(home.folder, {});
  undisturbed = await withoutNames(server.parlance, collection);
  await closeAll();
  await home.remove();
}, 120_000);
afterEach(closeAll);
afterAll(closeAll);

/** Each import is killed at all places of its row, one after another: starting a home takes longer than any of them. */
const rounds = [
  ["ingest.parts:3", "commit.told:2"],
  ["ingest.ends:2", "embed.kept:1", "commit.committed:1", "commit.merged:1"],
];

describe("a worker killed at a place it can be killed at", () => {
  it.each(rounds)(
    "is replaced, and the import ends as if nothing had happened: %s",
    async (...places) => {
      const home = await aHome();
      // The failpoint counts within a process: each successor dies there too, until it gets further than that.
      const { server, collection, upload } = await imported(home.folder, {
        PARLANCE_FAIL_AT: places.join(","),
        PARLANCE_FAIL_ONCE: `${home.folder}/failed`,
      });
      expect(upload).toMatchObject({ state: "done", error: null });
      for (const place of places)
        expect(existsSync(`${home.folder}/failed.${place.split(":")[0]}`), place).toBe(true);
      expect(server.log.join("\n").match(/SIGKILL/g)).toHaveLength(places.length);
      expect(upload.progress).toMatchObject({ newMessages: 2400, knownMessages: 0 });
      expect(await withoutNames(server.parlance, collection)).toEqual(undisturbed);
      await closeAll();
      await home.remove();
    },
    120_000,
  );

  it("begins an inspection again, and leaves no copy behind", async () => {
    const home = await aHome();
    const server = await aServer(home.folder, {
      PARLANCE_FAIL_AT: "inspect.compared:1",
      PARLANCE_FAIL_ONCE: `${home.folder}/failed`,
    });
    closers.push(server.close);
    const { id } = await createCollection(server.parlance.store, { name: "Garden" });
    const sent = await send(server.parlance, id, { name: "a.jsonl", text }, true);
    server.crew.wake();
    const upload = await ended(server.parlance, sent);
    expect(server.log.join("\n").match(/SIGKILL/g)).toHaveLength(1);
    expect(upload).toMatchObject({
      state: "unconfirmed",
      inspection: { preview: { entries: { new: 2400, known: 0 } } },
    });
    const row = await findUpload(server.parlance.store.rows, sent);
    await using file = await server.parlance.blobs.local(row?.blob_key ?? "");
    expect(await readdir(dirname(file.path))).toHaveLength(1);
    await closeAll();
    await home.remove();
  }, 120_000);

  it("loses nothing when all workers are killed again and again", async () => {
    const home = await aHome();
    let kills = 0;
    const { server, collection, upload } = await imported(home.folder, {}, (crew) => {
      const timer = setInterval(() => {
        for (const { pid } of crew.workers()) process.kill(pid, "SIGKILL");
        if (++kills === 4) clearInterval(timer);
      }, 450);
      closers.push(async () => clearInterval(timer));
    });
    expect(upload.state).toBe("done");
    expect(kills).toBeGreaterThan(0);
    expect(await withoutNames(server.parlance, collection)).toEqual(undisturbed);
    await closeAll();
    await home.remove();
  }, 120_000);
});

describe("a server that stops", () => {
  it("takes its workers with it", async () => {
    const home = await aHome();
    const server = await aServer(home.folder);
    const pids = server.crew.workers().map((worker) => worker.pid);
    expect(pids).toHaveLength(2);
    expect(server.crew.resting()).toEqual([["analyse"]]);
    await server.close();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
    await home.remove();
  });
});
