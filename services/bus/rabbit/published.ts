// Which waiting jobs are on their way through a broker, as the jobs table has it: chosen in turn, recorded before they are sent.
import type { JobName } from "#services/contract/jobs.ts";
import { readJobId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import type { SystemRows } from "#services/store/store.ts";
import type { ConsumeOptions } from "../bus.ts";
import { dueAmong, type FoundRow, findInTurn, onTheirWay, type Turns } from "../database-claims.ts";
import type { JobStore } from "../job-store.ts";

/** @returns whether it is this process that sends it */
const mark = async (rows: SystemRows, { id, fence }: FoundRow, until: number): Promise<boolean> => {
  const { numUpdatedRows } = await rows
    .updateTable("jobs")
    .set({ published_until: until })
    .where("id", "=", id)
    .where("fence", "=", fence)
    .where("state", "=", "waiting")
    .where("published_until", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

export interface Choosing {
  readonly name: JobName;
  readonly turns: Turns;
  readonly options: ConsumeOptions;
  /** Jobs of this name that may be on their way at a time. */
  readonly most: number;
  readonly lifetime: Duration;
}

/**
 * Chooses the jobs to send next, in turn, as many as there is room for when half of them are taken, and records that they are on
 * their way until their lifetime ends. To be called where one of their name is due. Those on their way count as in hand, so that a
 * collection's limit and everybody's turn hold for them too.
 * @returns their ids, in the order in which they are to be sent
 */
export const choose = async (store: JobStore, choosing: Choosing): Promise<string[]> => {
  const { name, turns, options, most, lifetime } = choosing;
  const there = await onTheirWay(store.rows, name).select("id").limit(most).execute();
  const room = most - there.length;
  // Several at a time: a search and a transaction for each would cost as much as everything else.
  if (room < most / 2) return [];
  const wanted = { name, turns, unpublished: true };
  const first = await findInTurn(store, wanted, options);
  if (!first) return [];
  return store.transaction(async (rows) => {
    const chosen: string[] = [];
    const inside = { rows, now: store.now };
    const another = async () => {
      const due = await dueAmong(rows, [name], { now: store.now(), unpublished: true });
      return due.has(name) ? findInTurn(inside, wanted, options) : undefined;
    };
    for (
      let next: FoundRow | undefined = first;
      next && chosen.length < room;
      next = chosen.length < room ? await another() : undefined
    ) {
      // Another process sends it.
      if (!(await mark(rows, next, store.now() + lifetime))) break;
      turns.took(next);
      chosen.push(next.id);
    }
    return chosen;
  });
};

/** Whether jobs of this name were sent and not taken within their lifetime. */
export const someAreOverdue = async (store: JobStore, name: JobName): Promise<boolean> => {
  const one = await onTheirWay(store.rows, name)
    .select("id")
    .where("published_until", "<=", store.now())
    .limit(1)
    .executeTakeFirst();
  return one !== undefined;
};

/**
 * What is overdue is to be sent again (null), or counts as on its way for longer.
 * @param overdueAt only what was to be taken by then; everything on its way where absent
 */
export const setPublished = async (
  store: JobStore,
  name: JobName,
  { until, overdueAt }: { readonly until: number | null; readonly overdueAt?: number },
): Promise<void> => {
  await store.rows
    .updateTable("jobs")
    .set({ published_until: until })
    .where("name", "=", name)
    .where("published_until", ">", 0)
    .$if(overdueAt !== undefined, (query) => query.where("published_until", "<=", overdueAt ?? 0))
    .where("state", "=", "waiting")
    .execute();
};

/** A message of this job was dropped without its being taken: whoever's turn it is sends it again. */
export const unpublish = async (store: JobStore, id: string): Promise<void> => {
  await store.rows
    .updateTable("jobs")
    .set({ published_until: null })
    .where("id", "=", id as never)
    .where("state", "=", "waiting")
    .where("published_until", ">", 0)
    .execute();
};

/** The job of a message, where it may be taken now: it waits, is due, and, in order, is the first of its collection. */
export const findPublished = async (
  store: JobStore,
  { name, id }: { readonly name: JobName; readonly id: string },
  options: ConsumeOptions,
): Promise<FoundRow | undefined> => {
  const row = await store.rows
    .selectFrom("jobs")
    .select([
      "id",
      "org_id",
      "collection_id",
      "name",
      "state",
      "fence",
      "suspect",
      "run_at",
      "ordinal",
    ])
    .where("id", "=", id as never)
    .executeTakeFirst();
  const known = row && readJobId(row.id);
  if (!row || !known || row.name !== name || row.state !== "waiting" || row.run_at > store.now())
    return undefined;
  if (options.ordered) {
    const earlier = await store.rows
      .selectFrom("jobs")
      .select("id")
      .where("name", "=", name)
      .where("state", "=", "waiting")
      .where("org_id", "=", row.org_id)
      .where("collection_id", "=", row.collection_id)
      .where("ordinal", "<", row.ordinal)
      .limit(1)
      .executeTakeFirst();
    if (earlier) return undefined;
  }
  return {
    id: known,
    fence: row.fence,
    suspect: row.suspect === 1,
    organization: row.org_id,
    collection: row.collection_id,
  };
};
