// Uploads are followed by many at the cost of one, and not by more than the server can hold.
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Upload } from "#services/contract/uploads.ts";
import type { UploadId } from "#services/domain/ids.ts";
import { aCollection, anUpload, aStore, type TestStore } from "#services/store/store.builders.ts";
import { failUpload, type Store } from "#services/store/store.ts";
import { openFollowedUploads } from "./followed-uploads.ts";

let store: TestStore;
let remove: () => Promise<void>;
let id: UploadId;
/** The same rows; each reading of an upload asks for the time once. */
let counting: Store;
let readings = 0;
beforeEach(async () => {
  ({ store, remove } = await aStore());
  id = await anUpload(store, await aCollection(store));
  readings = 0;
  counting = {
    ...store,
    now: () => {
      readings++;
      return store.now();
    },
  };
});
afterEach(() => remove());

const never = new AbortController().signal;
const fail = () =>
  store.transaction((rows) =>
    failUpload(store, rows, id, { kind: "rejected", code: "x", message: "no", data: {} }),
  );
const statesOf = async (following: AsyncIterable<Upload>) => {
  const states: string[] = [];
  for await (const { state } of following) states.push(state);
  return states;
};

describe("an upload that is followed", () => {
  it("is read once for all, and says each of them every state", async () => {
    const uploads = openFollowedUploads({ everyMs: 60_000 });
    const follow = () => uploads.follow(counting, id, { signal: never });
    const all = Array.from({ length: 20 }, follow);
    const first = await Promise.all(all.map((one) => one.next()));
    expect(new Set(first.map(({ value }) => value?.state))).toEqual(new Set(["reading"]));
    expect(readings).toBe(1);
    for (const one of all) await one.return();
  });

  it("ends for all with a final state", async () => {
    const uploads = openFollowedUploads({ everyMs: 1 });
    const all = [0, 1, 2].map(() => uploads.follow(store, id, { signal: never }));
    for (const one of all) expect((await one.next()).value?.state).toBe("reading");
    await fail();
    for (const one of all) expect(await statesOf(one)).toEqual(["failed"]);
    expect(await statesOf(uploads.follow(store, id, { signal: never }))).toEqual(["failed"]);
  });

  it("is not read any more once nobody follows it", async () => {
    const uploads = openFollowedUploads({ everyMs: 1 });
    const leaving = new AbortController();
    const following = statesOf(uploads.follow(counting, id, { signal: leaving.signal }));
    await expect.poll(() => readings).toBeGreaterThan(3);
    leaving.abort();
    expect(await following).toEqual(["reading"]);
    const before = readings;
    await pause(100);
    expect(readings - before).toBeLessThan(2);
  });

  it("has a bounded number of followers", async () => {
    const uploads = openFollowedUploads({ most: 2 });
    const follow = () => uploads.follow(store, id, { signal: never });
    const [one, other] = [follow(), follow()];
    await one.next();
    await other.next();
    await expect(follow().next()).rejects.toMatchObject({
      kind: "unavailable",
      code: "too-many-streams",
    });
    await one.return();
    const third = follow();
    expect((await third.next()).value?.state).toBe("reading");
    await third.return();
    await other.return();
  });
});
