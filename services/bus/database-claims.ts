// Claims in the jobs table: whose turn it is, and the compare-and-set by which one worker gets a job.
import { isJobName, type JobName } from "#services/contract/jobs.ts";
import { readJobId } from "#services/domain/ids.ts";
import type { Duration } from "#services/domain/units.ts";
import type { OwnedJobRow, SystemRows } from "#services/store/store.ts";
import type { ConsumeOptions, Worker } from "./bus.ts";
import type { FoundJob, HeldJob } from "./claiming-bus.ts";
import type { JobStore } from "./job-store.ts";
import { inTurn } from "./turns.ts";

type Head = Pick<
  OwnedJobRow,
  "id" | "org_id" | "collection_id" | "fence" | "suspect" | "run_at" | "published_until"
>;

/** A found job, and whose turn it was. */
export interface FoundRow extends FoundJob {
  readonly organization: string;
  readonly collection: string;
}

/** Which of the waiting jobs of a collection may be chosen. */
interface Choice {
  readonly now: number;
  /** Only its first one. */
  readonly ordered: boolean;
  /** Only such as are not on their way through a broker. */
  readonly unpublished: boolean;
}

const inState = (rows: SystemRows, name: JobName, state: "waiting" | "active") =>
  rows.selectFrom("jobs").where("name", "=", name).where("state", "=", state);

/** Those of these names of which a job may be taken or sent now, whatever the limits of its collection: one statement. */
export const dueAmong = async (
  rows: SystemRows,
  names: readonly JobName[],
  { now, unpublished }: Omit<Choice, "ordered">,
): Promise<ReadonlySet<string>> => {
  // For each name a look at one place of the index: to group all jobs that are due would walk through 100,000 of them.
  const [first, ...others] = names.map((name) =>
    rows
      .selectFrom(
        inState(rows, name, "waiting")
          .select("name")
          .where("run_at", "<=", now)
          .$if(unpublished, (query) => query.where("published_until", "is", null))
          .limit(1)
          .as("due"),
      )
      .select("due.name"),
  );
  const all = others.reduce((query, other) => query?.unionAll(other), first);
  return new Set((await all?.execute())?.map(({ name }) => name));
};

const placeOf = (organization: string, collection: string) => `${organization} ${collection}`;

/** Jobs of this name that are on their way through a broker: never more of them than a relay lets be. */
export const onTheirWay = (rows: SystemRows, name: JobName) =>
  rows
    .selectFrom("jobs")
    .where("name", "=", name)
    .where("published_until", ">", 0)
    .where("state", "=", "waiting");

/**
 * Jobs in hand by organization and by collection: never more of them than workers take at a time. Those on their way to a worker
 * are counted too where it is decided which one to send.
 */
const countInHand = async (rows: SystemRows, name: JobName, { withPublished = false } = {}) => {
  const counting = (from: ReturnType<typeof onTheirWay>) =>
    from
      .select(["org_id", "collection_id", (make) => make.fn.countAll<number>().as("count")])
      .groupBy(["org_id", "collection_id"])
      .execute();
  const counted = [
    ...(await counting(inState(rows, name, "active"))),
    ...(withPublished ? await counting(onTheirWay(rows, name)) : []),
  ];
  const counts = new Map<string, number>();
  for (const { org_id, collection_id, count } of counted) {
    counts.set(org_id, (counts.get(org_id) ?? 0) + Number(count));
    const place = placeOf(org_id, collection_id);
    counts.set(place, (counts.get(place) ?? 0) + Number(count));
  }
  return (of: string) => counts.get(of) ?? 0;
};

const nextOrganization = async (rows: SystemRows, name: JobName, after: string | undefined) => {
  const next = await inState(rows, name, "waiting")
    .select("org_id")
    .$if(after !== undefined, (query) => query.where("org_id", ">", after as never))
    .orderBy("org_id")
    .limit(1)
    .executeTakeFirst();
  return next?.org_id;
};

interface Line {
  readonly name: JobName;
  readonly organization: string;
}

const nextCollection = async (rows: SystemRows, { name, organization }: Line, after?: string) => {
  const next = await inState(rows, name, "waiting")
    .select("collection_id")
    .where("org_id", "=", organization as never)
    .$if(after !== undefined, (query) => query.where("collection_id", ">", after as never))
    .orderBy("collection_id")
    .limit(1)
    .executeTakeFirst();
  return next?.collection_id;
};

/** The job of a collection to take next; undefined where none is due, or, in order, the first one is not. */
const firstOf = async (
  rows: SystemRows,
  { name, organization, collection }: Line & { readonly collection: string },
  how: Choice,
): Promise<Head | undefined> => {
  const line = inState(rows, name, "waiting")
    .select(["id", "org_id", "collection_id", "fence", "suspect", "run_at", "published_until"])
    .where("org_id", "=", organization as never)
    .where("collection_id", "=", collection as never)
    // In order, one that is on its way holds back those after it.
    .$if(how.unpublished && !how.ordered, (query) => query.where("published_until", "is", null))
    .orderBy("ordinal")
    .limit(1);
  const first = await line.executeTakeFirst();
  if (how.unpublished && first && first.published_until !== null) return undefined;
  if (!first || first.run_at <= how.now) return first;
  // The sum keeps SQLite from walking everything that is due, of all collections: it would sort 100,000 jobs to take one.
  return how.ordered
    ? undefined
    : line.where((test) => test(test("run_at", "+", 0), "<=", how.now)).executeTakeFirst();
};

/** Whose turn it was last, of one name of jobs. Each process goes round by itself, so that nothing is written to remember it. */
export class Turns {
  #organization: string | undefined;
  readonly #collections = new Map<string, string>();

  organization(): string | undefined {
    return this.#organization;
  }

  collection(organization: string): string | undefined {
    return this.#collections.get(organization);
  }

  took({ organization, collection }: Pick<FoundRow, "organization" | "collection">): void {
    this.#organization = organization;
    this.#collections.set(organization, collection);
  }
}

/**
 * The job whose turn it is. To be called where one of its name is due (`dueAmong`).
 * @param wanted with `unpublished`, of those that are not on their way through a broker
 */
export const findInTurn = async (
  store: Pick<JobStore, "rows" | "now">,
  wanted: { readonly name: JobName; readonly turns: Turns; readonly unpublished?: boolean },
  options: ConsumeOptions,
): Promise<FoundRow | undefined> => {
  const { rows: db } = store;
  const { name, turns } = wanted;
  const { unpublished = false } = wanted;
  const how = { now: store.now(), ordered: options.ordered === true, unpublished };
  const inHand = await countInHand(db, name, { withPublished: unpublished });
  const most = options.perCollection ?? Number.POSITIVE_INFINITY;
  const head = await inTurn<Head>(
    (after) => nextOrganization(db, name, after),
    turns.organization(),
    {
      inHand,
      find: (organization) =>
        inTurn<Head>(
          (after) => nextCollection(db, { name, organization }, after),
          turns.collection(organization),
          {
            inHand: (collection) => inHand(placeOf(organization, collection)),
            find: async (collection) =>
              inHand(placeOf(organization, collection)) < most
                ? firstOf(db, { name, organization, collection }, how)
                : undefined,
          },
        ),
    },
  );
  const id = head && readJobId(head.id);
  if (!head || !id) return undefined;
  return {
    id,
    fence: head.fence,
    suspect: head.suspect === 1,
    organization: head.org_id,
    collection: head.collection_id,
  };
};

const heldJob = (row: OwnedJobRow): HeldJob | undefined =>
  isJobName(row.name)
    ? {
        id: row.id,
        name: row.name,
        payload: row.payload,
        organization: row.org_id,
        collection: row.collection_id === "" ? null : row.collection_id,
        attempt: row.attempt,
        starts: row.starts,
        checkpoint: row.checkpoint,
        fence: row.fence,
      }
    : undefined;

const isFull = async (rows: SystemRows, name: JobName, found: FoundRow, most: number) => {
  const active = await inState(rows, name, "active")
    .select("id")
    .where("org_id", "=", found.organization as never)
    .where("collection_id", "=", found.collection as never)
    .limit(most)
    .execute();
  return active.length >= most;
};

/** Takes a found job, if it is still as it was found and its collection has room. The attempt is counted here. */
export const claimFound = (
  store: JobStore,
  by: { readonly worker: Worker; readonly lease: Duration },
  wanted: { readonly name: JobName; readonly found: FoundRow },
  options: ConsumeOptions,
): Promise<HeldJob | undefined> =>
  store.transaction(async (rows) => {
    const { name, found } = wanted;
    if (
      options.perCollection !== undefined &&
      (await isFull(rows, name, found, options.perCollection))
    )
      return undefined;
    const { numUpdatedRows } = await rows
      .updateTable("jobs")
      .set((value) => ({
        state: "active",
        fence: found.fence + 1,
        attempt: value("attempt", "+", 1),
        starts: value("starts", "+", 1),
        lease_until: store.now() + by.lease,
        published_until: null,
        owner: by.worker.id,
        host: by.worker.host,
      }))
      .where("id", "=", found.id)
      .where("fence", "=", found.fence)
      .where("state", "=", "waiting")
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return undefined;
    const row = await rows
      .selectFrom("jobs")
      .selectAll()
      .where("id", "=", found.id)
      .executeTakeFirst();
    return row && heldJob(row);
  });

/** Whether a job of the same name is due for another collection that has none in hand. */
export const othersWait = async (store: JobStore, job: HeldJob): Promise<boolean> => {
  const { rows: db } = store;
  const now = store.now();
  const inHand = await countInHand(db, job.name);
  const isOther = (organization: string, collection: string) =>
    inHand(placeOf(organization, collection)) === 0 &&
    !(organization === job.organization && collection === (job.collection ?? ""));
  const found = await inTurn<true>((after) => nextOrganization(db, job.name, after), undefined, {
    inHand: () => 0,
    find: (organization) =>
      inTurn<true>(
        (after) => nextCollection(db, { name: job.name, organization }, after),
        undefined,
        {
          inHand: () => 0,
          find: async (collection) => {
            if (!isOther(organization, collection)) return undefined;
            const line = { name: job.name, organization, collection };
            return (await firstOf(db, line, { now, ordered: true, unpublished: false })) && true;
          },
        },
      ),
  });
  return found === true;
};
