// What was used of something that is limited.
import type { Rows, SystemRows } from "../rows.ts";

/** Inside a transaction over accounts: adds to what was used since then. @returns the sum of all servers */
export const addUsed = async (
  rows: SystemRows,
  added: {
    readonly name: string;
    readonly since: number;
    readonly until: number;
    readonly count: number;
  },
): Promise<number> => {
  const { name, since, until, count } = added;
  const known = await rows
    .selectFrom("used")
    .select(["since", "count"])
    .where("name", "=", name)
    .executeTakeFirst();
  if (known === undefined) {
    await rows.insertInto("used").values({ name, since, until, count }).execute();
    return count;
  }
  const sum = known.since === since ? known.count + count : count;
  await rows
    .updateTable("used")
    .set({ since, until, count: sum })
    .where("name", "=", name)
    .execute();
  return sum;
};

/** Bytes of the files that an organization uploaded. */
export const storedBytes = async (rows: Rows): Promise<number> => {
  const found = await rows
    .selectFrom("uploads")
    .select((make) => make.fn.sum<number>("bytes").as("sum"))
    .executeTakeFirst();
  return Number(found?.sum ?? 0);
};
