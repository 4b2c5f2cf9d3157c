// Tests of the floor of similarity that a commit writes into the next version: of messages, once, and not at any price.
import { afterEach, beforeEach, expect, it } from "vitest";
import { unavailable } from "#services/domain/errors.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { type Embedder, openHashEmbedder } from "#services/embed/embed.ts";
import { readFloor } from "#services/floor/floor.ts";
import { createCollection, findCollection } from "#services/store/collections.ts";
import { startBelt } from "../belt.ts";
import { aHome, atRest, ended, openHome, send, type TestParlance } from "../workers.builders.ts";

let folder: string;
let remove: () => Promise<void>;
let parlance: TestParlance;
let collection: CollectionId;
let stop: () => Promise<void>;
const errors: unknown[] = [];
/** Texts of questions that the model was asked to embed; while `isGone`, it refuses them. */
let asked: number;
let isGone: boolean;

const watched = (): Embedder => {
  const embedder = openHashEmbedder();
  return {
    ...embedder,
    embed: async (texts, options) => {
      if (options?.inputType !== "query") return embedder.embed(texts, options);
      if (isGone) throw unavailable("The model's thread has ended.", { code: "no-model" });
      asked += texts.length;
      return embedder.embed(texts, options);
    },
  };
};

beforeEach(async () => {
  ({ folder, remove } = await aHome());
  [asked, isGone, errors.length] = [0, false, 0];
  parlance = await openHome(folder, { embedder: async () => watched() });
  collection = (await createCollection(parlance.store, { name: "Garden" })).id;
  const belt = await startBelt(parlance.instance, {
    stages: ["ingest", "embed", "commit"],
    onError: (_, error) => errors.push(error),
  });
  stop = () => belt.stop();
});
afterEach(async () => {
  await stop();
  await parlance.close();
  await remove();
});

const letters = "abcdefghijklmnopqrst";
const word = (at: number): string =>
  [at % 20, Math.floor(at / 20) % 20, (at * 7) % 20, (at * 3) % 20]
    .map((place) => letters[place])
    .join("");

/**
 * A day with as many lines, each second one the answer to the one before: half as many exchanges. With so few that they are one batch,
 * they come in one version.
 */
const bring = async (day: number, lines: number): Promise<void> => {
  const text = Array.from({ length: lines }, (_, at) => {
    const time = `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
    const said = `${word(at * day)} in the ${word(at + 40)}`;
    return at % 2 === 0
      ? `[${time}] <ann${at}> how do I grow ${said}?`
      : `[${time}] <bert> ann${at - 1}: with ${said} and some ${word(at * 5)}`;
  }).join("\n");
  const name = `#garden.2024-05-0${day}.txt`;
  await ended(parlance, await send(parlance, collection, { name, text: `${text}\n` }));
  await atRest(parlance);
};

/** What the newest version has; a searcher of it may be of the version before for a quarter of a second. */
const kept = async () => {
  const { version } = (await findCollection(parlance.store.rows, collection)) ?? {};
  const messages = await parlance.indexes.searcher(collection, version ?? undefined);
  return { floor: readFloor(messages?.annotations ?? {}), rows: messages?.rows };
};

it("a version has the floor of the messages of the one before, measured once", async () => {
  await bring(1, 150);
  await bring(2, 150);
  const { floor: none, rows } = await kept();
  expect(none).toBeUndefined();
  await bring(3, 4);
  const { floor } = await kept();
  expect(floor?.rows).toBe(rows);
  const before = asked;
  await bring(4, 4);
  expect((await kept()).floor).toEqual(floor);
  expect(asked).toBe(before);
});

it("a version is made without one where the model cannot be asked, and a later one has it", async () => {
  await bring(1, 150);
  await bring(2, 150);
  isGone = true;
  await bring(3, 4);
  expect(await kept()).toMatchObject({ floor: undefined, rows: 304 });
  expect(errors).toEqual([]);
  isGone = false;
  await bring(4, 4);
  expect((await kept()).floor?.rows).toBe(304);
});
