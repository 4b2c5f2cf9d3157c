// A vitest reporter that closes the run with one plain line, `N passed, N failed, N skipped`, and lists what was skipped and why.
import type { Reporter, TestModule } from "vitest/node";

/** Counts every test of the run; skipped ones are named, so that a missing service cannot hide. */
export const closingLine: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandled) {
    let passed = 0;
    // A file that cannot be loaded and an error outside of any test are failures too.
    let failed = unhandled.length;
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed" && module.errors().length > 0) failed += 1;
      // What prepares a group of tests failed: its tests count as skipped, which must not hide it.
      for (const suite of module.children.allSuites())
        if (suite.state() === "failed" && suite.errors().length > 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  },
};
