// The test projects: `unit` (no service, no browser), `e2e` (a real server, processes and browser), `attack` (long tests under faults).
import { defineConfig } from "vitest/config";
import { closingLine } from "./infra/checks/closing-line.ts";
import { LongestFirst } from "./infra/checks/longest-first.ts";

/** What is tested on every kind of database; SQLite, the default, is part of `unit`. */
const onServers = {
  include: [
    "services/{store,bus,sessions,workflow}/**/*.test.ts",
    "services/accounts/{races,audit,current-providers,organization-quotas,provisioning,sealing,setup-link}.test.ts",
    "services/counters/database.test.ts",
    "cli/commands/db.test.ts",
  ],
  exclude: [
    "**/node_modules/**",
    // The file, and the plans, of SQLite itself.
    "services/store/{sqlite-database,dialect,check-database,plans}.test.ts",
    "services/store/migrations/*.test.ts",
    "services/bus/full-database.test.ts",
    // Two processes on one SQLite file; on servers, infra/e2e/many-servers.test.ts has more of them.
    "services/bus/rabbit/two-workers.test.ts",
  ],
};
/** What one of them has no words for, or no patience with: columns of different types in a comparison. */
const unlike = {
  mariadb: ["services/store/scoped-conflicts.test.ts", "services/store/server/postgres.test.ts"],
  postgres: [
    "services/store/scoped-queries.property.test.ts",
    // Over RabbitMQ, on SQLite and MariaDB: what differs between databases is in the suite of their own bus.
    "services/bus/rabbit*.test.ts",
  ],
} as const;

/** Databases on servers that this run has: infra/checks/test-services.ts starts them, or the environment names them. */
const servers = (["mariadb", "postgres"] as const).filter(
  (kind) =>
    /\ball\b/.test(process.env["PARLANCE_TEST_SERVICES"] ?? "") ||
    (process.env["PARLANCE_TEST_SERVICES"] ?? "").includes(kind) ||
    process.env[`PARLANCE_TEST_${kind.toUpperCase()}_URL`] !== undefined,
);

/** The slowest machine seen takes a quarter of these for the longest test that has no limit of its own. */
const shared = { pool: "forks", testTimeout: 120_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    // Most tests wait part of their time, for a disk, another process or a page: three at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ["infra/checks/test-services.ts", "infra/checks/run-folder.ts"],
    reporters: ["default", closingLine],
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // Modules are loaded once for all files that a worker runs: none of ours does or keeps anything when it is imported.
          isolate: false,
          include: ["{index-store,services,workers,cli,infra,web}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "infra/e2e/**", "services/store/server/**"],
        },
      },
      ...servers.map((kind) => ({
        test: {
          ...shared,
          name: kind,
          isolate: false,
          include: onServers.include,
          exclude: [...onServers.exclude, ...unlike[kind]],
          env: { PARLANCE_TEST_DATABASE: kind },
        },
      })),
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["infra/e2e/**/*.test.ts"],
          // The slowest machine seen takes a quarter of this for the longest test.
          testTimeout: 400_000,
          hookTimeout: 240_000,
          // A second thread of a server loads as many modules again, and few tests are about two.
          env: { PARLANCE_API_THREADS: "1" },
        },
      },
      {
        test: {
          ...shared,
          name: "attack",
          include: ["infra/attack/**/*.attack.ts"],
          // One file at a time: an attack fills disks, kills processes and measures times.
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
