// Two organizations in one home see nothing of each other: every route of the app, with the other one's ids and with warm caches.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readCollectionId } from "#services/domain/ids.ts";
import { fillings } from "./organization-routes.builders.ts";
import {
  askRoute,
  type Ids,
  missing,
  type Name,
  openTwoOrganizations,
  pick,
  scopeNamed,
  shared,
  type TwoOrganizations,
} from "./organizations.builders.ts";

let two: TwoOrganizations;
beforeAll(async () => {
  two = await openTwoOrganizations();
}, 120_000);
afterAll(() => two.close());

const routes = Object.keys(fillings);
const ofThings = routes.filter((route) => /^\w+ \/api\/v1\/.*\{/.test(route));
const reads = routes.filter((route) => fillings[route]?.changes === undefined);

/** Everything that names or quotes what an organization has. */
const tracesOf = async (name: Name): Promise<readonly string[]> => {
  const { rows } = two.api.instance.within(scopeNamed(name)).store;
  const ids = new Set<string>([...Object.values(two.ids[name]), two.words[name]]);
  for (const table of [
    "collections",
    "uploads",
    "conversations",
    "messages",
    "attachments",
    "chunks",
    "batches",
    "analyses",
    "topics",
    "topic_edits",
    "labels",
    "concepts",
    "alerts",
    "jobs",
  ] as const)
    for (const { id } of await rows.selectFrom(table).select("id").execute()) ids.add(id);
  return [...ids];
};

/** What differs between two answers that say the same: the request's own id, and the id that was asked for. */
const plain = (text: string): string =>
  text
    .replaceAll(/"requestId":"[^"]*"/g, "")
    .replaceAll(/\b(?:col|upl|cnv|msg|att|chk|top|edt|lab|con|alr|job)_[0-9a-z]+/g, "<id>");

describe("the test", () => {
  it("asks every route that the app has", async () => {
    const document: unknown = JSON.parse((await two.ask("a", "/openapi.json")).text);
    const { paths } = z
      .looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(document);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    // Who may do what about accounts themselves, and about the server, is asked by the matrix of rights; SCIM by tests of its own.
    const ofAccounts =
      /\/api\/v1\/(?:auth|accounts?|organizations?|people|members|invitations|teams|keys|audit|shared|notices|sign-in-providers|settings|models?|storage|given-up-jobs)\b|\/(?:access|shares)\b|^\w+ \/scim\//;
    expect(routes.toSorted()).toEqual(
      described.filter((route) => !ofAccounts.test(route)).toSorted(),
    );
  });

  it.each(reads)("asks well: %s answers its owner", async (route) => {
    const { status, text } = await askRoute(two, "a", route, two.ids.a);
    expect(status, text).toBeLessThan(300);
  });
});

describe("another organization's things", () => {
  it.each(ofThings)("are as unknown as those that are not there: %s", async (route) => {
    const foreign = await askRoute(two, "b", route, two.ids.a);
    const none = await askRoute(two, "b", route, missing);
    expect(foreign.status, foreign.text).toBe(404);
    expect(plain(foreign.text)).toBe(plain(none.text));
  });

  const ofCollections = ofThings.filter((route) => /\{(?:topic|edit|label|concept)\}/.test(route));
  it.each(ofCollections)("are unknown in one's own collection too: %s", async (route) => {
    const own = { collection: two.ids.b.collection };
    const foreign = await askRoute(two, "b", route, { ...two.ids.a, ...own });
    const none = await askRoute(two, "b", route, { ...missing, ...own });
    expect(foreign.status, foreign.text).toBe(404);
    expect(plain(foreign.text)).toBe(plain(none.text));
  });

  it("take no longer to be unknown than those that are not there", async () => {
    const spent = { foreign: [] as number[], none: [] as number[] };
    const route = "get /api/v1/collections/{id}/overview";
    for (let n = 0; n < 40; n++)
      for (const [kind, ids] of [
        ["foreign", two.ids.a],
        ["none", missing],
      ] as const) {
        const began = performance.now();
        await askRoute(two, "b", route, ids);
        spent[kind].push(performance.now() - began);
      }
    const median = (times: number[]) => times.sort((x, y) => x - y)[times.length >> 1] ?? 0;
    expect(median(spent.foreign)).toBeLessThan(3 * median(spent.none) + 1);
  });

  it("are not changed by anything that was asked", async () => {
    const state = async () => {
      const at = `/api/v1/collections/${two.ids.a.collection}`;
      const lists = ["", "/uploads", "/labels", "/concepts", "/topic-edits", "/versions"];
      const seen = await Promise.all(lists.map((list) => two.read("a", `${at}${list}`)));
      return [...seen, await two.read("a", "/api/v1/alerts")];
    };
    const before = await state();
    for (const route of routes.filter((one) => fillings[one]?.changes && ofThings.includes(one)))
      await askRoute(two, "b", route, two.ids.a);
    const { unseen } = z.object({ unseen: z.int() }).parse(
      await two.read("b", "/api/v1/alerts/seen", {
        method: "POST",
        body: { alerts: [two.ids.a.alert] },
      }),
    );
    expect(unseen).toBeGreaterThan(0);
    await two.read("b", "/api/v1/alerts/seen", { method: "POST", body: {} });
    expect(await state()).toEqual(before);
  });
});

describe("collections of one's organization that one may not open", () => {
  it.each(ofThings)("are as unknown as those that are not there: %s", async (route) => {
    const hidden = await askRoute(two, "guest", route, two.ids.a);
    const none = await askRoute(two, "guest", route, missing);
    expect(hidden.status, hidden.text).toBe(404);
    expect(plain(hidden.text)).toBe(plain(none.text));
  });

  const lists = reads.filter((route) => !route.includes("{"));
  it.each(lists)("are in no list, whose caches are warm: %s", async (route) => {
    await askRoute(two, "a", route, two.ids.a);
    const { text } = await askRoute(two, "guest", route, two.ids.a);
    const traces = (await tracesOf("a")).filter((trace) => !two.guests.includes(trace));
    expect(traces.filter((trace) => text.includes(trace))).toEqual([]);
  });

  it("are not counted, and one's own is there", async () => {
    const { collections } = z
      .object({ collections: z.array(z.object({ name: z.string() })) })
      .parse(await two.read("guest", "/api/v1/collections"));
    expect(collections.map(({ name }) => name)).toEqual(["Guests"]);
    const { unseen, alerts } = z
      .object({ unseen: z.int(), alerts: z.array(z.unknown()) })
      .parse(await two.read("guest", "/api/v1/alerts"));
    expect([unseen, alerts]).toEqual([0, []]);
    const { counts } = z
      .object({ counts: z.array(z.object({ givenUp: z.int(), waiting: z.int() })) })
      .parse(await two.read("guest", "/api/v1/jobs"));
    expect(counts.every(({ givenUp, waiting }) => givenUp + waiting === 0)).toBe(true);
  });

  it("do not answer where they are named in a question to all", async () => {
    const body = { query: two.words.a, mode: "lexical", limit: 50 };
    const { hits } = z
      .object({ hits: z.array(z.unknown()) })
      .parse(await two.read("guest", "/api/v1/search", { method: "POST", body }));
    expect(hits).toEqual([]);
  });
});

describe("one's own answers", () => {
  it.each(reads)(
    "hold nothing of another organization, whose caches are warm: %s",
    async (route) => {
      for (const [asking, other] of [
        ["b", "a"],
        ["a", "b"],
      ] as const) {
        await askRoute(two, other, route, two.ids[other]);
        const { status, text } = await askRoute(two, asking, route, two.ids[asking]);
        expect(status, text).toBeLessThan(300);
        const found = (await tracesOf(other)).filter((trace) => text.includes(trace));
        expect(found).toEqual([]);
      }
    },
  );

  const search = (body: object, name: Name = "b") =>
    two.ask(name, `/api/v1/collections/${two.ids[name].collection}/search`, {
      method: "POST",
      body,
    });
  const listed = z.object({
    hits: z.array(z.object({ chunk: z.string() })),
    nextCursor: z.string().nullable(),
    total: z.int(),
  });
  const found = async (body: object, name?: Name) => {
    const { status, text } = await search(body, name);
    expect(status, text).toBe(200);
    return listed.parse(JSON.parse(text));
  };

  it.each(["lexical", "semantic", "hybrid"])("by %s search are one's own", async (mode) => {
    const query = { query: `hive ${two.words.a}`, mode, limit: 100 };
    expect((await found(query, "a")).hits.map(({ chunk }) => chunk)).toContain(two.ids.a.chunk);
    const { hits } = await found(query);
    const traces = await tracesOf("a");
    expect(hits.filter(({ chunk }) => traces.includes(chunk))).toEqual([]);
  });

  it("do not begin where another organization's cursor stands", async () => {
    const query = { query: "hive honey queen", limit: 2 };
    const { nextCursor } = await found(query, "a");
    expect(nextCursor).not.toBeNull();
    const { text } = await search({ ...query, cursor: nextCursor });
    expect((await tracesOf("a")).filter((trace) => text.includes(trace))).toEqual([]);
    const everywhere = { ...query, cursor: undefined };
    const all = await two.read("a", "/api/v1/search", { method: "POST", body: everywhere });
    const answer = await two.ask("b", "/api/v1/search", {
      method: "POST",
      body: { ...query, cursor: pick(all, "nextCursor") },
    });
    expect((await tracesOf("a")).filter((trace) => answer.text.includes(trace))).toEqual([]);
  });

  it("take another organization's ids in a question for ids that nothing has", async () => {
    const at = `/api/v1/collections/${two.ids.b.collection}`;
    const post = (path: string, body: unknown) => two.ask("b", path, { method: "POST", body });
    const asked: readonly ((ids: Ids) => Promise<{ status: number; text: string }>)[] = [
      ({ chunk }) => search({ like: chunk }),
      ({ label }) => search({ query: "hive", filters: { labels: [label] } }),
      ({ topic }) => search({ query: "hive", filters: { topics: [topic] } }),
      ({ topic }) => search({ query: `hive topic:${topic}` }),
      ({ conversation }) => search({ query: "", filters: { conversations: [conversation] } }),
      ({ collection }) => post("/api/v1/search", { query: "hive", collections: [collection] }),
      ({ label, concept }) =>
        post(`${at}/messages`, { selection: { labels: [label], concepts: [concept] } }),
      ({ topic }) => post(`${at}/figures`, { selection: { topics: [topic] }, figures: ["volume"] }),
      ({ label }) => post(`${at}/compare`, { a: { labels: [label] }, b: {} }),
      ({ chunk }) => post(`${at}/concepts/${two.ids.b.concept}/examples`, { chunk, verdict: "up" }),
      ({ chunk }) =>
        post(`${at}/topic-edits`, { kind: "move", to: missing.topic, chunks: [chunk] }),
      ({ topic }) => post(`${at}/topic-edits`, { kind: "hide", topic, hidden: true }),
      ({ collection }) => two.ask("b", `/api/v1/alerts?collection=${collection}`),
      ({ upload }) => two.ask("b", `${at}/uploads?cursor=${upload}`),
      ({ message }) =>
        two.ask("b", `/api/v1/conversations/${two.ids.b.conversation}?around=${message}`),
      ({ message }) =>
        two.ask("b", `/api/v1/conversations/${two.ids.b.conversation}?leaf=${message}`),
    ];
    const still = (text: string) => plain(text).replace(/"tookMs":[\d.]+/, "");
    for (const [at, ask] of asked.entries()) {
      const foreign = await ask(two.ids.a);
      const none = await ask(missing);
      expect([foreign.status, still(foreign.text)], `question ${at}`).toEqual([
        none.status,
        still(none.text),
      ]);
    }
  });
});

describe("names", () => {
  it("may be the same in both, and are taken only by one's own", async () => {
    const make = (name: Name) =>
      two.ask(name, "/api/v1/collections", { method: "POST", body: { name: "Post" } });
    expect([(await make("a")).status, (await make("b")).status]).toEqual([201, 201]);
    expect((await make("b")).status).toBe(409);
  });

  it("made from content differ, though the file is the same", async () => {
    const ids = async (name: Name) => {
      const { rows } = two.api.instance.within(scopeNamed(name)).store;
      const all: string[] = [];
      for (const table of ["conversations", "messages", "chunks", "batches"] as const)
        for (const { id } of await rows.selectFrom(table).select("id").execute()) all.push(id);
      return all;
    };
    const [a, b] = [new Set(await ids("a")), await ids("b")];
    expect(a.size).toBeGreaterThan(100);
    expect(b.filter((id) => a.has(id))).toEqual([]);
  });

  it("of sendings by one organization are not known in another", async () => {
    const send = async (name: Name) =>
      JSON.parse(
        (
          await two.ask(
            name,
            `/api/v1/collections/${two.ids[name].collection}/uploads?filename=s.jsonl`,
            {
              method: "PUT",
              raw: shared,
              headers: { "idempotency-key": "the same" },
            },
          )
        ).text,
      ) as { id: string };
    const [a, again, b] = [await send("a"), await send("a"), await send("b")];
    expect(again.id).toBe(a.id);
    expect(b.id).not.toBe(a.id);
  });
});

describe("below HTTP", () => {
  it("an index is unknown to another organization, though it is open", async () => {
    const collection = readCollectionId(two.ids.a.collection);
    if (!collection) throw new Error("no id");
    const [a, b] = (["a", "b"] as const).map((name) => two.api.instance.within(scopeNamed(name)));
    expect(await a?.indexes.searcher(collection)).toBeDefined();
    for (const refused of [
      b?.indexes.open(collection),
      b?.indexes.searcher(collection),
      b?.indexes.searcher(collection, 1),
      b?.indexes.forget(collection),
      b?.indexes.drop(collection),
    ])
      await expect(refused).rejects.toMatchObject({ code: "unknown-collection", status: 404 });
    expect(await a?.indexes.searcher(collection)).toBeDefined();
  });

  it("files and vectors lie in a folder of the organization", async () => {
    for (const name of ["a", "b"] as const) {
      const { store, blobs } = two.api.instance.within(scopeNamed(name));
      const { blob_key: key } = await store.rows
        .selectFrom("uploads")
        .select("blob_key")
        .where("state", "=", "done")
        .executeTakeFirstOrThrow();
      await using file = await blobs.local(key);
      expect(file.path).toContain(`/org_${name}/uploads/`);
    }
  });
});
