// What was used of something that is limited.
import type { SystemRows } from "../rows.ts";

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

/** What was used until now, as each row has it, by name. */
export const usedOf = async (
  rows: SystemRows,
  names: readonly string[],
): Promise<Map<string, { readonly count: number; readonly until: number }>> => {
  const found = await rows
    .selectFrom("used")
    .select(["name", "count", "until"])
    .where("name", "in", [...names])
    .execute();
  return new Map(found.map(({ name, count, until }) => [name, { count, until }]));
};
