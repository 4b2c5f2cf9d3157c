// The health of a collection's index: known damage, stored where every process can read it.
import { type CollectionHealth, collectionHealth } from "#services/contract/common.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { enqueue } from "./jobs.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { CollectionRow } from "./tables.ts";

type Reason = CollectionHealth["reasons"][number];

const ok: CollectionHealth = { state: "ok", reasons: [] };

export const healthOf = ({ health }: Pick<CollectionRow, "health">): CollectionHealth =>
  health === null ? ok : collectionHealth.parse(JSON.parse(health));

export const saveHealth = async (
  rows: Rows,
  collection: CollectionId,
  health: CollectionHealth,
): Promise<void> => {
  const text = health.state === "ok" ? null : JSON.stringify(health);
  await rows
    .updateTable("collections")
    .set({ health: text })
    .where("id", "=", collection)
    .execute();
  await revise(rows, collection);
};

/**
 * Records damage of an index: it is shown wherever the collection is shown, and the index is checked and
 * repaired. Reporting it again changes nothing. Wake the bus afterwards.
 */
export const reportDamage = (
  store: Store,
  collection: CollectionId,
  reason: Reason,
): Promise<void> =>
  store.transaction(async (rows) => {
    const row = await rows
      .selectFrom("collections")
      .select("health")
      .where("id", "=", collection)
      .where("state", "=", "active")
      .executeTakeFirst();
    if (!row) return;
    const { state, reasons } = healthOf(row);
    if (!reasons.some(({ code }) => code === reason.code))
      await saveHealth(rows, collection, {
        state: state === "ok" ? "degraded" : state,
        reasons: [...reasons, reason],
      });
    if (state !== "rebuilding") await requestRepair(store, rows, collection);
  });

/** Requests a check of every file of the newest version, and the rebuilding of damaged ones. */
export const requestRepair = (store: Store, rows: Rows, collection: CollectionId): Promise<void> =>
  enqueue(store, rows, { name: "index.repair", payload: { collection }, key: collection });
