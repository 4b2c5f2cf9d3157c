// The map of a run: what is there stays where it is, what is new is placed beside what it is like, and a refit is laid over it.
import { describe, expect, it } from "vitest";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { gather } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import { type Drawn, drawMap } from "./draw-map.ts";

const { rows: all, planted } = plantedTopics({ topics: 3, rows: 180, spread: 0.3, shared: 0 });

const draw = (
  chosen: readonly number[],
  previous?: SavedAnalysis,
  { refit = false, method = "umap" as "umap" | "tsne" } = {},
): Promise<Drawn> => {
  const places = new Map(chosen.map((row, at) => [`chk_${row}`, at]));
  return drawMap({
    rows: gather(all, chosen),
    pointOf: (chunk) => places.get(chunk),
    shownAt: Uint32Array.from(places.values()),
    topicOf: Int32Array.from(chosen, (row) => planted[row] ?? -1),
    previous,
    refit,
    method,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
};

/** What the next run is given of this one: no more than drawing looks at. */
const savedAnalysisOf = (chosen: readonly number[], { x, y, map }: Drawn): SavedAnalysis =>
  ({
    map,
    frame: {
      points: {
        count: chosen.length,
        ids: { length: chosen.length, at: (at: number) => `chk_${chosen[at]}` },
        x,
        y,
      },
    },
  }) as unknown as SavedAnalysis;

const placeIn = (chosen: readonly number[], { x, y }: Drawn, row: number): [number, number] => {
  const at = chosen.indexOf(row);
  return [x[at] ?? Number.NaN, y[at] ?? Number.NaN];
};
const allFinite = ({ x, y }: Drawn) => [...x, ...y].every(Number.isFinite);

const first = [...Array(120).keys()];

describe("the map of a run", () => {
  it("is finite, and puts like beside like", async () => {
    const drawn = await draw(first);
    expect(allFinite(drawn)).toBe(true);
    expect(drawn.trustworthiness).toBeGreaterThan(0.7);
    expect(drawn.map.fitted).toHaveLength(120);
  });

  it("is another by t-SNE, as good, and new points find their place in it", async () => {
    const umap = await draw(first);
    const tsne = await draw(first, undefined, { method: "tsne" });
    expect(allFinite(tsne)).toBe(true);
    expect(tsne.trustworthiness).toBeGreaterThan(0.7);
    expect([...tsne.x]).not.toEqual([...umap.x]);
    const now = [...first, 130, 131];
    const after = await draw(now, savedAnalysisOf(first, tsne), { method: "tsne" });
    for (const row of first) expect(placeIn(now, after, row)).toEqual(placeIn(first, tsne, row));
    expect(allFinite(after)).toBe(true);
  });

  it("leaves everything where it was, in whatever order it comes now, and places what is new", async () => {
    const before = await draw(first);
    const now = [130, 131, 132, ...first.toReversed()];
    const after = await draw(now, savedAnalysisOf(first, before));
    for (const row of first) expect(placeIn(now, after, row)).toEqual(placeIn(first, before, row));
    expect(allFinite(after)).toBe(true);
    // A new point lies nearer to the middle of its own kind than to that of any other.
    const middle = (kind: number) => {
      const own = first.filter((row) => planted[row] === kind);
      const sum = own.map((row) => placeIn(first, before, row));
      return [0, 1].map((axis) => sum.reduce((all, at) => all + (at[axis] ?? 0), 0) / own.length);
    };
    for (const row of [130, 131, 132]) {
      const [x, y] = placeIn(now, after, row);
      const far = [0, 1, 2].map((kind) => {
        const [cx = 0, cy = 0] = middle(kind);
        return Math.hypot(x - cx, y - cy);
      });
      expect(far.indexOf(Math.min(...far))).toBe(planted[row]);
    }
  });

  it("loses what is gone, and is drawn anew where most of it is", async () => {
    const before = await draw(first);
    const most = first.slice(30);
    const kept = await draw(most, savedAnalysisOf(first, before));
    expect(kept.map.fitted).toHaveLength(90);
    expect(placeIn(most, kept, 40)).toEqual(placeIn(first, before, 40));
    const few = first.slice(90);
    const anew = await draw(few, savedAnalysisOf(first, before));
    expect(anew.map.fittedRows).toBe(30);
    expect(allFinite(anew)).toBe(true);
  });

  it("is drawn anew by a refit, every point of it fitted", async () => {
    const before = await draw(first);
    const now = [...first, 130, 131];
    const after = await draw(now, savedAnalysisOf(first, before), { refit: true });
    expect(after.map.fitted).toHaveLength(122);
    expect(after.map.fittedRows).toBe(122);
  });
});
