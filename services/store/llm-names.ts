// Answers of a language model, stored by request: the same request is not paid for twice.
import type { CollectionId } from "#services/domain/ids.ts";
import type { LlmNameRow } from "./analysis-tables.ts";
import type { Rows, Store } from "./rows.ts";

/** Per collection: enough for its topics of several analyses. */
const MOST_ANSWERS = 2000;

export interface KeptAnswer {
  /** As it was saved. */
  readonly answer: unknown;
  readonly model: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** Undefined where there is no answer. `key` identifies the request: model, prompt and members. */
export const findAnswer = async (
  rows: Rows,
  collection: CollectionId,
  key: string,
): Promise<KeptAnswer | undefined> => {
  const row = await rows
    .selectFrom("llm_names")
    .selectAll()
    .where("collection_id", "=", collection)
    .where("cache_key", "=", key)
    .executeTakeFirst();
  return (
    row && {
      answer: JSON.parse(row.answer) as unknown,
      model: row.model,
      tokensIn: row.tokens_in,
      tokensOut: row.tokens_out,
    }
  );
};

/** Deletes the oldest answers to make room for one more. */
const makeRoom = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const old = await rows
    .selectFrom("llm_names")
    .select("cache_key")
    .where("collection_id", "=", collection)
    .orderBy("created_at", "desc")
    .orderBy("cache_key")
    // All but the newest; SQLite takes an offset only with a limit.
    .limit(MOST_ANSWERS)
    .offset(MOST_ANSWERS - 1)
    .execute();
  for (const { cache_key } of old)
    await rows
      .deleteFrom("llm_names")
      .where("collection_id", "=", collection)
      .where("cache_key", "=", cache_key)
      .execute();
};

/**
 * At most 2,000 are kept, the newest. Saving again replaces. Nothing is saved while no analysis of the collection is running: the one
 * that asked was stopped, and the answer may quote what has been erased since.
 */
export const saveAnswer = (
  store: Store,
  collection: CollectionId,
  kept: KeptAnswer & { readonly key: string },
): Promise<void> =>
  store.transaction(async (rows) => {
    const running = await rows
      .selectFrom("analyses")
      .select("id")
      .where("collection_id", "=", collection)
      .where("state", "=", "running")
      .limit(1)
      .executeTakeFirst();
    if (!running) return;
    const row: LlmNameRow = {
      collection_id: collection,
      cache_key: kept.key,
      answer: JSON.stringify(kept.answer),
      model: kept.model,
      tokens_in: kept.tokensIn,
      tokens_out: kept.tokensOut,
      created_at: store.now(),
    };
    await rows
      .deleteFrom("llm_names")
      .where("collection_id", "=", collection)
      .where("cache_key", "=", kept.key)
      .execute();
    await makeRoom(rows, collection);
    await rows.insertInto("llm_names").values(row).execute();
  });

/** Deletes all answers of a collection, because they may quote what is erased. */
export const forgetAnswers = async (rows: Rows, collection: CollectionId): Promise<void> => {
  await rows.deleteFrom("llm_names").where("collection_id", "=", collection).execute();
};
