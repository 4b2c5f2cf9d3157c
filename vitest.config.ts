// The test projects: `unit` (no service, no browser), `e2e` (a real server, real processes, a real browser).
import { defineConfig } from "vitest/config";
import { closingLine } from "./infra/checks/closing-line.ts";

const shared = { pool: "forks", testTimeout: 30_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
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
    ],
  },
});
