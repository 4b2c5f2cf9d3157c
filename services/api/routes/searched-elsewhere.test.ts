// The product with its vectors on a server with pgvector: imported, searched with filters, lost and made again, erased, away.
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type VectorsServer, vectorsServer } from "#index-store/testing/vectors-server.ts";
import { type SearchAnswer, searchAnswer } from "#services/contract/search.ts";
import { requestChecks } from "#workers/reconcile.ts";
import { aChatLog, atRest } from "#workers/workers.builders.ts";
import { openTestApi, type TestApi } from "../api.builders.ts";

let server: VectorsServer;
let api: TestApi;
let collection: string;
let upload: string;
let isAway = false;

beforeAll(async () => {
  server = await vectorsServer();
  api = await openTestApi({
    env: { PARLANCE_INDEX_ENGINE: "pgvector", PARLANCE_VECTORS_URL: server.url },
  });
  collection = (await api.makeCollection("garden")).id;
  await api.importText(collection, "first.jsonl", aChatLog(100, 6, 1));
  upload = (await api.importText(collection, "second.jsonl", aChatLog(250, 6, 2))).id;
  await atRest(api.parlance);
}, 180_000);
afterAll(async () => {
  await api?.close();
  if (!isAway) await server?.close();
});

const search = (body: Record<string, unknown>): Promise<SearchAnswer> =>
  api.read(searchAnswer, `/api/v1/collections/${collection}/search`, {
    body: { query: "tomato seed in the rain", units: ["message"], ...body },
  });

const chunksOf = ({ hits }: SearchAnswer) => hits.map(({ chunk }) => chunk);

const run = async (statement: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

/** Rows of all segments on the server. */
const rowsThere = async (): Promise<number> => {
  const [found] = await run(
    "select coalesce(sum(rows), 0)::int as rows from parlance_vectors.segments",
  );
  return Number(found?.["rows"]);
};

// Up to four stages follow each other in a test, on a server that may be PGlite.
describe("vectors on another server", { timeout: 120_000 }, () => {
  it("answer by meaning, with filters", async () => {
    expect(await rowsThere()).toBeGreaterThan(2000);
    const found = await search({ mode: "semantic", filters: { roles: ["assistant"] } });
    expect(found.hits).toHaveLength(20);
    expect(new Set(found.hits.map(({ role }) => role))).toEqual(new Set(["assistant"]));
    expect((await search({})).mode).toBe("hybrid");
  });

  it("are made again from the index's files when the server has lost them", async () => {
    const before = chunksOf(await search({ mode: "semantic" }));
    await run("drop schema parlance_vectors cascade");
    await requestChecks(api.instance);
    await atRest(api.parlance);
    expect(chunksOf(await search({ mode: "semantic" }))).toEqual(before);
  });

  it("leave the server with the upload that is erased", async () => {
    const before = await rowsThere();
    expect((await api.ask(`/api/v1/uploads/${upload}`, { method: "DELETE" })).status).toBe(202);
    await atRest(api.parlance);
    expect(await rowsThere()).toBeLessThan(before - 1500);
    const [tables] = await run(
      "select (select count(*) from pg_tables where schemaname = 'parlance_vectors')::int - 1 = count(*) as same from parlance_vectors.segments",
    );
    expect(tables).toEqual({ same: true });
  });

  it("are done without where the server is away: words answer, and say so", async () => {
    // Fewer rows than this are compared here.
    await api.importText(collection, "third.jsonl", aChatLog(250, 6, 3));
    await atRest(api.parlance);
    await server.close();
    isAway = true;
    const found = await search({});
    expect(found.mode).toBe("lexical");
    expect(found.hits).toHaveLength(20);
    expect(found.notices.join(" ")).toMatch(/searches by meaning is not available/);
    const refused = await api.ask(`/api/v1/collections/${collection}/search`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "tomato", mode: "semantic" }),
    });
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain("PARLANCE_VECTORS_URL");
  });
});
