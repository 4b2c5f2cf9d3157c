// Embed: computes the vectors of a batch, saves them in a blob, and requests a commit of the index.
import type { Delivery } from "#services/bus/bus.ts";
import { corrupt } from "#services/domain/errors.ts";
import { readBatchId } from "#services/domain/ids.ts";
import {
  type BatchRow,
  chunksOfBatch,
  claimModel,
  embeddedBatch,
  findBatch,
  modelOfCollection,
} from "#services/store/store.ts";
import { embeddingTextOf } from "../chunk-text.ts";
import type { Belt } from "../stage.ts";
import { encodeVectors } from "../vector-file.ts";

/** The blob prefix of a batch's vectors: its own, so that deleting them never deletes another's. */
export const vectorsPrefix = (batch: Pick<BatchRow, "id">): string => `vectors/${batch.id}`;

const sameModel = async (
  belt: Belt,
  batch: BatchRow,
  name: string | undefined,
): Promise<boolean> => {
  const model = await belt.parlance.model(name);
  const held = await claimModel(belt.parlance.store, batch.collection_id, model);
  if (held && held.fingerprint !== model.fingerprint)
    throw corrupt(
      `The collection's vectors were made with other files of the model ${held.id} than this server has (${model.id}), and vectors of two models cannot be compared.`,
      {
        code: "other-model",
        hint: `Bring back the files of ${held.id} as they were, or import into a new collection.`,
      },
    );
  return held !== undefined;
};

/** Embeds the batch of a job; a batch that is embedded already, or no longer exists, is not changed. */
export const embed = async (belt: Belt, delivery: Delivery<"chunks.ready">): Promise<void> => {
  const { store, blobs, bus } = belt.parlance;
  const id = readBatchId(delivery.payload.batch);
  const batch = id && (await findBatch(store.rows, id));
  if (batch?.state !== "chunked") return;
  const name = await modelOfCollection(store.rows, batch.collection_id);
  if (!(await sameModel(belt, batch, name))) return;
  const embedder = await belt.parlance.embedder(name);
  const chunks = await chunksOfBatch(store.rows, batch.id);
  const { vectors } = await embedder.embed(chunks.map(embeddingTextOf), {
    inputType: "document",
    truncate: true,
    signal: delivery.signal,
  });
  await belt.reached("embed.embedded");
  const bytes = encodeVectors(
    chunks.map((chunk) => chunk.id),
    vectors,
  );
  const { key } = await blobs.put(
    vectorsPrefix(batch),
    (async function* () {
      yield bytes;
    })(),
  );
  await belt.reached("embed.kept");
  const wanted = await embeddedBatch(store, batch, key);
  if (!wanted) {
    const now = await findBatch(store.rows, batch.id);
    // If another worker has embedded it, the same bytes are under the same key; otherwise nobody needs them.
    if (now?.vectors_key !== key) await blobs.remove(key);
  }
  await belt.reached("embed.done");
  bus.wake();
};
