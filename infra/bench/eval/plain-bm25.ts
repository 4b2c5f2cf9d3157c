// The baseline of a question set: BM25 over whole documents, with the words as typed and nothing else.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openIndexStore, tokenize } from "#index-store/index-store.ts";
import type { QuestionSet } from "./question-set.ts";

export interface Baseline {
  /** Ids of documents, best first. */
  ask(text: string): string[];
  close(): Promise<void>;
}

export const openPlainBm25 = async ({ documents }: QuestionSet): Promise<Baseline> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-bm25-"));
  const index = await openIndexStore({
    path: join(folder, "index.git"),
    dim: 1,
    schema: {},
    engine: "flat",
    now: Date.now,
    newId: () => crypto.randomUUID(),
  });
  await index.commit(
    {
      add: [
        {
          ids: documents.map(({ id }) => id),
          vectors: {
            dim: 1,
            rows: documents.length,
            data: new Float32Array(documents.length).fill(1),
          },
          texts: documents.map(({ messages }) => messages.join("\n")),
          columns: {},
        },
      ],
    },
    { message: "baseline" },
  );
  const searcher = await index.searcher();
  return {
    ask(text) {
      const terms = new Set(tokenize(text).map(({ term }) => term));
      const should = [...terms].map((term) => ({ term, weight: 1 }));
      const query = { should, must: [], phrases: [], prefixes: [], not: [] };
      return searcher.lexical(query, { k: 50 }).hits.map(({ id }) => id);
    },
    async close() {
      searcher.close();
      await index.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
