// Concepts over HTTP: made from a query, sharpened by thumbs, listed, drawn, selected by; alerts that are seen.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  alertList,
  type Concept,
  concept,
  conceptHits,
  conceptList,
  conceptTrend,
} from "#services/contract/concepts.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
beforeAll(async () => {
  api = await openAnalysedApi();
});
afterAll(() => api.close());

const make = (name: string, query = "the oven controller"): Promise<Concept> =>
  api.read(concept, `${api.at}/concepts`, { body: { name, query }, status: 201 });
const hitsOf = (id: string, more = "") =>
  api.read(conceptHits, `${api.at}/concepts/${id}/hits${more}`);
const patch = (id: string, body: unknown) =>
  api.read(concept, `${api.at}/concepts/${id}`, { method: "PATCH", body });
const thumb = (id: string, chunk: string, verdict: "up" | "down" | null) =>
  api.read(concept, `${api.at}/concepts/${id}/examples`, { body: { chunk, verdict } });

describe("a concept", () => {
  it("is made from a query, trained at once, and ranks what is there", async () => {
    const made = await make("Ovens");
    expect(made).toMatchObject({ up: 0, down: 0, thresholdBy: "training", watch: false });
    expect(made.trainedInMs).toBeGreaterThan(0);
    const { hits, matches } = await hitsOf(made.id);
    expect(matches).toBe(made.matches);
    const chances = hits.map(({ probability }) => probability);
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    const { concepts } = await api.read(conceptList, `${api.at}/concepts`);
    expect(concepts.map(({ id }) => id)).toContain(made.id);
  });

  it("pages through all that is there without repeats", async () => {
    const { id } = await make("Paged");
    const { store } = api.parlance;
    // Exchanges are none of what a concept ranks.
    const indexed = await store.rows
      .selectFrom("chunks")
      .select("id")
      .where("unit", "=", "message")
      .execute();
    const seen: string[] = [];
    for (let cursor: string | null = "0"; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof hitsOf>> = await hitsOf(
        id,
        `?limit=90&cursor=${cursor}`,
      );
      seen.push(...page.hits.map(({ chunk }) => chunk));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(indexed.map(({ id }) => id).sort());
    expect(await api.refusal(`${api.at}/concepts/${id}/hits?cursor=x`)).toEqual([
      400,
      "bad-cursor",
    ]);
  });

  it("learns from thumbs, and forgets what is taken back", async () => {
    const { id } = await make("Learning");
    const first = await hitsOf(id, "?limit=6");
    const [up, down] = [first.hits[5]?.chunk ?? "", first.hits[0]?.chunk ?? ""];
    const chance = async (chunk: string) =>
      (await hitsOf(id, "?limit=200")).hits.find((hit) => hit.chunk === chunk);
    expect(await thumb(id, up, "up")).toMatchObject({ up: 1, down: 0 });
    expect(await thumb(id, down, "down")).toMatchObject({ up: 1, down: 1 });
    const [liked, disliked] = [await chance(up), await chance(down)];
    expect(liked?.verdict).toBe("up");
    expect(disliked?.verdict).toBe("down");
    expect(liked?.probability).toBeGreaterThan(disliked?.probability ?? 1);
    expect(await thumb(id, down, null)).toMatchObject({ up: 1, down: 0 });
    expect(
      await api.refusal(`${api.at}/concepts/${id}/examples`, {
        body: { chunk: "chk_0", verdict: "up" },
      }),
    ).toEqual([404, "unknown-chunk"]);
  });

  it("selects its matches, counts as many as its threshold lets in, and draws them over time", async () => {
    const { id, name } = await make("Counted");
    const low = await patch(id, { threshold: 0.02 });
    const high = await patch(id, { threshold: 0.9 });
    expect(low.matches).toBeGreaterThanOrEqual(high.matches ?? Infinity);
    expect(high.thresholdBy).toBe("person");
    const lower = await patch(id, { threshold: 0.05 });
    const selected = await api.messages({ concepts: [id] });
    // A long message is several chunks and one point: what matches in it opens it once.
    const opened = new Set(selected.map(({ point }) => point));
    expect(opened.size).toBeGreaterThan(0);
    expect(opened.size).toBeLessThanOrEqual(lower.matches ?? 0);
    const found = new Set((await hitsOf(id, "?limit=200")).hits.map(({ message }) => message));
    for (const { message } of selected) expect(found.has(message)).toBe(true);
    const trend = await api.read(conceptTrend, `${api.at}/concepts/${id}/trend`);
    expect(trend.figure.title).toBe(name);
    for (const [place, row] of trend.figure.rows.entries()) {
      const opens = trend.figure.selections[place];
      if (opens) expect(await api.total(opens)).toBe(row[1]);
    }
    const machine = await patch(id, { threshold: null });
    expect(machine.thresholdBy).toBe("training");
  });

  it("is changed, watched and deleted", async () => {
    const { id } = await make("Short-lived");
    const webhook = "https://hooks.example.com/x";
    const watched = await patch(id, { name: "Renamed", watch: true, webhook });
    expect(watched).toMatchObject({ name: "Renamed", watch: true, webhook });
    expect(watched.secret).toMatch(/^whsec_/);
    expect(await patch(id, { webhook: null })).toMatchObject({ webhook: null });
    expect((await api.ask(`${api.at}/concepts/${id}`, { method: "DELETE" })).status).toBe(200);
    expect(await api.refusal(`${api.at}/concepts/${id}`)).toEqual([404, "unknown-concept"]);
    expect(await api.total({ concepts: [id] })).toBe(0);
  });

  it("is refused where nothing is indexed, and where it is not understood or not there", async () => {
    const { id: empty } = await api.makeCollection("Empty");
    const at = `/api/v1/collections/${empty}/concepts`;
    expect(await api.refusal(at, { body: { name: "X", query: "y" } })).toEqual([
      409,
      "nothing-indexed",
    ]);
    const { id } = await make("Here");
    expect(await api.refusal(`${at}/${id}`)).toEqual([404, "unknown-concept"]);
    expect(await api.refusal(`${api.at}/concepts`, { body: { name: "", query: "y" } })).toEqual([
      400,
      "bad-request",
    ]);
    for (const body of [{ threshold: 1 }, { webhook: "ftp://x.example" }, { colour: 1 }])
      expect(await api.refusal(`${api.at}/concepts/${id}`, { method: "PATCH", body })).toEqual([
        400,
        "bad-request",
      ]);
    expect(await api.refusal(`${api.at}/concepts/${id}/test-webhook`, { method: "POST" })).toEqual([
      409,
      "no-webhook",
    ]);
    expect(await api.refusal(`${api.at}/concepts/con_00000000/trend`)).toEqual([
      404,
      "unknown-concept",
    ]);
  });
});

describe("alerts", () => {
  it("are raised by what comes while a concept is watched, listed, and seen", async () => {
    const { id } = await make("Kilns", "the kiln clay glaze is warm");
    await patch(id, { threshold: 0.5, watch: true });
    // The watch begins at the version that is newest when it is first looked at.
    const text = "the kiln clay glaze is warm";
    const line = (n: number) =>
      `${JSON.stringify({ id: `kiln-${n}`, messages: [{ role: "user", content: text }] })}\n`;
    const alerts = () => api.read(alertList, `/api/v1/alerts?collection=${api.id}`);
    let n = 0;
    await expect
      .poll(
        async () => {
          await api.importText(api.id, `kiln-${n}.jsonl`, line(n++));
          return (await alerts()).unseen;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBeGreaterThan(0);
    const found = await alerts();
    expect(found.alerts[0]).toMatchObject({ concept: id, conceptName: "Kilns", text, seen: false });
    const unseen = (await api.read(concept, `${api.at}/concepts/${id}`)).unseen;
    expect(unseen).toBe(found.unseen);
    await patch(id, { watch: false });
    const seen = await api.ask(`/api/v1/alerts/seen?collection=${api.id}`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(await seen.json()).toEqual({ unseen: 0 });
    expect((await alerts()).alerts.every((one) => one.seen)).toBe(true);
    expect(await api.refusal("/api/v1/alerts?limit=0")).toEqual([400, "bad-request"]);
    expect(await api.refusal("/api/v1/alerts?collection=nothing")).toEqual([
      404,
      "unknown-collection",
    ]);
  });
});
