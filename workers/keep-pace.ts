// Keeps reading in pace with indexing: an upload that is read faster would have its newest messages found minutes later.
import { setTimeout } from "node:timers/promises";
import type { BatchId, CollectionId } from "#services/domain/ids.ts";
import { type BatchRow, batchesIn, type Store } from "#services/store/store.ts";
import type { InHand } from "./stage.ts";

/** Reading waits while a batch is on its way for so long, unless so few wait that indexing might run out of work. */
const OLDEST_MS = 4000;
const FEWEST_BATCHES = 2;
const LOOK_AGAIN_MS = 100;
/** Where nothing at all is indexed for so long (the model cannot be reached, the index is being repaired), reading goes on. */
const PATIENCE_MS = 20_000;

const onTheirWay = async ({ rows }: Store, collection: CollectionId): Promise<BatchRow[]> => [
  ...(await batchesIn(rows, collection, "embedded")),
  ...(await batchesIn(rows, collection, "chunked")),
];

/** @returns a function to be called after each part that is saved; it waits while indexing is behind. @throws the signal's reason */
export const openPace = (store: Store, collection: CollectionId) => {
  /** The oldest batch when patience ended: until that one has gone, there is no more waiting. */
  let stuck: BatchId | undefined;
  return async (delivery: InHand): Promise<void> => {
    let oldest: BatchRow | undefined;
    const isBehind = async (): Promise<boolean> => {
      const batches = await onTheirWay(store, collection);
      oldest = batches.toSorted((a, b) => a.created_at - b.created_at)[0];
      return (
        oldest !== undefined &&
        oldest.id !== stuck &&
        batches.length > FEWEST_BATCHES &&
        store.now() - oldest.created_at > OLDEST_MS
      );
    };
    if (!(await isBehind())) return;
    await delivery.pause(async () => {
      let waited = { for: oldest?.id, since: performance.now() };
      while (await isBehind()) {
        const now = performance.now();
        if (oldest?.id !== waited.for) waited = { for: oldest?.id, since: now };
        if (now - waited.since > PATIENCE_MS) {
          stuck = oldest?.id;
          return;
        }
        await setTimeout(LOOK_AGAIN_MS, undefined, { signal: delivery.signal });
      }
    });
  };
};
