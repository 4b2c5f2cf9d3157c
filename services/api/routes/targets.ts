// The collections that a question is put to, as search takes them.
import type { Target, TargetCollection } from "#services/search/search.ts";
import { type CollectionRow, listCollections } from "#services/store/store.ts";
import { openSearchModes } from "#services/views/views.ts";
import { type ApiParts, collectionOfPath, factsOfModel, type ScopedParts } from "../api-app.ts";

export const openTargets = (parts: ApiParts) => {
  const modeOf = openSearchModes();

  const targetOf = async (
    { only }: ScopedParts,
    row: CollectionRow,
  ): Promise<TargetCollection> => ({
    id: row.id,
    name: row.name,
    model: row.model_id,
    modelFingerprint: row.model_fingerprint,
    defaultMode: await modeOf(only(row.id), row, await factsOfModel(parts, row)),
  });

  const targetsOf = (
    scoped: ScopedParts,
    rows: readonly CollectionRow[],
  ): Promise<TargetCollection[]> => Promise.all(rows.map((row) => targetOf(scoped, row)));

  return {
    /** @throws ParlanceError rejected `unknown-collection` */
    async one(scoped: ScopedParts, id: string): Promise<Target> {
      const row = await collectionOfPath(scoped, id);
      return { collections: await targetsOf(scoped, [row]), one: true };
    },
    /** All collections where none are named. @throws ParlanceError rejected `unknown-collection` */
    async several(scoped: ScopedParts, ids: readonly string[] | undefined): Promise<Target> {
      const rows =
        ids === undefined
          ? await listCollections(scoped.parlance.store.rows)
          : await Promise.all([...new Set(ids)].map((id) => collectionOfPath(scoped, id)));
      return { collections: await targetsOf(scoped, rows), one: false };
    },
  };
};
