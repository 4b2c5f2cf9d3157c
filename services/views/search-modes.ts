// The initial search mode of a collection: by words where the model was not made for the language of most messages.
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
 * A kept mode is stale when the collection's revision has changed, which grows with every version and every erasure, in any process.
 * Counting languages for every question would cost more than the question. The model stays the same while the process runs.
 */
export const openSearchModes = () => {
  const kept = openLru<Kept>(MOST);
  /** @param model undefined where it is not available */
  return async (
    { store }: Parlance,
    row: CollectionRow,
    model: Pick<EmbeddingModel, "languages"> | undefined,
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
