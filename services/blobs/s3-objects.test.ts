// Lists of a bucket that come in many pages, each of them slow: the time limit is that of a page, not of the whole list.
import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import { openS3Client, wholeMs } from "./s3-client.ts";
import { s3Objects } from "./s3-objects.ts";

let server: Server | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
});

const IDLE_MS = 300;
const PAGES = 6;
const PAGE_MS = 200;

/** A page with one object, and the name of the next page where there is one. */
const page = (n: number): string => {
  const more = n + 1 < PAGES;
  const next = more ? `<NextContinuationToken>${n + 1}</NextContinuationToken>` : "";
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}<Contents><Key>k${n}</Key><Size>1</Size></Contents></ListBucketResult>`;
};

it("gives each page of a list its own time", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  const listening = createServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    await pause(PAGE_MS);
    response.setHeader("content-type", "application/xml");
    response.end(page(Number(searchParams.get("continuation-token") ?? 0)));
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
  const address = listening.address();
  const port = typeof address === "object" ? address?.port : 0;
  const endpoint = `http://127.0.0.1:${port}`;
  const where = { bucket: "parlance", shown: "s3://parlance" };
  const client = openS3Client({ ...where, root: "", endpoint, region: "us-east-1" }, IDLE_MS);
  const objects = s3Objects(client, { ...where, now: () => 0, idleMs: IDLE_MS });
  const begun = performance.now();
  const names: string[] = [];
  for await (const { name } of objects.list("")) names.push(name);
  expect(names).toEqual(["k0", "k1", "k2", "k3", "k4", "k5"]);
  // Otherwise the test would say nothing.
  expect(performance.now() - begun).toBeGreaterThan(wholeMs(IDLE_MS));
  client.destroy();
});
