// Erasing by another process: from the moment it is asked for, nothing of it is in any answer, while it goes on and after it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysis } from "#services/contract/analysis.ts";
import { type ErasingApi, openErasingApi } from "../erasing.builders.ts";

const stays = Array.from(
  { length: 12 },
  (_, at) => `the harbour master wrote note ${at} about tides`,
);

let api: ErasingApi;

/** Asks everything again and again until the erasure is over, and once more: the first question after it. */
const leaksUntilErased = async (word: string, messages: number): Promise<string[]> => {
  const found = new Set<string>();
  const look = async () => {
    for (const leak of await api.leaks(word, messages)) found.add(leak);
  };
  let over = false;
  const end = api.rest().then(() => {
    over = true;
  });
  do await look();
  while (!over);
  await end;
  await look();
  return [...found];
};

describe("an upload that is erased by another process", () => {
  beforeAll(async () => {
    api = await openErasingApi(["ingest", "embed", "commit", "erase"]);
    await api.bring("stays", stays);
  });
  afterAll(() => api.close());

  it.each(["zanzibar", "quetzal", "vermilion"])(
    "is in no answer any more: %s",
    async (word) => {
      const upload = await api.bring(word, [`a ${word} ship came in`, `the ${word} ship left`]);
      const seen = await api.leaks(word, stays.length + 2);
      expect(seen).toEqual(expect.arrayContaining(["/export", "/conversations?limit=200"]));
      await api.erase(upload);
      expect(await leaksUntilErased(word, stays.length)).toEqual([]);
    },
    60_000,
  );
});

describe("an upload that was analysed", () => {
  beforeAll(async () => {
    api = await openErasingApi(["ingest", "embed", "commit", "erase", "analyse"]);
    await api.bring("stays", stays);
  });
  afterAll(() => api.close());

  it("is in no topic, figure, map, list or export any more", async () => {
    const word = "zanzibar";
    const upload = await api.bring(word, [`a ${word} ship came in`, `the ${word} ship left`]);
    const state = async () => {
      const { state: now, messages } = await api.read(analysis, `${api.at}/analysis`);
      return `${now} ${messages}`;
    };
    await expect.poll(state, { timeout: 30_000 }).toBe(`done ${stays.length + 2}`);
    const seen = await api.leaks(word, stays.length + 2);
    expect(seen).toContain("/messages");
    // Which of these name the word depends on whether both imports were analysed at once or one after the other.
    expect(["/overview", "/topics?hidden=1", "/figures", "/report"]).toEqual(
      expect.arrayContaining([expect.toSatisfy((path: string) => seen.includes(path))]),
    );
    await api.erase(upload);
    expect(await api.read(analysis, `${api.at}/analysis`)).toMatchObject({
      id: null,
      state: expect.stringMatching(/^(waiting|running)$/),
      renewed: true,
      error: null,
    });
    expect(await leaksUntilErased(word, stays.length)).toEqual([]);
    expect(await state()).toBe(`done ${stays.length}`);
  }, 90_000);
});
