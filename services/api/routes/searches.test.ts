// Counts of searches: by day, mode, time and outcome, without names; texts only where an admin wants them; and not of who opted out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searches } from "#services/contract/searches.ts";
import { type AccountsApi, openAccountsApi } from "../accounts.builders.ts";
import { openTestApi } from "../api.builders.ts";

let api: AccountsApi;
beforeAll(async () => {
  api = await openAccountsApi();
});
afterAll(() => api.close());

const counted = () => api.owner.read(searches, "/api/v1/searches?days=7");
const search = (person: { ask: AccountsApi["owner"]["ask"] }, query: string, mode = "lexical") =>
  person.ask("/api/v1/search", { body: { query, mode } });

describe("searches", () => {
  it("are counted by day and mode, and where hits were opened", async () => {
    await search(api.owner, "kettle");
    await search(api.owner, "harbour");
    await search(api.owner, "kettle", "semantic");
    for (const place of [1, 1, 3, 40])
      await api.owner.ask("/api/v1/searches/opened", { body: { place, mode: "lexical" } });
    const found = await counted();
    expect(found.days).toHaveLength(7);
    expect(found.days.at(-1)).toMatchObject({ searches: 3, empty: 3, opened: 4 });
    expect(found.all.p95).not.toBeNull();
    expect(found.modes.map(({ mode, searches: count }) => [mode, count])).toEqual([
      ["lexical", 2],
      ["semantic", 1],
    ]);
    expect(found.places).toEqual([2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(found.texts).toBeNull();
  });

  it("of somebody who opted out are not counted", async () => {
    const person = await api.join("shy@example.org", "member");
    const body = { preferences: { countSearches: false } };
    expect((await person.ask("/api/v1/account", { method: "PATCH", body })).status).toBe(200);
    const before = (await counted()).all.searches;
    await search(person, "secret thing");
    expect((await counted()).all.searches).toBe(before);
  });

  it("keep their texts only where an admin turned that on, and lose them when it is turned off", async () => {
    const keep = (keepsSearchTexts: boolean) =>
      api.owner.ask("/api/v1/organization", { method: "PATCH", body: { keepsSearchTexts } });
    await keep(true);
    const { rows } = (await api.instance.accounts()).parts.database.system;
    // What was known before is asked again after a few seconds.
    await new Promise((later) => setTimeout(later, 5100));
    for (const query of ["Granite", " granite ", "willow"]) await search(api.owner, query);
    expect((await counted()).texts?.frequent).toEqual([
      { text: "granite", searches: 2, empty: 2 },
      { text: "willow", searches: 1, empty: 1 },
    ]);
    await keep(false);
    expect((await counted()).texts).toBeNull();
    expect(await rows.selectFrom("search_texts").selectAll().execute()).toEqual([]);
  });

  it("are counted where there are no accounts too", async () => {
    const open = await openTestApi({ idle: true });
    try {
      await open.ask("/api/v1/search", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"query":"kettle"}',
      });
      expect((await open.read(searches, "/api/v1/searches")).all.searches).toBe(1);
    } finally {
      await open.close();
    }
  });
});
