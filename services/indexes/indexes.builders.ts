// Builders for tests of the indexes: a home with rows and one collection, a separate writer of its index, documents.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type Documents,
  IndexError,
  type IndexStore,
  type Searcher,
} from "#index-store/index-store.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { claimModel } from "#services/store/indexed.ts";
import { ownerOfCollection } from "#services/store/organizations.ts";
import { aCollection, aStore, type TestStore } from "#services/store/store.builders.ts";
import { localPlace } from "./index-place.ts";
import type { Indexes } from "./open-indexes.ts";
import { type AllIndexes, openIndexes } from "./scoped-indexes.ts";

export const DIM = 4;

/** Rows whose text is their id. */
export const documents = (ids: readonly string[]): Documents => ({
  ids,
  texts: ids,
  vectors: {
    dim: DIM,
    rows: ids.length,
    data: Float32Array.from({ length: ids.length * DIM }, (_, at) => (at % DIM === 0 ? 1 : 0)),
  },
  columns: { author: ids.map(() => "ada"), conversation: ids.map((id) => `talk of ${id}`) },
});

export interface TestIndexes {
  readonly store: TestStore;
  readonly collection: CollectionId;
  readonly folder: string;
  readonly warnings: readonly string[];
  /** The indexes under test. */
  readonly indexes: Indexes;
  /** The same index, opened once more, as by another process. */
  readonly writer: IndexStore;
  /** Other indexes on the same rows and folder. */
  another(): Indexes & { close(): Promise<void> };
  /** Adds rows in a new version, with the writer. */
  add(...ids: string[]): Promise<void>;
}

export const someIndexes = async (): Promise<TestIndexes> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-indexes-"));
  const { store, remove } = await aStore();
  const collection = await aCollection(store);
  await claimModel(store, collection, { id: "test", fingerprint: "test", dim: DIM });
  const warnings: string[] = [];
  const opened: AllIndexes[] = [];
  const place = () =>
    localPlace({
      folder,
      engine: "flat",
      now: () => Date.now(),
      newId: store.newId,
      onWarning: (message) => warnings.push(message),
    });
  const another = () => {
    const indexes = openIndexes({
      place: place(),
      find: (id) => ownerOfCollection(store.database, id),
      storeOf: (organization) => store.database.within(workerScope(organization)),
      dim: async () => DIM,
      onWarning: (message) => warnings.push(message),
    });
    opened.push(indexes);
    return { ...indexes.within(store.scope), close: () => indexes.close() };
  };
  const writer = await place().open(collection, DIM);
  onTestFinished(async () => {
    for (const indexes of opened) await indexes.close();
    await writer.close();
    await remove();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    store,
    collection,
    folder,
    warnings,
    indexes: another(),
    writer,
    another,
    add: async (...ids) => {
      await writer.commit({ add: [documents(ids)] }, { message: ids.join(" ") });
    },
  };
};

/** Ids of all rows that a searcher answers with. */
export const idsOf = async (searcher: Searcher | undefined): Promise<string[]> => {
  const ids: string[] = [];
  if (searcher) for await (const batch of searcher.scan(1000)) ids.push(...batch.ids);
  return ids.sort();
};

export const isClosed = (searcher: Searcher): boolean => {
  try {
    return searcher.rows < 0;
  } catch (error) {
    if (error instanceof IndexError) return error.code === "closed";
    throw error;
  }
};
