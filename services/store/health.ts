// The health of a collection's index: known damage, stored where every process can read it.
import { type CollectionHealth, collectionHealth } from "#services/contract/common.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import { enqueue, enqueueMissing } from "./jobs.ts";
import { revise } from "./revisions.ts";
import type { Rows, Store } from "./rows.ts";
import type { CollectionRow } from "./tables.ts";

type Reason = CollectionHealth["reasons"][number];

const ok: CollectionHealth = { state: "ok", reasons: [] };

export const healthOf = ({ health }: Pick<CollectionRow, "health">): CollectionHealth =>
  health === null ? ok : collectionHealth.parse(JSON.parse(health));

/** Codes of reasons, the worst first; each says all that those after it say. */
const WORST_FIRST = ["index-damaged", "version-damaged", "columns-damaged"];

/** The health as it is shown: only the worst reason where others contradict it, such as "searching is not affected". */
export const shownHealth = (row: Pick<CollectionRow, "health">): CollectionHealth => {
  const { state, reasons } = healthOf(row);
  for (const code of WORST_FIRST) {
    const worst = reasons.find((reason) => reason.code === code);
    if (worst) return { state, reasons: [worst] };
  }
  const others = reasons.filter(({ code }) => code !== "texts-damaged");
  return { state, reasons: others.length > 0 ? others : reasons };
};

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
 * repaired. Reporting it again changes nothing; damage of another kind replaces a repair that was given up. Wake the bus afterwards.
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
    const isKnown = reasons.some(({ code }) => code === reason.code);
    if (!isKnown)
      await saveHealth(rows, collection, {
        state: state === "ok" ? "degraded" : state,
        reasons: [...reasons, reason],
      });
    if (state === "rebuilding") return;
    if (isKnown) await requestRepair(store, rows, collection);
    else await enqueue(store, rows, repairOf(collection));
  });

/** Records that nobody works on the repair any more: its job was given up. */
export const repairGivenUp = async (rows: Rows, collection: CollectionId): Promise<void> => {
  const row = await rows
    .selectFrom("collections")
    .select("health")
    .where("id", "=", collection)
    .executeTakeFirst();
  const health = row && healthOf(row);
  if (health?.state === "rebuilding")
    await saveHealth(rows, collection, { ...health, state: "degraded" });
};

const repairOf = (collection: CollectionId) =>
  ({ name: "index.repair", payload: { collection }, key: collection }) as const;

/**
 * Requests a check of every file of the newest version, and the rebuilding of damaged ones. Where a repair was given up, nothing:
 * it waits for a person.
 */
export const requestRepair = (store: Store, rows: Rows, collection: CollectionId): Promise<void> =>
  enqueueMissing(store, rows, repairOf(collection));
