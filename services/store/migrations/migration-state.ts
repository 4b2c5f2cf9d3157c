// Which migrations a database has, without changing it.
import type { Kysely } from "kysely";
import type { MigrationProvider } from "kysely/migration";

export interface MigrationState {
  /** Names, in order. */
  readonly applied: readonly string[];
  readonly missing: readonly string[];
  /** Names that this version of Parlance does not know: a newer one has been there. */
  readonly unknown: readonly string[];
}

/** A database without the migrator's own table counts as one that has none. */
export const migrationStateOf = async <T>(
  db: Kysely<T>,
  provider: MigrationProvider,
): Promise<MigrationState> => {
  const known = Object.keys(await provider.getMigrations());
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const there = tables.some(({ name }) => name === "kysely_migration")
    ? await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
        .selectFrom("kysely_migration")
        .select("name")
        .orderBy("name")
        .execute()
    : [];
  const applied = there.map(({ name }) => name);
  return {
    applied: known.filter((name) => applied.includes(name)),
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
};
