// The analysis cache keeps frames open, but never longer than the snapshot they were read from.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApi, printerDay, type TestApi } from "#services/api/api.builders.ts";
import { analysis } from "#services/contract/analysis.ts";
import { mapMeta } from "#services/contract/map.ts";
import { readCollectionId } from "#services/domain/ids.ts";
import { openAnalysisCache } from "./analysis-cache.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe("the analysis cache", () => {
  it("shows nothing of an analysis that an erasure has taken away", async () => {
    const { id } = await api.makeCollection("Printers");
    const at = `/api/v1/collections/${id}`;
    await api.importText(id, "printers.txt", printerDay);
    await expect
      .poll(async () => (await api.read(analysis, `${at}/analysis`)).state, { timeout: 20_000 })
      .toBe("done");
    const collection = readCollectionId(id);
    if (!collection) throw new Error(`${id} is no collection`);
    const analyses = openAnalysisCache().within(api.parlance);
    const [first, again] = [await analyses.view(collection), await analyses.view(collection)];
    expect(first?.frame.authors).toContain("anna");
    expect(again?.frame).toBe(first?.frame);
    expect((await api.read(mapMeta, `${at}/map`)).points).toBeGreaterThan(0);
    await (await api.parlance.indexes.open(collection)).eraseAttachments();
    expect(await analyses.view(collection)).toBeUndefined();
    expect(await api.read(mapMeta, `${at}/map`)).toMatchObject({ analysis: null, points: 0 });
  });
});
