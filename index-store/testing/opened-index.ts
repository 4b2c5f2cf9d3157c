// An index in a folder of its own, closed when the test is over.
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { type IndexStore, openIndexStore } from "../index-store.ts";
import type { LexicalQuery } from "../lexical/lexical.ts";
import { DIM, schema } from "./documents.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface OpenedIndex {
  readonly store: IndexStore;
  readonly warnings: string[];
}

/** Opens the index in this folder, or in a new one. */
export const openedIndex = async (folder?: string): Promise<OpenedIndex> => {
  const warnings: string[] = [];
  const path = folder ?? (await temporaryFolder());
  const store = await openIndexStore({
    path,
    dim: DIM,
    schema,
    now: Date.now,
    newId: randomUUID,
    engine: "flat",
    onWarning: (warning) => warnings.push(warning),
  });
  onTestFinished(() => store.close());
  return { store, warnings };
};

/** Rows with any of these words. */
export const anyOf = (...terms: string[]): LexicalQuery => ({
  should: terms.map((term) => ({ term, weight: 1 })),
  must: [],
  phrases: [],
  prefixes: [],
  not: [],
});
