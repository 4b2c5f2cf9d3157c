// A large collection has its vectors as float16: topics and map are those of float32, except for rows on the edge between two.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { topicId } from "#services/domain/ids.ts";
import { type ManyVectors, roomFor, row, setRow } from "#services/domain/vectors.ts";
import { drawMap } from "./draw-map.ts";
import { groupPoints } from "./group-points.ts";
import type { Grouped } from "./grouped.ts";
import { measureTopics } from "./measure-topics.ts";
import type { ReadPoints } from "./read-points.ts";

const { rows: all } = plantedTopics({ topics: 6, rows: 900, spread: 0.4 });
const { signal } = new AbortController();
const kmeans = openKMeans({ faiss: "off" });

const pointsAs = (whole: number): ReadPoints => {
  const vectors: ManyVectors = roomFor(all.dim, all.rows, whole);
  for (let at = 0; at < all.rows; at++) setRow(vectors, at, row(all, at));
  const ids = Array.from({ length: all.rows }, (_, at) => `chk_${at}`);
  return {
    ids,
    vectors,
    message: Uint32Array.from(ids.keys()),
    // The last ones are small talk, which is centred apart.
    kinds: Uint8Array.from(ids, (_, at) => (at < 880 ? 0 : 2)),
    sameAs: Uint32Array.from(ids.keys()),
    weight: new Uint32Array(all.rows).fill(1),
    pointOf: (chunk) => ids.indexOf(chunk),
  };
};

const analysed = async (whole: number) => {
  let made = 0;
  const points = pointsAs(whole);
  const grouped: Grouped = await groupPoints(points, undefined, {
    wanted: { mode: "update", k: null, model: "m", edits: [], remembered: [] },
    tools: { kmeans, newId: () => topicId(`t${++made}x`.padEnd(16, "0")), signal },
  });
  const { quality } = await measureTopics(grouped, undefined, { kmeans, signal });
  const { x, y, trustworthiness } = await drawMap({
    rows: grouped.rows,
    pointOf: points.pointOf,
    shownAt: Uint32Array.from(points.message),
    topicOf: grouped.topicOf,
    previous: undefined,
    refit: false,
    method: "umap",
    signal,
    onProgress: () => undefined,
  });
  return { grouped, quality, trustworthiness, isDrawn: [...x, ...y].every(Number.isFinite) };
};

describe("an analysis of float16", () => {
  it("finds the topics, figures and map of float32", { timeout: 60_000 }, async () => {
    const whole = await analysed(all.rows);
    const half = await analysed(0);
    expect("halves" in half.grouped.rows).toBe(true);
    expect(half.grouped.topics).toHaveLength(whole.grouped.topics.length);
    const same = half.grouped.topicOf.filter((topic, at) => topic === whole.grouped.topicOf[at]);
    expect(same.length / all.rows).toBeGreaterThan(0.99);
    expect(half.quality.cohesion).toBeCloseTo(whole.quality.cohesion ?? Number.NaN, 3);
    expect(half.quality.silhouette).toBeCloseTo(whole.quality.silhouette ?? Number.NaN, 2);
    expect(half.trustworthiness).toBeGreaterThan(whole.trustworthiness - 0.02);
    expect(half.isDrawn).toBe(true);
  });
});
