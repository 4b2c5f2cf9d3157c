// Tests of watching, end to end: new messages raise alerts once, which reach a real server, signed, and are retried until given up.
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#services/config/config.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import { millis } from "#services/domain/units.ts";
import { openHashEmbedder } from "#services/embed/embed.ts";
import { listAlerts } from "#services/store/alerts.ts";
import { createCollection } from "#services/store/collections.ts";
import {
  changeConcept,
  createConcept,
  findConcept,
  type StoredTraining,
} from "#services/store/concepts.ts";
import { enqueue } from "#services/store/jobs.ts";
import { webhookSecret, webhookSignature } from "#services/webhooks/webhook.ts";
import { openParlance } from "#services/wire.ts";
import { startBelt } from "../belt.ts";
import { reconcile } from "../reconcile.ts";
import { aHome, asDefault, atRest, ended, send, type TestParlance } from "../workers.builders.ts";

let remove: () => Promise<void>;
let folder: string;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
let server: Server;
/** By how much the clock is ahead. */
let ahead = 0;
let answers: number[] = [];
const got: { headers: IncomingHttpHeaders; body: string }[] = [];
const errors: unknown[] = [];

const open = async (more: Record<string, string> = {}) =>
  asDefault(
    await openParlance(
      readConfig({
        PARLANCE_HOME: folder,
        PARLANCE_INDEX_ENGINE: "flat",
        PARLANCE_WEBHOOK_PRIVATE: "1",
        ...more,
      }),
      { embedder: async () => openHashEmbedder(), now: () => millis(Date.now() + ahead) },
    ),
  );

const start = async () => {
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit", "erase", "watch", "post"],
    onError: (_, error) => errors.push(error),
  });
  stop = () => belt.stop();
};

beforeEach(async () => {
  ahead = 0;
  answers = [];
  got.length = 0;
  errors.length = 0;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ({ folder, remove } = await aHome());
  parlance = await open();
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  await start();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  server.closeAllConnections();
  server.close();
  await remove();
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

const bring = async (name: string, ...contents: string[]) => {
  const messages = contents.map((content) => ({ role: "user", content }));
  const text = `${JSON.stringify({ id: name, messages })}\n`;
  await ended(parlance, await send(parlance, collection, { name: `${name}.jsonl`, text }));
  await atRest(parlance);
};

const askForALook = async () => {
  await parlance.store.transaction((rows) =>
    enqueue(parlance.store, rows, {
      name: "watch.due",
      payload: { collection },
      key: collection,
    }),
  );
  parlance.bus.wake();
};

/** Runs the watch and post stages until nothing is due; posts that wait for later stay. */
const look = async () => {
  await askForALook();
  await settled();
};

/** Waits until no job runs and none is due. */
const settled = async () => {
  for (;;) {
    const busy = await parlance.store.rows
      .selectFrom("jobs")
      .select("id")
      .where("name", "in", ["watch.due", "alert.due"])
      .where((test) =>
        test.or([test("state", "=", "active"), test("run_at", "<=", parlance.now() + 500)]),
      )
      .execute();
    if (busy.length === 0) return;
    await new Promise((done) => setTimeout(done, 10));
  }
};

const waitingRetry = async () =>
  (
    await parlance.store.rows
      .selectFrom("jobs")
      .select("run_at")
      .where("name", "=", "alert.due")
      .executeTakeFirst()
  )?.run_at;

/** A training that matches texts like this sentence: probability 0.5 at a cosine of 0.6. */
const likeness = async (sentence: string): Promise<StoredTraining> => {
  const { vectors } = await (await parlance.embedder()).embed([sentence], { inputType: "query" });
  const weights = Float32Array.from(vectors.data, (value) => value * 20);
  return { weights, bias: -12, threshold: 0.5, accuracy: null, milliseconds: 1 };
};

const watched = async (webhook: string | null = address()) => {
  const training = await likeness("slugs eat the lettuce");
  const made = { name: "Slugs", query: "slugs", examples: [], training };
  const { id } = await createConcept(parlance.store, collection, made);
  const concept = await changeConcept(parlance.store, id, { watch: true, webhook }, webhookSecret);
  await look();
  return concept;
};

const alertsNow = async () =>
  (await listAlerts(parlance.store.rows, { collection, limit: 50 })).alerts;

describe("a watched concept", () => {
  it("raises one alert for each new match, and posts it signed", async () => {
    await bring("before", "slugs eat the lettuce", "frost is coming tonight");
    const concept = await watched();
    expect(await alertsNow()).toEqual([]);
    expect((await findConcept(parlance.store.rows, concept.id))?.watchedVersion).not.toBeNull();
    await bring("after", "slugs eat the lettuce again", "the bees are fine", "frost, once more");
    await look();
    await look();
    expect(errors).toEqual([]);
    const [alert, second] = await alertsNow();
    expect(second).toBeUndefined();
    expect(alert).toMatchObject({ concept_name: "Slugs", seen: 0, post_state: "posted" });
    expect(alert?.probability).toBeGreaterThan(0.5);
    const [chunk] = await parlance.store.rows
      .selectFrom("chunks")
      .select(["id", "message_id"])
      .where("text", "like", "%lettuce again%")
      .execute();
    expect(chunk).toEqual({ id: alert?.chunk_id, message_id: alert?.message_id });
    expect(got).toHaveLength(1);
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: "" }] = got;
    const { secret } = concept;
    const id = String(headers["webhook-id"]);
    const timestamp = Number(headers["webhook-timestamp"]);
    expect(headers["webhook-signature"]).toBe(
      webhookSignature(secret ?? "", { id, timestamp, body }),
    );
    expect(JSON.parse(body)).toMatchObject({
      type: "concept.matched",
      data: {
        collection: { id: collection, name: "Garden" },
        concept: { id: concept.id, name: "Slugs" },
        alerts: [
          {
            id: alert?.id,
            message: alert?.message_id,
            path: `/conversation/${alert?.conversation_id}?at=${alert?.message_id}`,
          },
        ],
      },
    });
    expect(body).not.toContain("lettuce");
    const now = await findConcept(parlance.store.rows, concept.id);
    expect(now?.webhookState).toMatch(/^Posted 1 alert at .*: It answered 204\.$/);
  });

  it("raises at most a thousand alerts per import", async () => {
    await bring("before", "frost is coming tonight");
    await watched(null);
    const many = Array.from({ length: 1020 }, (_, place) => `slugs eat the lettuce ${place}`);
    await bring("years", ...many);
    await look();
    await look();
    expect(errors).toEqual([]);
    const { unseen } = await listAlerts(parlance.store.rows, { collection, limit: 1 });
    expect(unseen).toBe(1000);
  });

  it("tries again under the same id with growing pauses, and then continues", async () => {
    const concept = await watched();
    await bring("one", "frost is coming tonight");
    await look();
    answers = [500, 503];
    await bring("after", "slugs eat the lettuce again");
    await look();
    expect(got).toHaveLength(1);
    const state = async () => (await findConcept(parlance.store.rows, concept.id))?.webhookState;
    expect(await state()).toMatch(/^Failed at .*: It answered 500\. The next attempt is at .*\.$/);
    const first = Number(await waitingRetry()) - parlance.now();
    ahead += 10_000;
    parlance.bus.wake();
    await settled();
    expect(got).toHaveLength(2);
    const second = Number(await waitingRetry()) - parlance.now();
    expect(second).toBeGreaterThan(first * 2);
    ahead += 60_000;
    parlance.bus.wake();
    await settled();
    expect(got).toHaveLength(3);
    expect(new Set(got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await state()).toMatch(/^Posted 1 alert/);
    expect(await findConcept(parlance.store.rows, concept.id)).toMatchObject({
      failures: 0,
      failingSince: null,
    });
  });

  it("is given up after a day, and tried again with the next alerts", async () => {
    const concept = await watched();
    await bring("one", "frost is coming tonight");
    await look();
    answers = [500, 500];
    await bring("after", "slugs eat the lettuce again");
    await look();
    ahead += 25 * 3_600_000;
    parlance.bus.wake();
    await settled();
    expect(got).toHaveLength(2);
    const given = await findConcept(parlance.store.rows, concept.id);
    expect(given?.webhookState).toMatch(/^Stopped at .*It has failed since .*/);
    expect((await alertsNow()).map(({ post_state }) => post_state)).toEqual(["given-up"]);
    expect(await waitingRetry()).toBeUndefined();
    await bring("then", "slugs eat the lettuce, all of it");
    await look();
    expect(got).toHaveLength(3);
    expect((await findConcept(parlance.store.rows, concept.id))?.webhookState).toMatch(/^Posted/);
  });

  it("stops at once at an answer of 410, and needs no webhook", async () => {
    const concept = await watched();
    await bring("one", "frost is coming tonight");
    await look();
    answers = [410];
    await bring("after", "slugs eat the lettuce again");
    await look();
    expect((await findConcept(parlance.store.rows, concept.id))?.webhookState).toMatch(
      /^Stopped at .*It answered 410/,
    );
    expect(await waitingRetry()).toBeUndefined();
    await changeConcept(parlance.store, concept.id, { webhook: null }, webhookSecret);
    await bring("then", "slugs eat the lettuce, all of it");
    await look();
    expect(got).toHaveLength(1);
    expect((await alertsNow()).map(({ post_state }) => post_state)).toEqual([null, "given-up"]);
  });

  it("loses no alert when a worker dies between alerts or a job is lost", async () => {
    await watched();
    await bring("one", "frost is coming tonight");
    await look();
    await stop();
    await parlance.close();
    parlance = await open({ PARLANCE_WEBHOOK_TEXT: "1" });
    let died = 0;
    const belt = await startBelt(parlance.instance, {
      stages: ["ingest", "embed", "commit", "watch"],
      reached: async (place) => {
        if (place === "watch.raised" && died++ === 0) throw new Error("died");
      },
    });
    stop = () => belt.stop();
    await bring("after", "slugs eat the lettuce again");
    await askForALook();
    for (let waited = 0; died < 1 && waited < 100; waited++)
      await new Promise((done) => setTimeout(done, 20));
    await belt.stop();
    await parlance.store.rows.deleteFrom("jobs").execute();
    await start();
    await reconcile(parlance.instance);
    await settled();
    expect(await alertsNow()).toHaveLength(1);
    expect(got).toHaveLength(1);
    expect(got[0]?.body).toContain("slugs eat the lettuce again");
  });

  it("checks nothing while it is off, and starts with new messages when it is on again", async () => {
    const concept = await watched();
    const change = (watch: boolean) =>
      changeConcept(parlance.store, concept.id, { watch }, webhookSecret);
    await change(false);
    await bring("off", "slugs eat the lettuce again");
    await look();
    await change(true);
    await look();
    expect(await alertsNow()).toEqual([]);
    await bring("on", "slugs eat the lettuce, all of it");
    await look();
    expect(await alertsNow()).toHaveLength(1);
    expect(readCollectionId(collection)).toBe((await alertsNow())[0]?.collection_id);
  });
});
