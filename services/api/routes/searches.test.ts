// Counts of searches: by day, mode, time and outcome, without names; texts only where an admin wants them; and not of who opted out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searches } from "#services/contract/searches.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { workerScope } from "#services/domain/scope.ts";
import { addSearches } from "#services/store/store.ts";
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

  it("are compared with as many days before, text by text where the difference is no chance", async () => {
    const { parts } = await api.instance.accounts();
    const store = parts.database.within(workerScope(defaultOrganization));
    await api.owner.ask("/api/v1/organization", {
      method: "PATCH",
      body: { keepsSearchTexts: true },
    });
    const today = Math.floor(api.clock.now / 86_400_000);
    const text = (day: number, of: string, searches: number) => ({
      day: today - day,
      text: of,
      searches,
      empty: 0,
    });
    const before = (await counted()).before.searches;
    await store.transaction((rows) =>
      addSearches(
        rows,
        [
          {
            day: today - 9,
            mode: "hybrid",
            searches: 5,
            empty: 2,
            times: [0, 0, 4, 1],
            opened: [1],
          },
        ],
        [
          text(1, "ovens", 9),
          text(9, "ovens", 1),
          text(10, "mixers", 12),
          text(2, "flour", 5),
          text(9, "flour", 4),
          // Longer ago than the time before.
          text(20, "ancient", 50),
        ],
      ),
    );
    const { before: then, texts } = await counted();
    expect(then.searches - before).toBe(5);
    expect(then).toMatchObject({ empty: 2, p50: 20, opened: 1 });
    expect(texts?.rising).toEqual([{ text: "ovens", searches: 9, before: 1 }]);
    expect(texts?.falling).toEqual([{ text: "mixers", searches: 0, before: 12 }]);
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
