// What /ready and the doctor say of the indexes: each collection whose index is damaged or is being built again, and why.
import type { DegradedPart } from "#services/contract/system.ts";
import type { Parlance } from "#services/parlance.ts";
import { healthOf, listCollections } from "#services/store/store.ts";

/** One part for each reason; empty where every index is whole. */
export const indexHealth = async ({ store }: Parlance): Promise<DegradedPart[]> =>
  (await listCollections(store.rows)).flatMap((row) =>
    healthOf(row).reasons.map(({ code, message }) => ({ code, message, collection: row.id })),
  );
