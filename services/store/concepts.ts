// Concepts: a query with examples, the classifier trained on them, and whether new matching messages raise alerts.
import { rejected } from "#services/domain/errors.ts";
import {
  type ChunkId,
  type CollectionId,
  type ConceptId,
  conceptId,
  readChunkId,
} from "#services/domain/ids.ts";
import type { ConceptRow } from "./analysis-tables.ts";
import { goneOf } from "./gone-chunks.ts";
import { enqueue } from "./jobs.ts";
import { keepCollection } from "./keep-collection.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";

const MOST_CONCEPTS = 200;

export interface StoredExample {
  readonly chunk: ChunkId;
  readonly verdict: "up" | "down";
}

/** A classifier: probability = σ(weights · vector + bias). */
export interface StoredTraining {
  readonly weights: Float32Array;
  readonly bias: number;
  /** Probability from which a chunk belongs to the concept. */
  readonly threshold: number;
  /** Share of the examples predicted rightly when each is left out; null with too few. */
  readonly accuracy: number | null;
  readonly milliseconds: number;
}

export interface StoredConcept {
  readonly id: ConceptId;
  readonly collection: CollectionId;
  readonly name: string;
  readonly query: string;
  /** In the order they were given. */
  readonly examples: readonly StoredExample[];
  /** Null until it is trained. */
  readonly training: StoredTraining | null;
  /** Set by a person; null = the trained threshold applies. */
  readonly personThreshold: number | null;
  /** Number of chunks above the threshold in the newest version; null while they are not counted. */
  readonly matches: number | null;
  readonly watch: boolean;
  /** Version up to which chunks were checked; null before the first check. */
  readonly watchedVersion: number | null;
  readonly webhook: string | null;
  readonly secret: string | null;
  /** Result of the last post, for people. */
  readonly webhookState: string | null;
  /** Start and number of the failed posts since the last success; null where the last one succeeded. */
  readonly failingSince: number | null;
  readonly failures: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Little-endian on every machine, so that a backup can be read on another. */
const encodeWeights = (weights: Float32Array): string => {
  const bytes = Buffer.alloc(weights.length * 4);
  for (const [place, weight] of weights.entries()) bytes.writeFloatLE(weight, place * 4);
  return bytes.toString("base64");
};

const decodeWeights = (text: string): Float32Array => {
  const bytes = Buffer.from(text, "base64");
  return Float32Array.from({ length: bytes.length >> 2 }, (_, place) =>
    bytes.readFloatLE(place * 4),
  );
};

const readExamples = (text: string): StoredExample[] =>
  (JSON.parse(text) as { chunk: string; verdict: "up" | "down" }[]).flatMap(
    ({ chunk, verdict }) => {
      const id = readChunkId(chunk);
      return id ? [{ chunk: id, verdict }] : [];
    },
  );

const trainingOf = (row: ConceptRow): StoredTraining | null =>
  row.weights === null
    ? null
    : {
        weights: decodeWeights(row.weights),
        bias: row.bias ?? 0,
        threshold: row.threshold ?? 0.5,
        accuracy: row.accuracy,
        milliseconds: row.trained_ms ?? 0,
      };

const stored = (row: ConceptRow): StoredConcept => ({
  id: row.id,
  collection: row.collection_id,
  name: row.name,
  query: row.query,
  examples: readExamples(row.examples),
  training: trainingOf(row),
  personThreshold: row.person_threshold,
  matches: row.matches,
  watch: row.watch === 1,
  watchedVersion: row.watched_version,
  webhook: row.webhook,
  secret: row.secret,
  webhookState: row.webhook_state,
  failingSince: row.failing_since,
  failures: row.failures,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const columnsOf = (training: StoredTraining) => ({
  weights: encodeWeights(training.weights),
  bias: training.bias,
  threshold: training.threshold,
  accuracy: training.accuracy,
  trained_ms: training.milliseconds,
});

const unknown = () =>
  rejected("There is no such concept.", { code: "unknown-concept", status: 404 });

/**
 * Examples that no longer exist are left out, and what was trained on them too.
 * @throws ParlanceError rejected `too-many-concepts` (409)
 */
export const createConcept = (
  store: Store,
  collection: CollectionId,
  made: {
    readonly name: string;
    readonly query: string;
    readonly examples: readonly StoredExample[];
    readonly training?: StoredTraining;
    /** Called inside the transaction. */
    readonly onMade?: ((rows: Rows, id: ConceptId) => Promise<void>) | undefined;
  },
): Promise<StoredConcept> =>
  store.transaction(async (rows) => {
    if ((await listConcepts(rows, collection)).length >= MOST_CONCEPTS)
      throw rejected(`A collection can have ${MOST_CONCEPTS} concepts.`, {
        code: "too-many-concepts",
        status: 409,
        hint: "Delete one that is not needed any more.",
      });
    const gone = await goneOf(
      rows,
      made.examples.map(({ chunk }) => chunk),
    );
    const now = store.now();
    const row: ConceptRow = {
      id: conceptId(store.newId()),
      collection_id: collection,
      name: made.name,
      query: made.query,
      weights: null,
      bias: null,
      threshold: null,
      person_threshold: null,
      accuracy: null,
      trained_ms: null,
      ...(made.training === undefined || gone.size > 0 ? {} : columnsOf(made.training)),
      matches: null,
      examples: JSON.stringify(made.examples.filter(({ chunk }) => !gone.has(chunk))),
      watch: 0,
      watched_version: null,
      webhook: null,
      secret: null,
      webhook_state: null,
      failing_since: null,
      failures: 0,
      created_at: now,
      updated_at: now,
    };
    await rows.insertInto("concepts").values(row).execute();
    await keepCollection(rows, collection);
    await revise(rows, collection);
    await made.onMade?.(rows, row.id);
    return stored(row);
  });

/** Oldest first. */
export const listConcepts = async (
  rows: Rows,
  collection: CollectionId,
): Promise<StoredConcept[]> =>
  (
    await rows
      .selectFrom("concepts")
      .selectAll()
      .where("collection_id", "=", collection)
      .orderBy("created_at")
      .orderBy("id")
      .execute()
  ).map(stored);

export const findConcept = async (
  rows: Rows,
  id: ConceptId,
): Promise<StoredConcept | undefined> => {
  const row = await rows.selectFrom("concepts").selectAll().where("id", "=", id).executeTakeFirst();
  return row && stored(row);
};

export interface ConceptChange {
  readonly name?: string | undefined;
  readonly query?: string | undefined;
  readonly personThreshold?: number | null | undefined;
  readonly watch?: boolean | undefined;
  /** Null = nowhere. */
  readonly webhook?: string | null | undefined;
  readonly matches?: number | null | undefined;
}

/** A new address starts without failures and with a secret of its own. */
const webhookColumns = (
  row: ConceptRow,
  webhook: string | null | undefined,
  newSecret: () => string,
) => {
  if (webhook === undefined || webhook === row.webhook) return {};
  return {
    webhook,
    secret: webhook === null ? null : newSecret(),
    webhook_state: null,
    failing_since: null,
    failures: 0,
  };
};

/** Waiting alerts for the old address are not sent to the new one. */
const dropPosts = (rows: Rows, id: ConceptId) =>
  rows
    .updateTable("alerts")
    .set({ post_state: "given-up" })
    .where("concept_id", "=", id)
    .where("post_state", "=", "waiting")
    .execute();

/**
 * @param newSecret makes the secret of a webhook that is new; `webhookSecret` of services/webhooks
 * @throws ParlanceError rejected `unknown-concept` (404)
 */
export const changeConcept = (
  store: Store,
  id: ConceptId,
  change: ConceptChange,
  newSecret: () => string,
): Promise<StoredConcept> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row) throw unknown();
    const webhook = webhookColumns(row, change.webhook, newSecret);
    const changed: ConceptRow = {
      ...row,
      name: change.name ?? row.name,
      query: change.query ?? row.query,
      person_threshold:
        change.personThreshold === undefined ? row.person_threshold : change.personThreshold,
      matches: change.matches === undefined ? row.matches : change.matches,
      watch: change.watch === undefined ? row.watch : change.watch ? 1 : 0,
      // Watching starts with new messages, also when it is switched on again.
      watched_version: change.watch === true && row.watch === 0 ? null : row.watched_version,
      ...webhook,
      updated_at: store.now(),
    };
    await rows.updateTable("concepts").set(changed).where("id", "=", id).execute();
    if ("webhook" in webhook) await dropPosts(rows, id);
    await revise(rows, row.collection_id);
    // The first check only records the current version.
    if (change.watch === true)
      await enqueue(store, rows, {
        name: "watch.due",
        payload: { collection: row.collection_id },
        key: row.collection_id,
      });
    return stored(changed);
  });

/**
 * Saves the training of a concept as it was read, with its number of chunks; undefined where the concept has changed since:
 * a thumb was added, or an example was erased, whose vector the weights would reveal.
 */
export const keepTraining = (
  store: Store,
  read: StoredConcept,
  learnt: { readonly training: StoredTraining; readonly matches: number },
): Promise<StoredConcept | undefined> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .selectAll()
      .where("id", "=", read.id)
      .executeTakeFirst();
    if (!row) throw unknown();
    const now = stored(row);
    const same = (one: StoredConcept) => JSON.stringify([one.query, one.examples]);
    if (same(now) !== same(read)) return undefined;
    const changed = {
      ...columnsOf(learnt.training),
      matches: learnt.matches,
      updated_at: store.now(),
    };
    await rows.updateTable("concepts").set(changed).where("id", "=", read.id).execute();
    await revise(rows, row.collection_id);
    return stored({ ...row, ...changed });
  });

/** Sets a thumb; null removes it. @throws ParlanceError rejected `unknown-concept`, `unknown-chunk` where it no longer exists (404) */
export const judgeExample = (
  store: Store,
  id: ConceptId,
  judged: { readonly chunk: ChunkId; readonly verdict: "up" | "down" | null },
): Promise<StoredConcept> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("concepts")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row) throw unknown();
    const others = readExamples(row.examples).filter(({ chunk }) => chunk !== judged.chunk);
    const { chunk, verdict } = judged;
    if (verdict !== null && (await goneOf(rows, [chunk])).size > 0)
      throw rejected("There is no such chunk.", { code: "unknown-chunk", status: 404 });
    const examples = JSON.stringify(verdict === null ? others : [...others, { chunk, verdict }]);
    const changed = { examples, updated_at: store.now() };
    await rows.updateTable("concepts").set(changed).where("id", "=", id).execute();
    await revise(rows, row.collection_id);
    return stored({ ...row, ...changed });
  });

/** Deletes a concept with its alerts. @throws ParlanceError rejected `unknown-concept` (404) */
export const deleteConcept = (
  store: Store,
  collection: CollectionId,
  id: ConceptId,
): Promise<void> =>
  store.transaction(async (rows) => {
    const { numDeletedRows } = await rows
      .deleteFrom("concepts")
      .where("id", "=", id)
      .where("collection_id", "=", collection)
      .executeTakeFirst();
    if (numDeletedRows !== 1n) throw unknown();
    await rows.deleteFrom("alerts").where("concept_id", "=", id).execute();
    await revise(rows, collection);
  });

/**
 * Removes erased chunks from the examples, and what was trained with them, because weights reveal their vectors. The concept is
 * trained again when it is next used.
 */
export const forgetExamples = async (
  rows: Rows,
  collection: CollectionId,
  chunks: ReadonlySet<ChunkId>,
): Promise<void> => {
  for (const { id, examples } of await listConcepts(rows, collection)) {
    const left = examples.filter(({ chunk }) => !chunks.has(chunk));
    if (left.length === examples.length) continue;
    const untrained = { weights: null, bias: null, threshold: null, accuracy: null };
    await rows
      .updateTable("concepts")
      .set({ examples: JSON.stringify(left), matches: null, ...untrained })
      .where("id", "=", id)
      .execute();
  }
};
