// The health of indexes for /ready and doctor: each collection whose index is damaged or being rebuilt, with the reasons.
import type { DegradedPart } from "#services/contract/system.ts";
import type { Parlance } from "#services/parlance.ts";
import { listCollections, shownHealth } from "#services/store/store.ts";

/** One part per reason; empty where no index is damaged. */
export const indexHealth = async ({ store }: Parlance): Promise<DegradedPart[]> =>
  (await listCollections(store.rows)).flatMap((row) =>
    shownHealth(row).reasons.map(({ code, message }) => ({ code, message, collection: row.id })),
  );
