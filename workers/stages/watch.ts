// Watch: after a new version, the new chunks that match a watched concept raise alerts.
import { IndexError, type IndexStore, type Searcher } from "#index-store/index-store.ts";
import { sigmoid } from "#services/analyse/statistics/statistics.ts";
import type { Delivery } from "#services/bus/bus.ts";
import { readChunkId, readCollectionId } from "#services/domain/ids.ts";
import { dot } from "#services/domain/vectors.ts";
import { messagesOnly } from "#services/indexes/indexes.ts";
import {
  chunkPlaces,
  findCollection,
  listConcepts,
  type NewAlert,
  raiseAlerts,
  type StoredConcept,
} from "#services/store/store.ts";
import { requireWhole, untilDamaged } from "../damage.ts";
import type { Belt } from "../stage.ts";

/**
 * Most alerts of one concept per check, the most probable ones. Further matches raise none, now or later, because nobody reads
 * thousands, as after an import of years; the concept's own list shows all matches.
 */
const MOST_ALERTS = 1000;
/** Alerts saved in one transaction, so that other writers wait for milliseconds only. */
const AT_ONCE = 200;
/** After so many vectors the stage checks whether it should stop. */
const BREATHE = 5000;

interface Looking {
  readonly belt: Belt;
  readonly searcher: Searcher;
  readonly signal: AbortSignal;
}

/** The chunks among `added` that match the concept, most probable first. */
const matchesOf = (
  { searcher, signal }: Looking,
  { training, personThreshold }: StoredConcept,
  added: readonly string[],
): { readonly id: string; readonly probability: number }[] => {
  if (training === null) return [];
  const threshold = personThreshold ?? training.threshold;
  const matches: { id: string; probability: number }[] = [];
  for (const [place, id] of added.entries()) {
    if (place % BREATHE === 0) signal.throwIfAborted();
    // None for an exchange: its messages are looked at themselves.
    const vector = searcher.vector(id);
    // Vectors of a model other than the one of the training cannot be used.
    if (vector?.length !== training.weights.length) continue;
    const probability = sigmoid(training.bias + dot(training.weights, vector));
    if (probability >= threshold) matches.push({ id, probability });
  }
  return matches.sort((a, b) => b.probability - a.probability || (a.id < b.id ? -1 : 1));
};

const look = async (
  looking: Looking,
  concept: StoredConcept,
  added: readonly string[],
): Promise<void> => {
  const { belt, searcher } = looking;
  const { store } = belt.parlance;
  const version = searcher.version.number;
  const matches = matchesOf(looking, concept, added);
  const ids = matches
    .slice(0, MOST_ALERTS)
    .map(({ id }) => readChunkId(id))
    .filter((id) => id !== undefined);
  const places = await chunkPlaces(store.rows, ids);
  const alerts: NewAlert[] = matches.flatMap(({ id, probability }) => {
    const place = places.get(id);
    return place ? [{ ...place, probability }] : [];
  });
  // The last transaction records that the check is done: after a crash before it the check is repeated, and no alert is raised twice.
  for (let from = 0; from === 0 || from < alerts.length; from += AT_ONCE) {
    const rest = alerts.slice(from, from + AT_ONCE);
    const isLast = from + AT_ONCE >= alerts.length;
    await raiseAlerts(store, concept.id, { version: isLast ? version : null, alerts: rest });
    await belt.reached("watch.raised");
  }
};

const allIds = async (index: IndexStore): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const { ids } of index.liveIds()) for (const id of ids) all.push(id);
  return all;
};

/**
 * Rows added since a version; none where that is not an earlier version (the index was restored), or before the first check. All
 * rows where that version cannot be read (any more): no chunk alerts twice, and a repair mends the newest version only.
 */
const addedSince = async (
  index: IndexStore,
  since: number | null,
  now: number,
): Promise<readonly string[]> => {
  if (since === null || since >= now) return [];
  try {
    return (await index.diff(since, now)).added;
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
    if (error.code !== "damaged" && error.code !== "unknown-version") throw error;
    return allIds(index);
  }
};

const isDue = ({ watch, training, watchedVersion }: StoredConcept, version: number): boolean =>
  watch && watchedVersion !== version && (watchedVersion === null || training !== null);

const checkNewest = async (
  belt: Belt,
  concepts: readonly StoredConcept[],
  { index, signal }: { readonly index: IndexStore; readonly signal: AbortSignal },
): Promise<void> => {
  const searcher = messagesOnly(await index.searcher());
  try {
    const { number } = searcher.version;
    if (number === 0) return;
    // The vectors of some chunks could not be looked at, and these chunks would be taken for checked.
    requireWhole(searcher);
    const looking = { belt, searcher, signal };
    const known = new Map<number | null, readonly string[]>();
    for (const concept of concepts.filter((one) => isDue(one, number))) {
      const since = concept.watchedVersion;
      const added = known.get(since) ?? (await addedSince(index, since, number));
      known.set(since, added);
      await look(looking, concept, added);
    }
  } finally {
    searcher.close();
  }
};

/**
 * Checks the new chunks for every watched concept of a collection; a second delivery finds nothing new. The first check only
 * records where watching starts; a concept without a training is checked once it is trained. Where the index is damaged, it is
 * repaired first: the repair requests this again.
 */
export const watch = async (belt: Belt, delivery: Delivery<"watch.due">): Promise<void> => {
  const { store, indexes, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id || !(await findCollection(store.rows, id))) return;
  const concepts = (await listConcepts(store.rows, id)).filter((concept) => concept.watch);
  if (concepts.length === 0) return;
  const index = await indexes.open(id);
  await untilDamaged(belt, id, () =>
    checkNewest(belt, concepts, { index, signal: delivery.signal }),
  );
  bus.wake();
};
