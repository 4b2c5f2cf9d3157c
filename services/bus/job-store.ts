// The jobs of all organizations in one table: what the database bus, its supervision and its administration work on.
import type { OrganizationId } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Database, Rows, SystemRows } from "#services/store/store.ts";

export interface JobStore {
  /** Outside transactions. */
  readonly rows: SystemRows;
  readonly now: Clock;
  readonly newId: () => string;
  transaction<T>(work: (rows: SystemRows) => Promise<T>): Promise<T>;
  /** Inside a transaction: the rows of one organization. Waits for its own transactions, which add jobs too. */
  within(rows: SystemRows, organization: OrganizationId): Promise<Rows>;
}

export const openJobStore = ({ system, now, newId }: Database): JobStore => ({
  rows: system.rows,
  now,
  newId,
  transaction: (work) => system.transaction(work),
  within: (rows, organization) => system.within(rows, workerScope(organization)),
});
