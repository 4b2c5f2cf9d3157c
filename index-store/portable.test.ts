// A copy of an index is whole or refused.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportIndex, restoreIndex } from "./index-store.ts";
import { documents, ids, rowOf } from "./testing/documents.ts";
import { openedIndex } from "./testing/opened-index.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

describe("export and restore", () => {
  it("carry all versions, tags and files", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "1", batches: ["b"] });
    await store.commit({ remove: ids(0, 3) }, { message: "2" });
    await store.tag(1, "first");
    const folder = await temporaryFolder();
    await exportIndex(store, join(folder, "backup"));
    await restoreIndex(join(folder, "backup"), join(folder, "restored"));
    const { store: restored } = await openedIndex(join(folder, "restored"));
    expect(await restored.versions()).toEqual(await store.versions());
    expect((await restored.verify()).damaged).toEqual([]);
    const searcher = await restored.searcher("first");
    expect(searcher.vector("chunk-2")).toEqual(rowOf("chunk-2").vector);
    searcher.close();
    expect(await restored.commit({ remove: ["chunk-5"] }, { message: "3" })).toMatchObject({
      number: 3,
    });
  });

  it("refuse a damaged source and a folder that is not empty", async () => {
    const { store } = await openedIndex();
    await store.commit({ add: [documents(ids(0, 10))] }, { message: "1" });
    const folder = await temporaryFolder();
    await writeFile(join(folder, "mine"), "");
    await expect(exportIndex(store, folder)).rejects.toThrow(/not empty/);
    const objects = join(store.path, "lfs/objects");
    for (const entry of await readdir(objects, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await writeFile(join(entry.parentPath, entry.name), "broken");
    await expect(exportIndex(store, join(folder, "backup"))).rejects.toMatchObject({
      code: "damaged",
    });
    expect(await readdir(folder)).toEqual(["mine"]);
  });
});
