// Which versions of database servers Parlance works on, asked before anything else is done with one.
import { rejected } from "#services/domain/errors.ts";
import type { RawConnection, ServerKind } from "./connection.ts";

/** MariaDB: since then it can refuse an update of what was changed meanwhile. PostgreSQL: since then it tells what became of a transaction. */
const LEAST = { mariadb: "10.6.18", postgres: "13.0" } as const;
const NAMES = { mariadb: "MariaDB", postgres: "PostgreSQL" } as const;

const numbers = (version: string): number[] => version.split(".").map(Number);

/** Whether a version is as new as another, by their numbers. */
export const isAtLeast = (version: string, least: string): boolean => {
  const given = numbers(version);
  for (const [place, wanted] of numbers(least).entries()) {
    const number = given[place] ?? 0;
    if (number !== wanted) return number > wanted;
  }
  return true;
};

/**
 * @param said what the server calls itself: "10.11.19-MariaDB-0+deb12u1", "PostgreSQL 15.20 (Debian …)", "8.0.36"
 * @throws ParlanceError rejected `database-unsupported`
 */
export const requireVersion = (kind: ServerKind, said: string): void => {
  const [version] = /\d+(?:\.\d+)+/.exec(said.replace(/^5\.5\.5-/, "")) ?? [];
  const isKind = kind === "postgres" || /mariadb/i.test(said);
  if (isKind && version !== undefined && isAtLeast(version, LEAST[kind])) return;
  throw rejected(`The database server is ${said.slice(0, 60)}.`, {
    code: "database-unsupported",
    hint: `Parlance works on ${NAMES[kind]} ${LEAST[kind]} and newer${kind === "mariadb" ? ", and not on MySQL" : ""}.`,
  });
};

export const versionOf = async (connection: RawConnection): Promise<string> => {
  const { rows } = await connection.run("select version() as version", []);
  return String((rows[0] as { readonly version?: unknown } | undefined)?.version ?? "");
};
