// Chunk: what live sessions of a collection brought since the last time → chunks, in a batch for each session.
import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { waitOf } from "#services/sessions/sessions.ts";
import { cutSession, enqueue, modelOfCollection, pendingSessions } from "#services/store/store.ts";
import { openCutter } from "../chunking.ts";
import type { Belt } from "../stage.ts";

/**
 * Cuts the ends of conversations that live sessions have grown, once they have waited long enough or are enough; a second delivery
 * finds nothing that waits. All that wait are cut together, because a version of the index is made for the whole collection.
 */
export const chunk = async (belt: Belt, delivery: Delivery<"sessions.due">): Promise<void> => {
  const { store, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  const waiting = await pendingSessions(store.rows, id);
  if (waiting.length === 0) return;
  const delay = waitOf(waiting, store.now());
  if (delay > 0)
    await store.transaction((rows) =>
      enqueue(store, rows, { name: "sessions.due", payload: { collection: id }, key: id, delay }),
    );
  else {
    const cutterBy = openCutter(
      await belt.parlance.tokenCounter(await modelOfCollection(store.rows, id)),
    );
    for (const session of waiting)
      while ((await cutSession(store, session.id, cutterBy)) === "more") {
        await belt.reached("chunk.piece");
        delivery.signal.throwIfAborted();
        await setImmediate();
      }
    await belt.reached("chunk.cut");
  }
  bus.wake();
};
