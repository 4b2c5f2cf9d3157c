// People who have several names, as in Slack: found by each of them, shown by the best, and written out with all.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searchAnswer } from "#services/contract/search.ts";
import { upload, uploadAccepted } from "#services/contract/uploads.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

const folder = join(import.meta.dirname, "../../parse/fixtures/slack");
let api: TestApi;
let collection: string;

const bring = async () => {
  const paths = await readdir(folder, { recursive: true });
  const files: Record<string, Uint8Array> = {};
  for (const path of paths.filter((one) => one.endsWith(".json")))
    files[path] = new Uint8Array(await readFile(join(folder, path)));
  const sent = await api.ask(`/api/v1/collections/${collection}/uploads?filename=slack.zip`, {
    method: "PUT",
    body: zipSync(files),
  });
  const { id } = uploadAccepted.parse(await sent.json());
  await (await api.ask(`/api/v1/uploads/${id}/events`)).text();
  expect((await api.read(upload, `/api/v1/uploads/${id}`)).state).toBe("done");
};

beforeAll(async () => {
  api = await openTestApi();
  collection = (await api.makeCollection("Work")).id;
  await bring();
});
afterAll(() => api.close());

const authors = async (query: string, of = collection) => {
  const { hits } = await api.read(searchAnswer, `/api/v1/collections/${of}/search`, {
    body: { query, units: ["message"] },
  });
  return [...new Set(hits.map(({ author }) => author))];
};

describe("an author with several names", () => {
  it.each([
    ["from:U1", "Anna"],
    ["from:anna", "Anna"],
    ["from:@anna", "Anna"],
    ['from:"anna berg"', "Anna"],
    ["from:Berg", "Anna"],
    ["from:ben", "Ben Okoye"],
    ["from:@ben", "Ben Okoye"],
    ['from:"Ben Okoye"', "Ben Okoye"],
    ["from:okoye", "Ben Okoye"],
    ["from:u2", "Ben Okoye"],
    ["from:cleo", "Cleo"],
    ["from:b1", "deploy"],
  ])("is found by %s", async (query, shown) => {
    expect(await authors(query)).toEqual([shown]);
  });

  it("comes back with all names from Parlance's own export", async () => {
    const exported = await (await api.ask(`/api/v1/collections/${collection}/export`)).text();
    expect(exported).toContain(
      '"authors":[{"id":"B1","shown":"deploy","others":["B1"]},{"id":"U1","shown":"Anna","others":["Anna Berg","U1","anna"]}',
    );
    const copy = await api.makeCollection("Copy");
    await api.importText(copy.id, "export.jsonl", exported);
    expect(await authors("from:ben", copy.id)).toEqual(["Ben Okoye"]);
    const again = await (await api.ask(`/api/v1/collections/${copy.id}/export`)).text();
    const named = (text: string) => text.match(/"authors":\[.*?\}\]/gu);
    expect(named(again)).toEqual(named(exported));
  });

  it("is found in a home from before there were such names, once the export is imported again", async () => {
    await api.parlance.store.rows.deleteFrom("author_names").execute();
    expect(await authors("from:u2")).toEqual([]);
    await bring();
    expect(await authors("from:u2")).toEqual(["Ben Okoye"]);
  });
});
