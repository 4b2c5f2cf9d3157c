// A folder that is removed when the test is over.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-index-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
