// The analysis over HTTP: how it stands, asking for one, how it is done, its files; and the report made from it.
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Analysis, analysis } from "#services/contract/analysis.ts";
import { savedFileNames } from "#services/saved-analysis/saved-analysis.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
let empty: string;
beforeAll(async () => {
  api = await openAnalysedApi();
  empty = `/api/v1/collections/${(await api.makeCollection("Empty")).id}`;
});
afterAll(() => api.close());

const standing = (at = api.at): Promise<Analysis> => api.read(analysis, `${at}/analysis`);
const bytes = async (name: string) => {
  const response = await api.ask(`${api.at}/analysis/files/${name}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
  return new Uint8Array(await response.arrayBuffer());
};

describe("an analysis", () => {
  it("that is done says what it found, how well, and how long each step took", async () => {
    const now = await standing();
    expect(now).toMatchObject({ state: "done", progress: 1, stale: false, error: null, llm: null });
    expect(now.points).toBeGreaterThan(100);
    expect(now.quality).toMatchObject({ k: { chosen: 24, by: "person" } });
    for (const figure of ["silhouette", "stability", "cohesion", "trustworthiness"] as const) {
      expect(now.quality?.[figure]).toBeGreaterThan(-1);
      expect(now.quality?.[figure]).toBeLessThanOrEqual(1);
    }
    expect(now.steps.map(({ name }) => name)).toContain("Drawing the map");
    expect(now.finishedAt).toBeGreaterThanOrEqual(now.startedAt ?? Infinity);
  });

  it("is asked for, once however often, and goes on being shown meanwhile", async () => {
    const before = await standing();
    const asked = await Promise.all(
      Array.from({ length: 4 }, () =>
        api.read(analysis, `${api.at}/analysis`, { body: {}, status: 202 }),
      ),
    );
    for (const one of asked) expect(one).toMatchObject({ id: before.id, topics: before.topics });
    const after = await api.settled();
    expect(after.state).toBe("done");
    expect(after.id).not.toBe(before.id);
  });

  it("is stale once more has come, until it is taken in", async () => {
    await api.importText(
      api.id,
      "late.jsonl",
      '{"id":"late","messages":[{"role":"user","content":"the kiln is warm and nobody looks"}]}\n',
    );
    await expect.poll(async () => (await standing()).stale, { timeout: 10_000 }).toBe(true);
    expect((await api.run("update")).stale).toBe(false);
    expect(await api.total({ after: 0, not: true })).toBeGreaterThan(0);
  });

  it("is done the way the collection wants it", async () => {
    const { settings } = await standing();
    const wanted = {
      ...settings,
      unit: "conversation",
      k: 5,
      mask: { kinds: ["email"], words: ["Tobi"] },
    };
    const changed = await api.read(analysis, `${api.at}/analysis/settings`, {
      method: "PUT",
      body: wanted,
    });
    expect(changed.settings).toEqual(wanted);
    const byConversation = await api.run("refit");
    expect(byConversation.points).toBeLessThan(byConversation.messages / 2);
    await api.read(analysis, `${api.at}/analysis/settings`, { method: "PUT", body: settings });
    expect((await api.run("refit")).quality?.k.chosen).toBe(24);
  });

  it("is refused where there is nothing, and where it is not understood", async () => {
    expect(await standing(empty)).toMatchObject({ id: null, state: "none", quality: null });
    expect(await api.refusal(`${empty}/analysis`, { body: {} })).toEqual([
      409,
      "nothing-to-analyse",
    ]);
    const bad = [400, "bad-request"];
    for (const body of [{ mode: "again" }, { settings: { k: 1 } }, { settings: { unit: "word" } }])
      expect(await api.refusal(`${api.at}/analysis`, { body })).toEqual(bad);
    const put = (body: unknown) =>
      api.refusal(`${api.at}/analysis/settings`, { method: "PUT", body });
    expect(await put({ k: 501 })).toEqual(bad);
    expect(await put({ mask: { kinds: ["name"] } })).toEqual(bad);
    expect(await api.refusal("/api/v1/collections/col_00000000/analysis")).toEqual([
      404,
      "unknown-collection",
    ]);
  });
});

describe("the files of an analysis", () => {
  it("open in any Arrow library, and name the same things", async () => {
    const { messages, points } = await standing();
    const rows = new Map<string, number>();
    for (const name of savedFileNames)
      if (name.endsWith(".arrow")) rows.set(name, tableFromIPC(await bytes(name)).numRows);
    expect(rows.get("messages.arrow")).toBe(messages);
    expect(rows.get("points.arrow")).toBe(points);
    expect([...rows.values()].every((count) => count > 0)).toBe(true);
    const topics = JSON.parse(new TextDecoder().decode(await bytes("topics.json"))) as {
      id: string;
    }[];
    expect(topics.map(({ id }) => id)).toEqual((await api.topics()).map(({ id }) => id));
    expect(await api.refusal(`${api.at}/analysis/files/prototypes.f32`)).toEqual([
      400,
      "bad-request",
    ]);
    expect(await api.refusal(`${empty}/analysis/files/topics.json`)).toEqual([
      404,
      "unknown-analysis",
    ]);
  });
});

describe("a report", () => {
  /** What a page could be tricked by. */
  const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)> "><svg/onload=alert(3)> [a](javascript:alert(4)) \`\`\` | <!-- kiln -->`;

  beforeAll(async () => {
    const lines = Array.from({ length: 40 }, (_, n) =>
      JSON.stringify({
        id: `hostile-${n}`,
        title: `${hostile} ${n}`,
        messages: [{ role: "user", content: `${hostile} kiln clay glaze ${n}` }],
      }),
    );
    await api.importText(api.id, "hostile.jsonl", `${lines.join("\n")}\n`);
    await api.read(analysis, `${api.at}/analysis`, { body: { mode: "refit" }, status: 202 });
    await api.settled();
  });

  const report = async (format: string, at = api.at) => {
    const response = await api.ask(`${at}/report?format=${format}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-disposition")).toContain(`.${format}`);
    return response.text();
  };

  /** Escaped as the page does it: a topic may be titled by a message with any of these characters. */
  const asHtml = (text: string) =>
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;");

  it("in HTML is one whole page that loads nothing and runs nothing, whatever messages say", async () => {
    for (const page of [await report("html"), await report("html", empty)]) {
      expect(page.startsWith("<!doctype html>")).toBe(true);
      const tags = (page.match(/<[^<>]*>/g) ?? []).join("\n");
      expect(tags).not.toMatch(/^<\/?(script|img|link|iframe|object|embed|base|form|a)\b/im);
      expect(tags).not.toMatch(/\son\w+\s*=|(href|src|action)\s*=/i);
      expect(page).not.toMatch(/@import|url\(/i);
      const open: string[] = [];
      const text = page
        .replaceAll(/<!doctype html>/gi, "")
        .replaceAll(/<style>[^<]*<\/style>/g, "");
      for (const [tag, slash, name = ""] of text.matchAll(/<(\/?)([a-z][\w-]*)[^<>]*>/gi)) {
        if (slash === "/") expect(open.pop()).toBe(name);
        else if (!tag.endsWith("/>") && !/^(meta|br|hr)$/.test(name)) open.push(name);
      }
      expect(open).toEqual([]);
    }
    const page = await report("html");
    expect(page).toContain("&lt;script&gt;");
    for (const { title } of (await api.topics()).slice(0, 3).filter((one) => !one.hidden))
      expect(page).toContain(asHtml(title));
  });

  it("in Markdown is tables and lists, with what messages say as text", async () => {
    const text = await report("md");
    expect(text).toMatch(/^# Sample\n/);
    expect(text).toContain("## Topics");
    expect(text).not.toMatch(/(?<!\\)<script/);
    expect(text).not.toMatch(/(?<!\\)\]\(/);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    expect(rows.length).toBeGreaterThan(10);
    let width = 0;
    for (const [at, row] of rows.entries()) {
      const cells = row.replaceAll("\\|", "").split("|").length;
      if (rows[at + 1]?.startsWith("|-")) width = cells;
      expect(cells, row).toBe(width);
    }
    expect(await report("md", empty)).toContain("# Empty");
    expect(await api.refusal(`${api.at}/report?format=pdf`)).toEqual([400, "bad-request"]);
  });
});
