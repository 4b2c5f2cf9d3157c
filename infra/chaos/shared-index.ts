// Opens an index that several processes write to, as the index store's own tests do, outside of a test.
import { randomUUID } from "node:crypto";
import { type IndexStore, openIndexStore } from "#index-store/index-store.ts";
import { DIM, schema } from "../../index-store/testing/documents.ts";

export const openSharedIndex = (path: string): Promise<IndexStore> =>
  openIndexStore({ path, dim: DIM, schema, now: Date.now, newId: randomUUID, engine: "flat" });
