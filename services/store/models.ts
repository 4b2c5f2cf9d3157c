// Rows of the server's models: they belong to no organization.
import type { Database } from "./opened-database.ts";
import type { ModelRow } from "./work-tables.ts";

export type { ModelRow } from "./work-tables.ts";

/** In the order in which they were added. */
export const listModels = ({ system }: Database): Promise<ModelRow[]> =>
  system.rows.selectFrom("models").selectAll().orderBy("created_at").orderBy("id").execute();

export const findModel = ({ system }: Database, id: string): Promise<ModelRow | undefined> =>
  system.rows.selectFrom("models").selectAll().where("id", "=", id).executeTakeFirst();

export const findDefaultModel = ({ system }: Database): Promise<ModelRow | undefined> =>
  system.rows.selectFrom("models").selectAll().where("is_default", "=", 1).executeTakeFirst();

/** Adds the row, or changes the one that is there: what `values` names. */
export const saveModel = (
  { system, now }: Database,
  made: Pick<ModelRow, "id" | "source" | "place">,
  values: Partial<Omit<ModelRow, "id" | "source" | "place">> = {},
): Promise<void> =>
  // Transactions over all organizations go one after another: nobody adds it between the look and the write.
  system.transaction(async (rows) => {
    const there = await rows
      .selectFrom("models")
      .select("id")
      .where("id", "=", made.id)
      .executeTakeFirst();
    if (there !== undefined) {
      await rows
        .updateTable("models")
        .set({ ...made, ...values })
        .where("id", "=", made.id)
        .execute();
      return;
    }
    const row: ModelRow = {
      state: "ready",
      problem: null,
      done_bytes: 0,
      total_bytes: 0,
      fingerprint: null,
      facts: null,
      known: null,
      speed: null,
      speed_at: null,
      is_default: 0,
      created_at: now(),
      ...made,
      ...values,
    };
    await rows.insertInto("models").values(row).execute();
  });

/** Of a row that is there; one that was removed meanwhile stays away. */
export const changeModel = async (
  { system }: Database,
  id: string,
  values: Partial<Omit<ModelRow, "id">>,
): Promise<void> => {
  await system.rows.updateTable("models").set(values).where("id", "=", id).execute();
};

/** @param id null: none, the settings or the shipped one decide */
export const setDefaultModel = ({ system }: Database, id: string | null): Promise<void> =>
  system.transaction(async (rows) => {
    await rows.updateTable("models").set({ is_default: 0 }).where("is_default", "=", 1).execute();
    if (id !== null)
      await rows.updateTable("models").set({ is_default: 1 }).where("id", "=", id).execute();
  });

/** Collections that were embedded with a model or wait to be, in all organizations. */
export const countModelUses = async ({ system }: Database, id: string): Promise<number> => {
  const found = await system.rows
    .selectFrom("collections")
    .select((make) => make.fn.countAll<number>().as("count"))
    .where("model_id", "=", id)
    .executeTakeFirst();
  return Number(found?.count ?? 0);
};

/** @returns false where a collection uses it: it stays */
export const removeModel = (database: Database, id: string): Promise<boolean> =>
  database.system.transaction(async (rows) => {
    const used = await rows
      .selectFrom("collections")
      .select("id")
      .where("model_id", "=", id)
      .limit(1)
      .executeTakeFirst();
    if (used !== undefined) return false;
    await rows.deleteFrom("models").where("id", "=", id).execute();
    return true;
  });
