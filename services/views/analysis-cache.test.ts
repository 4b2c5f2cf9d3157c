// Tests that the analysis cache keeps a view while nothing about its collection changes, and no longer.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { analysis } from "#services/contract/analysis.ts";
import { mapMeta } from "#services/contract/map.ts";
import { type CollectionId, readCollectionId, readUploadId } from "#services/domain/ids.ts";
import { changeCollection } from "#services/store/collections.ts";
import { requestOriginErasure } from "#services/store/erase-requests.ts";
import { openAnalysisCache } from "./analysis-cache.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const analysed = async (name: string): Promise<{ collection: CollectionId; upload: string }> => {
  const { id } = await api.makeCollection(name);
  const upload = await api.importText(id, "printers.txt", printerDay);
  const state = async () => (await api.read(analysis, `/api/v1/collections/${id}/analysis`)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("done");
  const collection = readCollectionId(id);
  if (!collection) throw new Error(`${id} is no collection`);
  return { collection, upload: upload.id };
};

describe("the analysis cache", () => {
  it("keeps a view while nothing changes, and its frame while the analysis is the same", async () => {
    const { collection } = await analysed("Kept");
    const analyses = openAnalysisCache().within(api.parlance);
    const [first, again] = await Promise.all([
      analyses.view(collection),
      analyses.view(collection),
    ]);
    expect(first?.frame.authors).toContain("anna");
    expect(again).toBe(first);
    await changeCollection(api.parlance.store, collection, { description: "of the office" });
    const changed = await analyses.view(collection);
    expect(changed).not.toBe(first);
    expect(changed?.frame).toBe(first?.frame);
  });

  it("shows nothing of an analysis from the moment that an erasure is requested", async () => {
    const { collection, upload } = await analysed("Erased");
    const analyses = openAnalysisCache().within(api.parlance);
    expect(await analyses.view(collection)).toBeDefined();
    const at = `/api/v1/collections/${collection}`;
    expect((await api.read(mapMeta, `${at}/map`)).points).toBeGreaterThan(0);
    const id = readUploadId(upload);
    if (!id) throw new Error(`${upload} is no upload`);
    await requestOriginErasure(api.parlance.store, id);
    expect(await analyses.view(collection)).toBeUndefined();
    expect(await api.read(mapMeta, `${at}/map`)).toMatchObject({ analysis: null, points: 0 });
  });

  it("keeps the last four collections", { timeout: 120_000 }, async () => {
    const analyses = openAnalysisCache().within(api.parlance);
    const [first, ...others] = await Promise.all(
      ["a", "b", "c", "d", "e"].map((name) => analysed(name)),
    );
    if (!first) throw new Error("there is no collection");
    const before = await analyses.view(first.collection);
    for (const { collection } of others) await analyses.view(collection);
    const after = await analyses.view(first.collection);
    expect(after?.analysis.id).toBe(before?.analysis.id);
    expect(after?.frame).not.toBe(before?.frame);
  });
});
