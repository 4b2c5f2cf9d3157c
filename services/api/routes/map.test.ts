// The map over HTTP: packed arrays of one length, a lasso as a selection, hits that light up, labels.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  label,
  labelList,
  mapColumn,
  mapHits,
  mapLegend,
  mapMeta,
  mapPoint,
} from "#services/contract/map.ts";
import { type PackedArray, unpack } from "#services/contract/packed.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type AnalysedApi, openAnalysedApi } from "#services/views/analysed.builders.ts";

let api: AnalysedApi;
let empty: string;
beforeAll(async () => {
  api = await openAnalysedApi();
  empty = `/api/v1/collections/${(await api.makeCollection("Empty")).id}`;
});
afterAll(() => api.close());

const meta = () => api.read(mapMeta, `${api.at}/map`);
const packed = async (path: string) => {
  const response = await api.ask(`${api.at}/map/${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  return unpack(await response.arrayBuffer());
};
const column = (arrays: ReadonlyMap<string, PackedArray>, name: string): PackedArray => {
  const found = arrays.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const pointsNow = async () => {
  const { about, arrays } = await packed("points");
  const [x, y, topic] = ["x", "y", "topic"].map((name) => column(arrays, name));
  if (!x || !y || !topic) throw new Error("there are no points");
  return { about, x, y, topic };
};

describe("the map", () => {
  it("says what it shows, and its points agree", async () => {
    const map = await meta();
    const { about, x, y, topic } = await pointsNow();
    expect(about).toEqual({ analysis: map.analysis });
    for (const array of [x, y, topic]) expect(array).toHaveLength(map.points);
    const { left, right, bottom, top } = map.extent;
    expect(Math.min(...x)).toBeCloseTo(left, 4);
    expect(Math.max(...x)).toBeCloseTo(right, 4);
    expect(Math.min(...y)).toBeCloseTo(bottom, 4);
    expect(Math.max(...y)).toBeCloseTo(top, 4);
    const byId = new Map((await api.topics()).map((one) => [one.id, one]));
    for (const [place, { topic: id, title }] of map.topics.entries()) {
      expect(byId.get(id)?.title).toBe(title);
      expect([...topic].filter((at) => at === place)).toHaveLength(byId.get(id)?.points ?? -1);
    }
    expect(map.regions.length).toBeGreaterThan(0);
    for (const region of map.regions) {
      expect(byId.get(region.topic)).toMatchObject({ title: region.title, level: region.level });
      expect(region.x).toBeGreaterThanOrEqual(left);
      expect(region.x).toBeLessThanOrEqual(right);
    }
  });

  it.each(mapColumn.options)("has %s as a column with its legend", async (name) => {
    const { points } = await meta();
    const { about, arrays } = await packed(`columns/${name}`);
    const legend = mapLegend.parse(about);
    const values = column(arrays, "values");
    expect(values).toHaveLength(points);
    expect(legend.name).toBe(name);
    if (legend.kind === "categories") {
      for (const [code, { count }] of legend.values.entries())
        expect([...values].filter((value) => value === code)).toHaveLength(count);
      for (const value of values)
        expect(value === 65_535 || value < legend.values.length).toBe(true);
    } else {
      const told = [...values].filter((value) => !Number.isNaN(value));
      expect(told.length).toBeGreaterThan(0);
      expect(legend.low).toBeLessThanOrEqual(legend.high);
    }
  });

  it("tells what each point stands for, and the message tells its point", async () => {
    const { points } = await meta();
    for (const at of [0, 7, points - 1]) {
      const point = await api.read(mapPoint, `${api.at}/map/points/${at}`);
      expect(point.point).toBe(at);
      const [message] = (await api.messages({ conversations: [point.conversation] })).filter(
        (one) => one.message === point.message,
      );
      // A later part of a long message has a point of its own, and the message names its first.
      const first = message?.chunk === point.chunk;
      expect(message).toMatchObject({
        author: point.author,
        ...(first ? { point: at, topic: point.topic } : {}),
      });
      if (!first) expect(at).not.toBe(message?.point ?? at);
    }
    expect(await api.refusal(`${api.at}/map/points/${points}`)).toEqual([404, "unknown-point"]);
    expect(await api.refusal(`${api.at}/map/points/x`)).toEqual([400, "bad-request"]);
    expect(await api.refusal(`${api.at}/map/columns/taste`)).toEqual([400, "bad-request"]);
  });

  it("lights up hits, best first, in every mode", async () => {
    for (const mode of ["lexical", "semantic", "hybrid"] as const) {
      const body = { query: "oven controller", mode, limit: 40 };
      const found = await api.read(mapHits, `${api.at}/map/hits`, { body });
      expect(found.points.length).toBeGreaterThan(0);
      expect(found.points.length + found.missing).toBeLessThanOrEqual(40);
      expect(found.points.length).toBeGreaterThan(found.missing);
      expect(found.scores).toHaveLength(found.points.length);
      expect(found.scores[0]).toBe(1);
      expect(found.scores).toEqual(found.scores.toSorted((a, b) => b - a));
      expect(new Set(found.points).size).toBe(found.points.length);
    }
    expect(await api.refusal(`${api.at}/map/hits`, { body: { query: "" } })).toEqual([
      400,
      "bad-request",
    ]);
  });

  it("is empty before an analysis, and its points unknown", async () => {
    expect(await api.read(mapMeta, `${empty}/map`)).toMatchObject({ analysis: null, points: 0 });
    for (const path of ["points", "columns/topic", "points/0"])
      expect(await api.refusal(`${empty}/map/${path}`)).toEqual([404, "unknown-analysis"]);
  });
});

describe("a lasso", () => {
  it("selects what lies within, whatever its shape", async () => {
    const { x, y } = await pointsNow();
    const all = await api.messages();
    const { left, right, bottom, top } = (await meta()).extent;
    const [cx, cy] = [(left + right) / 2, (bottom + top) / 2];
    const within = (isIn: (x: number, y: number) => boolean) =>
      all.filter(({ point }) => point !== null && isIn(x[point] ?? NaN, y[point] ?? NaN)).length;
    const box: Selection["area"] = [
      [left - 1, bottom - 1],
      [cx, bottom - 1],
      [cx, cy],
      [left - 1, cy],
    ];
    // Of a long message any part may lie within.
    const parts = x.length - new Set(all.flatMap(({ point }) => point ?? [])).size;
    const isAbout = (total: number, first: number) => {
      expect(total).toBeGreaterThanOrEqual(first);
      expect(total).toBeLessThanOrEqual(first + parts);
    };
    isAbout(
      await api.total({ area: box }),
      within((px, py) => px < cx && py < cy),
    );
    const triangle: Selection["area"] = [
      [left, bottom],
      [right, bottom],
      [left, top],
    ];
    const [w, h] = [right - left, top - bottom];
    const below = within((px, py) => (px - left) / w + (py - bottom) / h < 1);
    const held = await api.total({ area: triangle });
    // Points on its very edges may fall to either side.
    expect(held).toBeGreaterThanOrEqual(below - 3);
    expect(held).toBeLessThanOrEqual(below + parts + 3);
    expect(held).toBeGreaterThan(0);
    const around: Selection["area"] = [
      [left - 1, bottom - 1],
      [right + 1, bottom - 1],
      [right + 1, top + 1],
      [left - 1, top + 1],
    ];
    expect(await api.total({ area: around })).toBe(within(() => true));
    expect(await api.total({ area: around, not: true })).toBe(all.length - within(() => true));
  });
});

describe("labels", () => {
  it("keep what a lasso held, as a selection of its own, until they are deleted", async () => {
    const { left, right, bottom, top } = (await meta()).extent;
    const middle = (left + right) / 2;
    const area: Selection["area"] = [
      [left - 1, bottom - 1],
      [middle, bottom - 1],
      [middle, top + 1],
      [left - 1, top + 1],
    ];
    const inside = await api.messages({ area });
    const made = await api.read(label, `${api.at}/labels`, {
      body: { name: "The left half", selection: { area } },
      status: 201,
    });
    expect(made).toMatchObject({ name: "The left half", selection: { area } });
    // With all parts of long messages.
    expect(made.chunks).toBeGreaterThanOrEqual(new Set(inside.map(({ point }) => point)).size);
    const ids = (messages: typeof inside) => messages.map(({ message }) => message).sort();
    expect(ids(await api.messages({ labels: [made.id] }))).toEqual(ids(inside));
    const { labels } = await api.read(labelList, `${api.at}/labels`);
    expect(labels.map(({ id }) => id)).toEqual([made.id]);
    expect((await api.ask(`${api.at}/labels/${made.id}`, { method: "DELETE" })).status).toBe(200);
    expect(await api.total({ labels: [made.id] })).toBe(0);
    expect((await api.read(labelList, `${api.at}/labels`)).labels).toEqual([]);
  });

  it("are refused without a name, without an analysis, and where they are not there", async () => {
    const body = { name: "X", selection: {} };
    expect(await api.refusal(`${api.at}/labels`, { body: { ...body, name: " " } })).toEqual([
      400,
      "bad-request",
    ]);
    expect(await api.refusal(`${empty}/labels`, { body })).toEqual([404, "unknown-analysis"]);
    for (const id of ["lab_00000000", "what"])
      expect(await api.refusal(`${api.at}/labels/${id}`, { method: "DELETE" })).toEqual([
        404,
        "unknown-label",
      ]);
  });
});
