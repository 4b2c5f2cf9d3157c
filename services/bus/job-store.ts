// The jobs of all organizations in one table: what the database bus, its supervision and its administration work on.
import type { Clock } from "#services/domain/units.ts";
import type { Database, SystemRows } from "#services/store/store.ts";

export interface JobStore {
  /** Outside transactions. */
  readonly rows: SystemRows;
  readonly now: Clock;
  readonly newId: () => string;
  transaction<T>(work: (rows: SystemRows) => Promise<T>): Promise<T>;
}

export const openJobStore = ({ system, now, newId }: Database): JobStore => ({
  rows: system.rows,
  now,
  newId,
  transaction: (work) => system.transaction(work),
});
