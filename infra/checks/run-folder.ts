// A vitest globalSetup: a folder for what the test files of one run share, such as a home with the sample.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the folder in the environment of the tests. Returns what removes it. */
export const setup = async (): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-test-run-"));
  // Workers are started after this, with this process's environment.
  process.env["PARLANCE_TEST_RUN_FOLDER"] = folder;
  return () => rm(folder, { recursive: true, force: true });
};
