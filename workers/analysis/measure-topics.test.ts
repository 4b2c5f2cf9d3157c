// How good the topics of a run are: figures of the points that have one, and what is carried on with the topics.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import type { AnalysisQuality } from "#services/contract/analysis.ts";
import { topicId } from "#services/domain/ids.ts";
import type { Grouped } from "./grouped.ts";
import { measureTopics } from "./measure-topics.ts";

const { rows, planted } = plantedTopics({ topics: 3, rows: 90, strangers: 10, spread: 0.3 });
const grouped = (more: Partial<Grouped> = {}): Grouped =>
  ({
    rows,
    topics: ["a", "b", "c"].map(topicId),
    topicOf: planted,
    special: [],
    weight: new Uint32Array(rows.rows).fill(1),
    // Those of strangers count nowhere.
    similarities: Float32Array.from(planted, (kind) => (kind < 0 ? -1 : 0.8)),
    choice: null,
    k: { chosen: 3, by: "carried" },
    ...more,
  }) as Partial<Grouped> as Grouped;

const measure = (of: Grouped, before?: AnalysisQuality) =>
  measureTopics(of, before, {
    kmeans: openKMeans({ faiss: "off" }),
    signal: new AbortController().signal,
  });

const before = {
  stability: 0.42,
  k: { tried: [{ k: 3, score: 7 }] },
} as unknown as AnalysisQuality;

describe("the quality of topics", () => {
  it("is that of their members; outliers are counted apart", async () => {
    const { quality, topics } = await measure(grouped(), before);
    expect(quality.outliers).toBe(10);
    expect(quality.cohesion).toBeCloseTo(0.8, 5);
    expect(quality.silhouette).toBeGreaterThan(0.5);
    expect(topics).toHaveLength(3);
    for (const { silhouette, cohesion } of topics) {
      expect(silhouette).toBeGreaterThan(0.5);
      expect(cohesion).toBeGreaterThan(0.8);
    }
  });

  it("carries on how stable they were and what was tried, with topics that are carried on", async () => {
    const { quality } = await measure(grouped(), before);
    expect(quality).toMatchObject({ stability: 0.42, k: { tried: [{ k: 3, score: 7 }] } });
  });

  it("is measured anew where they were found afresh", async () => {
    const { quality } = await measure(grouped({ k: { chosen: 3, by: "person" } }), before);
    expect(quality.stability).toBeGreaterThan(0.9);
  });

  it("is unknown where nothing has a topic", async () => {
    const none = grouped({
      topics: [],
      topicOf: new Int32Array(rows.rows).fill(-1),
      k: { chosen: 0, by: "criterion" },
    });
    const { quality, topics } = await measure(none);
    expect(quality).toMatchObject({ silhouette: null, cohesion: null, outliers: 100 });
    expect(topics).toEqual([]);
  });
});
