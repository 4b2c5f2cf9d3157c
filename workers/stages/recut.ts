// Recut: the conversations of a collection are gone through again: merged where that was asked for, cleaned by its rules where they have changed, and cut; what is masked is purged.
import { setImmediate } from "node:timers/promises";
import type { Delivery } from "#services/bus/bus.ts";
import { type CollectionId, readCollectionId } from "#services/domain/ids.ts";
import {
  changedTexts,
  cleanCopies,
  cutAgain,
  deleteLeftCopies,
  modelOfCollection,
  purgedTexts,
  settleMerged,
  unsettledIn,
} from "#services/store/store.ts";
import { cleaner } from "#services/text/text.ts";
import { analyseWhatIsLeft } from "#services/workflow/workflow.ts";
import { openChunker } from "../chunking.ts";
import { untilDamaged } from "../damage.ts";
import { alone, eraseTraces, purge } from "../purge.ts";
import { deleteRefusedFiles } from "../refused-files.ts";
import type { Belt } from "../stage.ts";

/** What the texts of before have left behind: chunks in every version, analyses, files. */
const purgeTexts = async (belt: Belt, id: CollectionId): Promise<void> => {
  const { store, bus } = belt.parlance;
  await cleanCopies(store, id, cleaner);
  await deleteRefusedFiles(belt.parlance, id);
  const changes = await changedTexts(store.rows, id);
  if (changes === 0) return;
  await untilDamaged(belt, id, async () => {
    await alone(belt, id, () => purge(belt, id));
    await store.transaction((rows) => analyseWhatIsLeft(store, rows, id));
    await belt.reached("recut.purged");
    await eraseTraces(belt);
    // Last: whatever ends before it is done again.
    await purgedTexts(store.rows, id, changes);
  });
  bus.wake();
};

/** Goes through what is left; a second delivery finds nothing left. Stopped or killed, the next delivery goes on where it stopped. */
export const recut = async (belt: Belt, delivery: Delivery<"exchanges.due">): Promise<void> => {
  const { store, bus } = belt.parlance;
  const id = readCollectionId(delivery.payload.collection);
  if (!id) return;
  const cut = openChunker(
    await belt.parlance.tokenCounter(await modelOfCollection(store.rows, id)),
  );
  for (const merged of await unsettledIn(store.rows, id)) {
    await settleMerged(store, merged, { cut, cleaner });
    bus.wake();
    await belt.reached("recut.merged");
    delivery.signal.throwIfAborted();
  }
  await deleteLeftCopies(store, id);
  for (let done = delivery.checkpoint; ; ) {
    const some = await cutAgain(store, id, { cut, cleaner });
    bus.wake();
    if (some === 0) break;
    done += some;
    await delivery.progressed(done);
    await belt.reached("recut.piece");
    delivery.signal.throwIfAborted();
    await setImmediate();
  }
  await purgeTexts(belt, id);
};
