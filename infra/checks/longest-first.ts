// The order of test files: those first that take long, so that no core is idle at the end of a run beside the last of them.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take long for their size, which is what the others are ordered by in a fresh clone. A clone that has run them before
 * remembers how long each took.
 */
export const longest: readonly string[] = [
  "workers/stages/ingest-slices.test.ts",
  "workers/killed.test.ts",
  "workers/analysis-killed.test.ts",
  "index-store/history/git-far.test.ts",
  "workers/stages/analyse-erased.test.ts",
  "workers/stages/analyse-edits.test.ts",
  "services/api/routes/damage.test.ts",
  "index-store/rebuild.test.ts",
  "services/api/routes/erasing.test.ts",
  "index-store/ann/faiss.test.ts",
  "services/views/analysis-cache.test.ts",
];

/** Browsers before everything, then the longest, then the others. */
const rank = ({ project, moduleId }: TestSpecification): number => {
  if (project.name === "e2e") return -1;
  const place = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? longest.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
