// The disk fills up during an import: nothing crashes, searching works, the reason is shown, and the import ends complete when there is room.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Collection } from "#services/contract/collections.ts";
import type { Problem } from "#services/contract/common.ts";
import type { SearchAnswer } from "#services/contract/search.ts";
import type { Readiness } from "#services/contract/system.ts";
import type { Upload } from "#services/contract/uploads.ts";
import { aChatLog } from "../../workers/workers.builders.ts";
import { callJson, type RunningServer, startServer } from "../e2e/running-server.ts";
import { canMount, openSmallDisk, type SmallDisk } from "./small-disk.ts";

const mountable = canMount();
const why = mountable ? "" : " (skipped: mounting a small disk needs root)";

let disk: SmallDisk | undefined;
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  disk?.remove();
  server = undefined;
  disk = undefined;
});

const conversations = 2500;
const messagesEach = 20;
const messages = conversations * messagesEach;

/** A server on a small disk, with its log on the same disk, and one collection. */
const open = async (megabytes: number) => {
  const small = openSmallDisk(megabytes);
  disk = small;
  const started = await startServer({
    home: join(small.folder, "home"),
    log: join(small.folder, "server.log"),
    env: { PARLANCE_LOG: "debug" },
  });
  server = started;
  const api = `${started.url}/api/v1`;
  const { id } = await callJson<Collection>(`${api}/collections`, { body: { name: "Small" } });
  return {
    disk: small,
    url: started.url,
    processes: started.processes(),
    collection: id,
    send: (text: string) =>
      callJson<Upload>(`${api}/collections/${id}/uploads?filename=a.jsonl`, {
        method: "PUT",
        raw: text,
      }),
    upload: (upload: string) => callJson<Upload>(`${api}/uploads/${upload}`),
    ready: async () => {
      const response = await fetch(`${started.url}/ready`);
      return { status: response.status, ...((await response.json()) as Readiness) };
    },
    search: () =>
      callJson<SearchAnswer>(`${api}/collections/${id}/search`, {
        body: { query: "slugs and beans at the gate", mode: "hybrid" },
      }),
    searchable: async () =>
      (await callJson<{ versions: { rows: number }[] }>(`${api}/collections/${id}/versions`))
        .versions[0]?.rows,
    count: async () =>
      (await callJson<{ collections: Collection[] }>(`${api}/collections`)).collections[0],
  };
};
type Opened = Awaited<ReturnType<typeof open>>;

/** Checks that everything of the import is there once, and that no process was restarted. */
const isWhole = async (home: Opened, id: string) => {
  const deadline = Date.now() + 240_000;
  let now = await home.upload(id);
  while (now.state !== "done" && Date.now() < deadline) {
    expect(now.state, JSON.stringify(now.error)).not.toBe("failed");
    await pause(250);
    now = await home.upload(id);
  }
  expect(now).toMatchObject({ state: "done", error: null, attempt: 1, space: null });
  expect(now.progress.newMessages).toBe(messages);
  expect(now.progress.indexed).toBe(now.progress.chunks);
  expect(await home.count()).toMatchObject({ messages, pending: 0 });
  expect(await home.searchable()).toBe(now.progress.chunks);
  // A merge of segments may run in one more.
  expect(server?.processes()).toEqual(expect.arrayContaining(home.processes));
};

const untilWaiting = async (home: Opened, id: string): Promise<Upload> => {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const now = await home.upload(id);
    if (now.state === "waiting-for-space") return now;
    expect(["queued", "reading", "indexing"]).toContain(now.state);
    expect(Date.now(), "it never waited for space").toBeLessThan(deadline);
    await pause(100);
  }
};

const leavesWaiting = async (home: Opened, id: string) => {
  const freed = Date.now();
  while ((await home.upload(id)).state === "waiting-for-space") {
    expect(Date.now() - freed, "it still waits though there is room").toBeLessThan(5000);
    await pause(50);
  }
};

describe.skipIf(!mountable)(`an import that does not fit on the disk${why}`, () => {
  it.each([75, 95])(
    "of %i MB waits, is reported, and continues when the disk has grown",
    async (size) => {
      const home = await open(size);
      const { id } = await home.send(aChatLog(conversations, messagesEach));
      const waiting = await untilWaiting(home, id);
      const { freeBytes, neededBytes } = waiting.space ?? { freeBytes: 0, neededBytes: 0 };
      expect(neededBytes).toBeGreaterThan(freeBytes);
      // It stays like this: no attempts are used up, nothing is given up, and the rest of the space stays free.
      await pause(8000);
      expect((await home.upload(id)).state).toBe("waiting-for-space");
      expect(home.disk.free()).toBeGreaterThan(4e6);
      const ready = await home.ready();
      expect(ready).toMatchObject({ status: 200, ready: true });
      expect(ready.degraded?.map(({ code }) => code)).toEqual(["disk-full"]);
      expect((await home.search()).hits.length).toBeGreaterThan(0);
      const refused = await fetch(
        `${home.url}/api/v1/collections/${home.collection}/uploads?filename=b.jsonl`,
        { method: "PUT", body: aChatLog(2000, 20, 2) },
      );
      expect(refused.status).toBe(507);
      expect(((await refused.json()) as Problem).code).toBe("disk-full");
      home.disk.resize(1000);
      await leavesWaiting(home, id);
      await isWhole(home, id);
      expect((await home.ready()).degraded).toEqual([]);
      expect((await home.search()).hits.length).toBeGreaterThan(0);
    },
  );

  it("survives another program using up the last byte ten times, with the log on the same disk", async () => {
    const home = await open(400);
    const { id } = await home.send(aChatLog(conversations, messagesEach));
    for (let round = 0; round < 10; round++) {
      await pause(300 + ((round * 977) % 1500));
      if ((await home.upload(id)).state === "done") break;
      const free = home.disk.fill();
      expect(home.disk.free()).toBeLessThan(65_536);
      await pause(1500 + ((round * 577) % 2500));
      expect(["waiting-for-space", "done"]).toContain((await home.upload(id)).state);
      expect((await home.ready()).degraded?.map(({ code }) => code)).toContain("disk-full");
      expect((await fetch(`${home.url}/health`)).status).toBe(200);
      if (((await home.count())?.indexed ?? 0) > 0)
        expect((await home.search()).hits.length).toBeGreaterThan(0);
      free();
      await leavesWaiting(home, id);
    }
    await isWhole(home, id);
    const log = readFileSync(join(home.disk.folder, "server.log"), "utf8");
    expect(log).not.toMatch(/died|cannot rollback|no transaction is active/u);
  });
});
