// Forty erasures in a row by another process: no answer during or right after one contains a word or a count of what is erased.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErasingApi, openErasingApi } from "#services/api/erasing.builders.ts";

const TIMES = 40;
const stays = Array.from({ length: 60 }, (_, at) => `the harbour master wrote note ${at}`);

let api: ErasingApi;
beforeAll(async () => {
  api = await openErasingApi(["ingest", "embed", "commit", "erase"]);
  await api.bring("stays", stays);
});
afterAll(() => api.close());

describe("erasures one after another", () => {
  it("hide their messages in every answer from the moment they are requested", async () => {
    const leaks: string[] = [];
    for (let time = 0; time < TIMES; time++) {
      const word = `zanzibar${String.fromCharCode(97 + (time % 26))}${String.fromCharCode(97 + Math.floor(time / 26))}`;
      const upload = await api.bring(word, [`a ${word} ship came in`, `the ${word} ship left`]);
      expect((await api.leaks(word, stays.length + 2)).length).toBeGreaterThan(0);
      await api.erase(upload);
      let over = false;
      const end = api.rest().then(() => {
        over = true;
      });
      do leaks.push(...(await api.leaks(word, stays.length)));
      while (!over);
      await end;
      leaks.push(...(await api.leaks(word, stays.length)));
    }
    expect(leaks).toEqual([]);
  });
});
