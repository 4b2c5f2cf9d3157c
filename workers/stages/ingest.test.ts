// Tests of the ingest stage: which problems an import reports and what it saves when it is cancelled or has to stop.

import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, UploadId } from "#services/domain/ids.ts";
import {
  cancelUpload,
  createCollection,
  createUpload,
  receivedUpload,
  retryUpload,
} from "#services/store/store.ts";
import { blobPrefix } from "#services/store/uploads.ts";
import { cleaner } from "#services/text/text.ts";
import { startBelt } from "../belt.ts";
import { aHome, ended, openHome, type TestParlance } from "../workers.builders.ts";

let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;

const run = async (reached: (place: string) => Promise<void> = async () => undefined) => {
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    reached,
  });
  stop = () => belt.stop();
};

const send = async (filename: string, content: string | Buffer): Promise<UploadId> => {
  const id = await createUpload(parlance.store, { cleaner, collection, filename });
  const bytes = (async function* () {
    yield Buffer.from(content);
  })();
  await receivedUpload(parlance.store, id, await parlance.blobs.put(blobPrefix(id), bytes));
  parlance.bus.wake();
  return id;
};

beforeEach(async () => {
  const home = await aHome();
  remove = home.remove;
  parlance = await openHome(home.folder);
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const chats = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, n) => `{"id":"c${from + n}","messages":[{"role":"user","content":"chat ${from + n}"}]}\n`,
  ).join("");
/** Lines that are not conversations. */
const strange = (count: number) => "{}\n".repeat(count);

describe("an import that is cancelled", () => {
  const text = `${chats(0, 1)}${strange(100)}${chats(1, 4000)}${strange(50)}`;

  it("counts every problem up to there, also those that are not listed", async () => {
    let id: UploadId | undefined;
    await run(async (place) => {
      if (place === "ingest.parts" && id) await cancelUpload(parlance.store, id);
    });
    id = await send("a.jsonl", text);
    const upload = await ended(parlance, id);
    expect(upload.state).toBe("cancelled");
    expect(upload.progress.newMessages).toBeLessThan(4001);
    expect(upload.problemCount).toBe(100);
  });

  it("and retried counts all of them once, and never fewer than before", async () => {
    let id: UploadId | undefined;
    const counts: number[] = [];
    let cancels = 2;
    await run(async (place) => {
      if (place !== "ingest.parts" || !id) return;
      const row = await parlance.store.rows
        .selectFrom("uploads")
        .select("problem_count")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      counts.push(row.problem_count);
      if (cancels-- > 0) await cancelUpload(parlance.store, id);
    });
    id = await send("a.jsonl", text);
    for (let wanted = "cancelled"; wanted === "cancelled"; ) {
      const upload = await ended(parlance, id);
      wanted = upload.state;
      if (upload.state === "cancelled") await retryUpload(parlance.store, id);
      else expect(upload).toMatchObject({ state: "done", problemCount: 150 });
      parlance.bus.wake();
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});

describe("an import that has to stop", () => {
  it("saves, counts and indexes everything before the damaged place", async () => {
    await run();
    const lines = Array.from({ length: 30_000 }, (_, n) => `[10:00] <a> ${n * 7919} hello\n`);
    const packed = gzipSync(lines.join(""), { level: 1 });
    packed.fill(0xff, packed.length - 2000, packed.length - 1900);
    const upload = await ended(parlance, await send("#c/2024-05-01.log.gz", packed));
    expect(upload).toMatchObject({ state: "failed", error: { code: "damaged-archive" } });
    expect(upload.progress.newMessages).toBeGreaterThan(1000);
    expect(upload.progress.chunks).toBeGreaterThan(100);
  });
});
