// Tests of alerts: raised once per chunk, listed in pages, marked as seen, and put into posts that are repeated until given up.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ChunkId,
  type CollectionId,
  type ConceptId,
  readChunkId,
} from "#services/domain/ids.ts";
import { seconds } from "#services/domain/units.ts";
import {
  chunkPlaces,
  conceptsWithPosts,
  failedPost,
  listAlerts,
  markAlertsSeen,
  nextPost,
  postedAlerts,
  raiseAlerts,
  unseenAlerts,
} from "./alerts.ts";
import { changeConcept, createConcept, findConcept } from "./concepts.ts";
import { requestOriginErasure } from "./erase-requests.ts";
import { aCollection, anUpload, aPart, aStore, bring, type TestStore } from "./store.builders.ts";

let store: TestStore;
let remove: () => Promise<void>;
let collection: CollectionId;
let concept: ConceptId;
let chunks: ChunkId[];
beforeEach(async () => {
  ({ store, remove } = await aStore());
  collection = await aCollection(store);
  const of = { collection, upload: await anUpload(store, collection) };
  const said = Array.from({ length: 250 }, (_, n) => ({ text: `seed ${n}` }));
  await bring(store, of, [aPart(of, "monday", said)]);
  chunks = (await store.rows.selectFrom("chunks").select("id").orderBy("id").execute()).map(
    ({ id }) => id,
  );
  concept = (await createConcept(store, collection, { name: "Seeds", query: "seed", examples: [] }))
    .id;
  await watching({ watch: true });
});
afterEach(() => remove());

const watching = (change: { watch?: boolean; webhook?: string | null }) =>
  changeConcept(store, concept, change, () => "secret");
const raise = async (some: readonly ChunkId[], version: number | null = 1) => {
  const places = await chunkPlaces(store.rows, some);
  const alerts = [...places.values()].map((place, at) => ({ ...place, probability: 1 / (at + 1) }));
  return raiseAlerts(store, concept, { version, alerts });
};

describe("alerts", () => {
  it("are raised for live chunks only", async () => {
    const gone = readChunkId(`chk_${"0".repeat(26)}`);
    const [first, second] = chunks;
    if (!gone || !first || !second) throw new Error("no chunks");
    await store.rows
      .updateTable("chunks")
      .set({ state: "purge" })
      .where("id", "=", second)
      .execute();
    expect([...(await chunkPlaces(store.rows, [gone, first, second])).keys()]).toEqual([first]);
  });

  it("are listed in pages, newest first, each once", async () => {
    await raise(chunks.slice(0, 7));
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await listAlerts(store.rows, {
        collection,
        limit: 3,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.alerts.map(({ id }) => id));
      expect(page.alerts.every(({ concept_name }) => concept_name === "Seeds")).toBe(true);
      cursor = page.next;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it("are marked as seen one by one, or all together", async () => {
    await raise(chunks.slice(0, 3));
    const [first] = (await listAlerts(store.rows, { collection, limit: 1 })).alerts;
    if (!first) throw new Error("no alert");
    await markAlertsSeen(store.rows, collection, [first.id]);
    expect((await unseenAlerts(store.rows, collection)).get(concept)).toBe(2);
    await markAlertsSeen(store.rows, await aCollection(store, "Other"));
    expect((await unseenAlerts(store.rows, collection)).get(concept)).toBe(2);
    await markAlertsSeen(store.rows, collection);
    expect((await unseenAlerts(store.rows, collection)).size).toBe(0);
  });

  it("record the checked version only when the check is done", async () => {
    await raise(chunks.slice(0, 1), null);
    expect((await findConcept(store.rows, concept))?.watchedVersion).toBeNull();
    expect(await raise(chunks.slice(0, 2), 4)).toBe(1);
    expect((await findConcept(store.rows, concept))?.watchedVersion).toBe(4);
  });
});

describe("a chunk of several messages, of which a later one is being erased", () => {
  /** A later upload goes on with the conversation; one chunk covers an old message and the new one. */
  const window = async () => {
    const of = { collection, upload: await anUpload(store, collection) };
    await bring(store, of, [aPart(of, "tuesday", [{ text: "frost" }])]);
    const later = { collection, upload: await anUpload(store, collection) };
    await bring(store, later, [aPart(later, "tuesday", [{ text: "frost" }, { text: "willow" }])]);
    const [first, second] = await store.rows
      .selectFrom("messages")
      .select("id")
      .where("text", "in", ["frost", "willow"])
      .orderBy("position")
      .execute();
    const chunk = await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("text", "=", "frost")
      .executeTakeFirstOrThrow();
    await store.rows
      .updateTable("chunks")
      .set({ text: "frost willow", message_ids: JSON.stringify([first?.id, second?.id]) })
      .where("id", "=", chunk.id)
      .execute();
    return { id: chunk.id, upload: later.upload };
  };

  it("raises no alert", async () => {
    const { id, upload } = await window();
    await requestOriginErasure(store, upload);
    expect(await raise([id, ...chunks.slice(0, 1)])).toBe(1);
    const { alerts, unseen } = await listAlerts(store.rows, { collection, limit: 5 });
    expect(alerts.map(({ chunk_id }) => chunk_id)).toEqual(chunks.slice(0, 1));
    expect(unseen).toBe(1);
  });

  it("loses its alert at once, so that the number of unseen ones is that of the list", async () => {
    const { id, upload } = await window();
    await raise([id, ...chunks.slice(0, 1)]);
    await requestOriginErasure(store, upload);
    const { alerts, unseen } = await listAlerts(store.rows, { collection, limit: 5 });
    expect(alerts.map(({ chunk_id }) => chunk_id)).toEqual(chunks.slice(0, 1));
    expect(unseen).toBe(1);
  });

  it("is in no post", async () => {
    await watching({ webhook: "https://example.org/hook" });
    const { id, upload } = await window();
    await raise([id, ...chunks.slice(0, 1)]);
    // The state alone: what an erasure removes when it is requested is in the test before.
    await store.rows
      .updateTable("uploads")
      .set({ state: "erasing" })
      .where("id", "=", upload)
      .execute();
    expect((await nextPost(store.rows, concept))?.alerts.map(({ chunk }) => chunk)).toEqual(
      chunks.slice(0, 1),
    );
  });
});

describe("posts", () => {
  beforeEach(() => watching({ webhook: "https://example.org/hook" }));

  it("carry at most a hundred alerts, and are the same at every attempt", async () => {
    await raise(chunks);
    const sizes: number[] = [];
    for (;;) {
      const post = await nextPost(store.rows, concept);
      if (!post) break;
      expect((await nextPost(store.rows, concept))?.id).toBe(post.id);
      sizes.push(post.alerts.length);
      await postedAlerts(store, concept, { post: post.id, says: "Posted." });
    }
    expect(sizes.toSorted((a, b) => b - a)).toEqual([100, 100, 50]);
    expect(await conceptsWithPosts(store.rows, collection)).toEqual([]);
  });

  it("leave out chunks that no longer exist", async () => {
    await raise(chunks.slice(0, 2));
    await store.rows
      .deleteFrom("chunks")
      .where("id", "=", chunks[0] ?? ("" as never))
      .execute();
    const post = await nextPost(store.rows, concept);
    expect(post?.alerts.map(({ chunk }) => chunk)).toEqual([chunks[1]]);
  });

  it("that failed wait again, and keep the time of the first failure", async () => {
    await raise(chunks.slice(0, 1));
    await store.rows.deleteFrom("jobs").execute();
    await failedPost(store, concept, { says: "No.", next: seconds(5) });
    const once = await findConcept(store.rows, concept);
    await failedPost(store, concept, { says: "No again.", next: seconds(30) });
    const twice = await findConcept(store.rows, concept);
    expect([once?.failures, twice?.failures]).toEqual([1, 2]);
    expect(twice).toMatchObject({ failingSince: once?.failingSince, webhookState: "No again." });
    expect(await store.rows.selectFrom("jobs").select("name").execute()).toEqual([
      { name: "alert.due" },
    ]);
    expect(await conceptsWithPosts(store.rows, collection)).toEqual([concept]);
  });

  it("that were given up are not repeated; later ones are sent", async () => {
    await raise(chunks.slice(0, 1));
    await failedPost(store, concept, { says: "Gone.", next: "never" });
    expect(await nextPost(store.rows, concept)).toBeUndefined();
    expect(await findConcept(store.rows, concept)).toMatchObject({
      failures: 0,
      failingSince: null,
    });
    await raise(chunks.slice(0, 2), 2);
    expect((await nextPost(store.rows, concept))?.alerts.map(({ chunk }) => chunk)).toEqual([
      chunks[1],
    ]);
  });
});
