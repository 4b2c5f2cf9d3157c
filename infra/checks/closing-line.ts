// A vitest reporter that closes the run with one plain line, `N passed, N failed, N skipped`, and lets no test vanish.
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const root = join(import.meta.dirname, "..", "..");

/** Tests whose data lie outside of the project say this in their name; only they may be skipped in CI. */
const isExcused = (name: string): boolean => name.includes("shared data");

/** Test files that a whole run leaves out on purpose: `npm run attack` has them. */
const isLeftOut = (path: string): boolean =>
  path.includes("node_modules") || path.startsWith("infra/attack/");

const testFiles = (): string[] =>
  globSync("{index-store,services,workers,cli,infra,web}/**/*.test.{ts,tsx}", {
    cwd: root,
    exclude: isLeftOut,
  });

/**
 * Counts every test of the run. Skipped ones are named; in CI (`CI=true`) a test that is skipped for want of a tool has failed.
 * Where the run is a whole one (`PARLANCE_TEST_RUN=whole`, set by `npm test` without arguments), a test file that was not run or
 * holds no test has failed too.
 */
export const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandled) {
    let passed = 0;
    // A file that cannot be loaded and an error outside of any test are failures too.
    let failed = unhandled.length;
    const skipped: string[] = [];
    const ran = new Set<string>();
    const say = (text: string) => process.stdout.write(`${text}\n`);
    for (const module of modules) {
      if (module.state() === "failed" && module.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        ran.add(module.relativeModuleId);
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    for (const name of skipped) say(`skipped: ${name}`);
    if (process.env["CI"] === "true")
      for (const name of skipped.filter((one) => !isExcused(one))) {
        say(`failed: skipped in CI, where its tool has to be installed: ${name}`);
        failed += 1;
      }
    if (process.env["PARLANCE_TEST_RUN"] === "whole")
      for (const path of testFiles().filter((one) => !ran.has(one))) {
        say(`failed: no test of this file was run: ${path}`);
        failed += 1;
      }
    if (failed > 0) process.exitCode = 1;
    say(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  },
};
