// The mode that a search of a collection starts with: by words where the model does not know the language of most of it.
import type { Collection } from "#services/contract/collections.ts";
import type { EmbeddingModel } from "#services/embed/embed.ts";
import type { Parlance } from "#services/parlance.ts";
import { openLru } from "#services/search/search.ts";
import { type CollectionRow, collectionStats } from "#services/store/store.ts";
import { defaultModeOf } from "./collection-view.ts";

type Mode = Collection["defaultMode"];

/** Collections whose mode is kept; those that are gone make room in time. */
const MOST = 1000;

interface Kept {
  readonly revision: number;
  readonly mode: Mode;
}

/**
 * What makes a kept mode stale: the collection's revision, which grows with every version and every erasure, by whichever process.
 * Counting languages at every question would cost more than the question. The model is the same for as long as the process runs.
 */
export const openSearchModes = () => {
  const kept = openLru<Kept>(MOST);
  /** @param model undefined where it cannot be had right now */
  return async (
    { store }: Parlance,
    row: CollectionRow,
    model: EmbeddingModel | undefined,
  ): Promise<Mode> => {
    if (model === undefined) return "lexical";
    const known = kept.get(row.id);
    if (known?.revision === row.revision) return known.mode;
    const { languages } = await collectionStats(store.rows, row.id);
    const mode = defaultModeOf(languages, model);
    kept.set(row.id, { revision: row.revision, mode });
    return mode;
  };
};
