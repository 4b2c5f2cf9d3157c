// How much each organization may use, where that is set for it.
import type { OrganizationId } from "#services/domain/ids.ts";
import type { QuotaRow } from "../account-tables.ts";
import type { Rows, SystemRows } from "../rows.ts";

/** What is set for the organization; undefined where nothing ever was. */
export const findQuotas = (rows: Rows): Promise<QuotaRow | undefined> =>
  rows
    .selectFrom("quotas")
    .select(["requests_per_minute", "tokens_per_day", "stored_bytes"])
    .executeTakeFirst();

export const saveQuotas = async (rows: Rows, quotas: QuotaRow): Promise<void> => {
  await rows.deleteFrom("quotas").execute();
  await rows.insertInto("quotas").values(quotas).execute();
};

/** What is set for each organization, by its id. */
export const everyQuotas = async (
  rows: SystemRows,
): Promise<ReadonlyMap<OrganizationId, QuotaRow>> => {
  const all = await rows.selectFrom("quotas").selectAll().execute();
  return new Map(all.map(({ org_id, ...quotas }) => [org_id, quotas]));
};
