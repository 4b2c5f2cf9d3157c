// Random questions of several organizations, with each other's ids and cursors: none is answered with what another one has.
import { afterAll, beforeAll, expect, it } from "vitest";
import { askAtRandom, openTenants, type Tenants } from "./tenants.builders.ts";

let tenants: Tenants;
beforeAll(async () => {
  tenants = await openTenants(5, 12);
}, 120_000);
afterAll(() => tenants.close());

it("answers six hundred random questions of five organizations with their own messages only", async () => {
  const { leaks, answered, statuses } = await askAtRandom(tenants, 600, 11);
  expect(leaks).toEqual([]);
  // Enough of them were good questions.
  expect(answered).toBeGreaterThan(250);
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
});
