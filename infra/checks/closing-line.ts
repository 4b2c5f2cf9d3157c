// A vitest reporter that ends with one plain line, `N passed, N failed, N skipped`, and fails where tests are missing.
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const root = join(import.meta.dirname, "..", "..");

/** Tests whose data are outside of the project say so in their names; only these may be skipped in CI. */
const isExcused = (name: string): boolean => name.includes("shared data");

/** Test files that a full run leaves out on purpose: `npm run attack` runs them. */
const isLeftOut = (path: string): boolean =>
  path.includes("node_modules") ||
  path.startsWith("infra/attack/") ||
  // Without a server of databases, these have nothing to run against.
  (path.startsWith("services/store/server/") &&
    process.env["PARLANCE_TEST_MARIADB_URL"] === undefined &&
    process.env["PARLANCE_TEST_POSTGRES_URL"] === undefined);

const testFiles = (): string[] =>
  globSync("{index-store,services,workers,cli,infra,web}/**/*.test.{ts,tsx}", {
    cwd: root,
    exclude: isLeftOut,
  });

const say = (text: string) => process.stdout.write(`${text}\n`);

interface Counted {
  passed: number;
  failed: number;
  readonly skipped: string[];
  /** Files of which at least one test was run or skipped. */
  readonly ran: Set<string>;
}

const count = (counted: Counted, module: TestModule): void => {
  if (module.state() === "failed" && module.errors().length > 0) counted.failed += 1;
  // If the set-up of a group of tests fails, its tests count as skipped; that must not hide the failure.
  for (const suite of module.children.allSuites())
    if (suite.state() === "failed" && suite.errors().length > 0) counted.failed += 1;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counted.ran.add(module.relativeModuleId);
    if (state === "passed") counted.passed += 1;
    else if (state === "failed") counted.failed += 1;
    else counted.skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
  }
};

/** Tests that should have been run but were not. */
const missed = ({ skipped, ran }: Counted): string[] => [
  ...(process.env["CI"] === "true" ? skipped : [])
    .filter((name) => !isExcused(name))
    .map((name) => `skipped in CI, where its tool has to be installed: ${name}`),
  ...(process.env["PARLANCE_TEST_RUN"] === "whole" ? testFiles() : [])
    .filter((path) => !ran.has(path))
    .map((path) => `no test of this file was run: ${path}`),
];

/**
 * Counts every test. Skipped ones are listed; in CI (`CI=true`) a test that is skipped because a tool is missing has failed.
 * In a full run (`PARLANCE_TEST_RUN=whole`, set by `npm test` without arguments), a test file that was not run or
 * contains no test has failed too.
 */
export const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandled) {
    // A file that cannot be loaded, and an error outside of any test, are failures too.
    const counted: Counted = { passed: 0, failed: unhandled.length, skipped: [], ran: new Set() };
    for (const module of modules) count(counted, module);
    for (const name of counted.skipped) say(`skipped: ${name}`);
    for (const problem of missed(counted)) {
      say(`failed: ${problem}`);
      counted.failed += 1;
    }
    if (counted.failed > 0) process.exitCode = 1;
    say(`${counted.passed} passed, ${counted.failed} failed, ${counted.skipped.length} skipped`);
  },
};
