// Recut: conversations from before there were exchanges → their exchanges, in the background, once for each collection.
import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { cutAgain } from "#services/store/store.ts";
import { openChunker } from "../chunking.ts";
import type { Belt } from "../stage.ts";

/** Cuts what is left; a second delivery finds nothing left. Stopped or killed, the next delivery goes on where it stopped. */
export const recut = async (belt: Belt, delivery: Delivery<"exchanges.due">): Promise<void> => {
  const { store, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  const chunker = openChunker(await belt.parlance.tokenCounter());
  for (let done = delivery.checkpoint; ; ) {
    const cut = await cutAgain(store, id, chunker);
    bus.wake();
    if (cut === 0) return;
    done += cut;
    await delivery.progressed(done);
    await belt.reached("recut.piece");
    delivery.signal.throwIfAborted();
    await setImmediate();
  }
};
