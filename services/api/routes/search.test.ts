// From an upload to a hit over HTTP, and everything that a question may ask for.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SearchRequestInput, searchAnswer } from "#services/contract/search.ts";
import { ircDay, openTestApi, printerDay, type TestApi } from "../api.builders.ts";

let api: TestApi;
let first: string;
let second: string;

beforeAll(async () => {
  api = await openTestApi();
  first = (await api.makeCollection("First")).id;
  second = (await api.makeCollection("Second")).id;
  const done = await api.importText(first, "ubuntu/2008-01-03.log", printerDay);
  expect(done).toMatchObject({ state: "done", source: "irc" });
  const more = ircDay(
    Array.from({ length: 60 }, (_, at) => [
      `nick${at % 7}`,
      `line ${at} of the long talk about bicycles and the weather number ${at * 37}`,
    ]),
  );
  await api.importText(second, "bikes/2009-05-06.log", more);
});
afterAll(() => api.close());

const ask = (body: SearchRequestInput, collection?: string) =>
  api.read(
    searchAnswer,
    collection === undefined ? "/api/v1/search" : `/api/v1/collections/${collection}/search`,
    { body },
  );

describe("a question to one collection", () => {
  it("finds an error code by its words, highlighted, with its neighbours", async () => {
    const answer = await ask({ query: "0x80070005", mode: "lexical", units: ["message"] }, first);
    expect(answer.version).toBeGreaterThan(0);
    expect(answer).toMatchObject({ total: 1, totalIsExact: true, mode: "lexical" });
    const [hit] = answer.hits;
    const [mark] = hit?.highlights ?? [];
    expect(hit?.snippet.slice(mark?.start, mark?.end)).toBe("0x80070005");
    expect(hit).toMatchObject({
      author: "anna",
      source: "irc",
      lexicalRank: 1,
      semanticRank: null,
    });
    expect(hit?.after.map(({ author }) => author)).toEqual(["berg"]);
  });

  it("finds by meaning and by both, and says both ranks", async () => {
    const semantic = await ask({ query: "printer error", mode: "semantic" }, first);
    expect(semantic.hits[0]).toMatchObject({ semanticRank: 1, lexicalRank: null });
    const hybrid = await ask({ query: "printer error" }, first);
    expect(hybrid.mode).toBe("hybrid");
    expect(hybrid.hits[0]).toMatchObject({ semanticRank: 1, lexicalRank: 1, author: "anna" });
  });

  it("keeps to operators, filters, phrases and exclusions in every mode", async () => {
    for (const mode of ["semantic", "lexical", "hybrid"] as const) {
      const from = await ask({ query: "permission from:BERG", mode }, first);
      expect(new Set(from.hits.map(({ author }) => author))).toEqual(
        new Set(from.hits.length > 0 ? ["berg"] : []),
      );
      const phrase = await ask({ query: '"permission denied"', mode, units: ["message"] }, first);
      expect(phrase.hits.map(({ author }) => author)).toEqual(["anna"]);
      const without = await ask({ query: "permission -denied", mode }, first);
      expect(without.hits.some(({ snippet }) => snippet.includes("denied"))).toBe(false);
      const filtered = await ask({ query: "printer", mode, filters: { authors: ["cleo"] } }, first);
      expect(filtered.hits.every(({ author }) => author === "cleo")).toBe(true);
    }
  });

  it("finds exchanges where they are asked for, with their messages, the best answer and highlights in each", async () => {
    for (const [query, units] of [
      ["printer cups kind:exchange", undefined],
      ["printer cups", ["exchange" as const]],
    ] as const) {
      const answer = await ask({ query, ...(units ? { units: [...units] } : {}) }, first);
      expect(answer.understood.units).toEqual(["exchange"]);
      expect(answer.hits.length).toBeGreaterThan(0);
      expect(answer.hits.every(({ unit }) => unit === "exchange")).toBe(true);
      const [hit] = answer.hits;
      const exchange = hit?.exchange;
      expect(hit).toMatchObject({ author: "anna", before: [], after: [] });
      expect(exchange?.question.map(({ author }) => author)).toEqual(["anna", "anna", "anna"]);
      expect(exchange?.answers).toMatchObject([{ author: "berg", message: exchange?.best }]);
      expect(exchange?.more).toBe(0);
      const [answered] = exchange?.answers ?? [];
      const marked = answered?.highlights.map(({ start, end }) =>
        answered.snippet.slice(start, end),
      );
      expect(marked).toContain("cups");
    }
  });

  it("finds messages alone where those are asked for, in lists and by time", async () => {
    for (const body of [
      { query: "printer kind:message" },
      { query: "printer", units: ["message" as const] },
      { query: "from:anna" },
      { query: "printer", sort: "newest" as const },
    ]) {
      const answer = await ask(body, first);
      expect(answer.understood.units).toEqual(["message"]);
      expect(answer.hits.length).toBeGreaterThan(0);
      expect(
        answer.hits.every(({ unit, exchange }) => unit === "message" && exchange === null),
      ).toBe(true);
    }
    const none = await ask({ query: "printer kind:exchange", units: ["message"] }, first);
    expect(none.hits).toEqual([]);
  });

  it("counts messages where both compete, and exchanges where only those are searched", async () => {
    const counts = async (units?: SearchRequestInput["units"]) =>
      (await ask({ query: "printer", mode: "lexical", ...(units ? { units } : {}) }, first)).total;
    expect(await counts(["message", "exchange"])).toBe(await counts(["message"]));
    expect(await counts()).toBe(await counts(["message"]));
    expect(await counts(["exchange"])).toBe(1);
  });

  it("lists what matches operators alone, newest first", async () => {
    const answer = await ask({ query: "from:anna" }, first);
    expect(answer.total).toBe(answer.hits.length);
    expect(answer.totalIsExact).toBe(true);
    const times = answer.hits.map(({ at }) => at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(answer.hits.every(({ author }) => author === "anna")).toBe(true);
    const everything = await ask({ query: "", sort: "oldest" }, first);
    expect(everything.hits[0]?.author).toBe("anna");
  });

  it("counts facets of what matches", async () => {
    const { facets, total } = await ask({ query: "permission", mode: "lexical" }, first);
    expect(facets?.authors.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(facets?.sources).toEqual([{ value: "irc", label: "irc", count: total }]);
    expect(facets?.time?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect((await ask({ query: "permission", facets: false }, first)).facets).toBeNull();
  });

  it("expands a word that nobody wrote to the nearest ones", async () => {
    const answer = await ask({ query: "permision", mode: "lexical" }, first);
    expect(answer.understood.expansions).toEqual([
      { word: "permision", to: ["permission"], isKnown: false },
    ]);
    expect(answer.hits.length).toBeGreaterThan(0);
  });

  it("finds more like a hit, itself left out", async () => {
    const [hit] = (await ask({ query: "suspend kernel" }, first)).hits;
    const like = await ask({ query: "", like: hit?.chunk ?? "" }, first);
    expect(like.mode).toBe("semantic");
    expect(like.hits.length).toBeGreaterThan(0);
    expect(like.hits.some(({ chunk }) => chunk === hit?.chunk)).toBe(false);
  });

  it("says in notices what it did not understand", async () => {
    const answer = await ask({ query: "about:printing" }, first);
    expect(answer.notices.join()).toContain("is not an operator");
  });
});

describe("pages", () => {
  for (const how of [
    { query: "bicycles weather", mode: "hybrid" },
    { query: "bicycles weather", mode: "lexical" },
    { query: "bicycles weather", mode: "semantic" },
    { query: "bicycles weather", mode: "hybrid", diversity: 0.4 },
    { query: "bicycles", mode: "lexical", sort: "oldest" },
    { query: "from:nick1" },
    { query: "" },
  ] as const)
    it(`have no repeats and no gaps: ${JSON.stringify(how)}`, async () => {
      const whole = await ask({ ...how, limit: 100 }, second);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await ask(
          { ...how, limit: 7, ...(cursor === undefined ? {} : { cursor }) },
          second,
        );
        seen.push(...page.hits.map(({ chunk }) => chunk));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(whole.hits.map(({ chunk }) => chunk));
      expect(new Set(seen).size).toBe(seen.length);
    });

  it("stay in the version of the first one while newer ones are made", async () => {
    const { id } = await api.makeCollection("Growing");
    await api.importText(id, "a/2010-01-01.log", printerDay);
    const page = await ask({ query: "", limit: 3 }, id);
    await api.importText(id, "a/2011-01-01.log", printerDay.replaceAll("printer", "scanner"));
    const next = await ask({ query: "", limit: 100, cursor: page.nextCursor ?? "" }, id);
    expect(next.version).toBe(page.version);
    expect(next.hits.length + page.hits.length).toBe(page.total);
    const old = await ask({ query: "scanner", mode: "lexical", version: page.version ?? 0 }, id);
    expect(old.total).toBe(0);
  });

  it("refuse a cursor of another question", async () => {
    const { nextCursor } = await ask({ query: "bicycles", limit: 3 }, second);
    const path = `/api/v1/collections/${second}/search`;
    expect(await api.refusal(path, { body: { query: "weather", cursor: nextCursor } })).toEqual([
      400,
      "bad-cursor",
    ]);
    expect(await api.refusal(path, { body: { query: "x", cursor: "nonsense" } })).toEqual([
      400,
      "bad-cursor",
    ]);
  });
});

describe("a question to several collections", () => {
  it("ranks them as one and says where each hit is from", async () => {
    const answer = await ask({ query: "printer bicycles" });
    expect(answer.version).toBeNull();
    expect(answer.versions.length).toBeGreaterThan(1);
    const found = new Set(answer.hits.map(({ collection }) => collection));
    expect([first, second].every((id) => found.has(id))).toBe(true);
    expect(answer.facets?.collections.length).toBeGreaterThan(1);
  });

  it("keeps to the ones named", async () => {
    const answer = await ask({ query: "printer bicycles", collections: [second] });
    expect(new Set(answer.hits.map(({ collection }) => collection))).toEqual(new Set([second]));
  });

  it("shows one hit a conversation when grouped, and how many more", async () => {
    const answer = await ask({ query: "bicycles printer", groupByConversation: true });
    const conversations = answer.hits.map(({ conversation }) => conversation);
    expect(new Set(conversations).size).toBe(conversations.length);
    expect(answer.hits.some(({ moreInConversation }) => moreInConversation > 0)).toBe(true);
  });

  it("refuses a version, and collections that are not there", async () => {
    const path = "/api/v1/search";
    expect(await api.refusal(path, { body: { query: "x", version: 1 } })).toEqual([
      400,
      "version-of-several",
    ]);
    expect(await api.refusal(path, { body: { collections: ["col_00000000"] } })).toEqual([
      404,
      "unknown-collection",
    ]);
    expect(
      await api.refusal(`/api/v1/collections/${first}/search`, { body: { version: 999 } }),
    ).toEqual([404, "unknown-version"]);
  });
});
