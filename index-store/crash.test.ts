// A writer killed at any moment leaves an index that is whole, has everything it acknowledged, and can be written to.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { documents, ids } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const writerFile = fileURLToPath(new URL("testing/index-writer.ts", import.meta.url));
const ROUNDS = 6;

const rowsOfVersion = (number: number): string[] => {
  const live = new Set<string>();
  for (let made = 1; made <= number; made++) {
    for (const id of ids((made - 3) * 10, (made - 3) * 10 + 5)) live.delete(id);
    for (const id of ids(made * 10, made * 10 + 10)) live.add(id);
  }
  return [...live].sort();
};

describe("a killed writer", () => {
  it("loses nothing that it acknowledged", { timeout: 90_000 }, async () => {
    const path = await temporaryFolder();
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(process.execPath, [writerFile, path], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let seen = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        seen++;
        // The next commit is under way; a few ms later each round it is somewhere else.
        if (seen === 2) setTimeout(() => child.kill("SIGKILL"), round * 11);
      }
      const { store } = await openedIndex(path);
      const searcher = await store.searcher();
      expect(searcher.degraded).toBeNull();
      expect(searcher.version.number).toBeGreaterThanOrEqual(acknowledged);
      const found: string[] = [];
      for await (const batch of searcher.scan(100)) found.push(...batch.ids);
      expect(found.sort()).toEqual(rowsOfVersion(searcher.version.number));
      expect((await store.batches()).size).toBe(searcher.version.number);
      searcher.close();
      await store.close();
    }
    const { store } = await openedIndex(path);
    expect((await store.verify()).damaged).toEqual([]);
    const again = await store.commit({ add: [documents(["new"])] }, { message: "again" });
    expect(again).not.toBeNull();
  });
});
