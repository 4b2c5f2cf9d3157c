// The test projects: `unit` (no service, no browser), `e2e` (a real server, processes and browser), `attack` (long tests under faults).
import { defineConfig } from "vitest/config";
import { closingLine } from "./infra/checks/closing-line.ts";
import { LongestFirst } from "./infra/checks/longest-first.ts";

const shared = { pool: "forks", testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // Most tests wait part of their time, for a disk, another process or a page: three at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: "infra/checks/test-services.ts",
    reporters: ["default", closingLine],
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // Modules are loaded once for all files that a worker runs: none of ours does or keeps anything when it is imported.
          isolate: false,
          include: ["{index-store,services,workers,cli,infra,web}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "infra/e2e/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["infra/e2e/**/*.test.ts"],
          testTimeout: 120_000,
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
