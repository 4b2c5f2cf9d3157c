// Rows of the audit log: appended one after another, and read.
import type { AuditRow } from "../account-tables.ts";
import type { Rows } from "../rows.ts";

/** The newest entry, or the newest below a number; undefined where there is none. */
export const lastAuditEntry = (
  rows: Rows,
  below?: number,
): Promise<Pick<AuditRow, "seq" | "seal"> | undefined> =>
  rows
    .selectFrom("audit")
    .select(["seq", "seal"])
    .$if(below !== undefined, (query) => query.where("seq", "<", below ?? 0))
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();

/** Inside a transaction of the organization, so that no other entry comes between. */
export const addAuditEntry = async (rows: Rows, entry: AuditRow): Promise<void> => {
  await rows.insertInto("audit").values(entry).execute();
};

export interface AuditQuestion {
  /** Entries of this action, or of all that begin with it and a dot. */
  readonly action?: string | undefined;
  /** Its id, or its name. */
  readonly actor?: string | undefined;
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** Entries older than this one. */
  readonly below?: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export const listAudit = (rows: Rows, question: AuditQuestion): Promise<AuditRow[]> => {
  const { action, actor, after, before, below, limit } = question;
  let query = rows.selectFrom("audit").selectAll().orderBy("seq", "desc").limit(limit);
  if (action !== undefined)
    query = query.where((make) =>
      make.or([
        make("action", "=", action),
        make.and([make("action", ">=", `${action}.`), make("action", "<", `${action}/`)]),
      ]),
    );
  if (actor !== undefined)
    query = query.where((make) =>
      make.or([make("actor_id", "=", actor), make("actor", "=", actor)]),
    );
  if (after !== undefined) query = query.where("at", ">=", after);
  if (before !== undefined) query = query.where("at", "<", before);
  if (below !== undefined) query = query.where("seq", "<", below);
  return query.execute();
};

/** The first entry, in the order in which they were written, that is not older; undefined where all are. */
export const seqOfAuditSince = async (rows: Rows, at: number): Promise<number | undefined> =>
  (
    await rows
      .selectFrom("audit")
      .select("seq")
      .where("at", ">=", at)
      .orderBy("seq")
      .limit(1)
      .executeTakeFirst()
  )?.seq;

/** Removes all entries before this one. */
export const removeAuditBefore = async (rows: Rows, seq: number): Promise<void> => {
  await rows.deleteFrom("audit").where("seq", "<", seq).execute();
};

/** In the order in which they were written, from one on. */
export const auditFrom = (rows: Rows, seq: number, limit: number): Promise<AuditRow[]> =>
  rows
    .selectFrom("audit")
    .selectAll()
    .where("seq", ">=", seq)
    .orderBy("seq")
    .limit(limit)
    .execute();
