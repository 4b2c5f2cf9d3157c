// The test projects: `unit` (no service, no browser), `e2e` (a real server, processes and browser), `attack` (long tests under faults).
import { defineConfig } from "vitest/config";
import { closingLine } from "./infra/checks/closing-line.ts";
import { LongestFirst } from "./infra/checks/longest-first.ts";

// A worker runs one file after another, with modules loaded once: none of ours does anything, or keeps anything, when it is imported.
const shared = { pool: "forks", isolate: false, testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // Most tests wait part of their time, for a disk, another process or a page: three at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", closingLine],
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
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
