// A concept of a request's path: found, trained anew, counted over the newest version, and as HTTP carries it.
import type { Concept } from "#services/contract/concepts.ts";
import { rejected } from "#services/domain/errors.ts";
import { readConceptId } from "#services/domain/ids.ts";
import { type Level, levelIn } from "#services/domain/scope.ts";
import {
  type CollectionRow,
  changeConcept,
  findConcept,
  keepTraining,
  type StoredConcept,
  unseenAlerts,
} from "#services/store/store.ts";
import { matchesOf, thresholdOf, trainOn } from "#services/views/views.ts";
import { webhookSecret } from "#services/webhooks/webhook.ts";
import { type ScopedParts, unknown } from "./api-app.ts";

export const viewConcept = (
  stored: StoredConcept,
  { unseen, level }: { readonly unseen: number; readonly level: Level },
): Concept => ({
  id: stored.id,
  name: stored.name,
  query: stored.query,
  up: stored.examples.filter(({ verdict }) => verdict === "up").length,
  down: stored.examples.filter(({ verdict }) => verdict === "down").length,
  threshold: thresholdOf(stored),
  thresholdBy: stored.personThreshold === null ? "training" : "person",
  accuracy: stored.training?.accuracy ?? null,
  trainedInMs: stored.training?.milliseconds ?? null,
  matches: stored.matches,
  watch: stored.watch,
  // The address of a webhook is often a secret of its own: only for those who may set one.
  ...(level === "read"
    ? { webhook: null, secret: null, webhookState: null }
    : { webhook: stored.webhook, secret: stored.secret, webhookState: stored.webhookState }),
  unseen,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
});

export const conceptOfPath = async (
  { parlance }: ScopedParts,
  row: CollectionRow,
  text: string,
): Promise<StoredConcept> => {
  const id = readConceptId(text);
  const found = id && (await findConcept(parlance.store.rows, id));
  if (found?.collection !== row.id) throw unknown("concept");
  return found;
};

export const searcherOf = async ({ parlance }: ScopedParts, row: CollectionRow) => {
  const searcher = await parlance.indexes.searcher(row.id);
  if (!searcher)
    throw rejected("This collection has no indexed messages yet.", {
      code: "nothing-indexed",
      status: 409,
      hint: "Import something first, and wait until it is indexed.",
    });
  return searcher;
};

export const viewOne = async ({ parlance }: ScopedParts, stored: StoredConcept) =>
  viewConcept(stored, {
    unseen: (await unseenAlerts(parlance.store.rows, stored.collection)).get(stored.id) ?? 0,
    level: levelIn(parlance.scope, stored.collection),
  });

/** Trains anew and counts again: thumbs and words both change what it means. */
export const retrained = async (
  scoped: ScopedParts,
  row: CollectionRow,
  stored: StoredConcept,
): Promise<StoredConcept> => {
  const { parlance } = scoped;
  const searcher = await searcherOf(scoped, row);
  const training = await trainOn(parlance, searcher, { ...stored, model: row.model_id });
  const matches = (await matchesOf(searcher, { ...stored, training })).size;
  const kept = await keepTraining(parlance.store, stored, { training, matches });
  if (kept) return kept;
  // Another thumb came, or an example was erased, while this was learnt: that is learnt from instead.
  return retrained(scoped, row, await conceptOfPath(scoped, row, stored.id));
};

export const recounted = async (
  scoped: ScopedParts,
  row: CollectionRow,
  stored: StoredConcept,
): Promise<StoredConcept> => {
  const matches = (await matchesOf(await searcherOf(scoped, row), stored)).size;
  return matches === stored.matches
    ? stored
    : changeConcept(scoped.parlance.store, stored.id, { matches }, webhookSecret);
};
