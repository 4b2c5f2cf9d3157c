// Points into topics: when they are found afresh and when carried on, who keeps which identity, and what hands have changed.
import { describe, expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { plantedTopics } from "#services/analyse/topics/topics.builders.ts";
import { editId, topicId } from "#services/domain/ids.ts";
import { gather, type Vectors } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { StoredEdit } from "#services/store/store.ts";
import { FEWEST_POINTS } from "./fit-topics.ts";
import { groupPoints } from "./group-points.ts";
import type { Grouped, Wanted } from "./grouped.ts";
import type { ReadPoints } from "./read-points.ts";
import { treeOf } from "./topic-tree.ts";

const { rows: all, planted } = plantedTopics({ topics: 5, rows: 400, spread: 0.4 });
/** Rows of the first kinds, in the order they are in. */
const some = (count: number, kinds = 4): number[] =>
  [...planted.keys()].filter((at) => (planted[at] ?? 0) < kinds).slice(0, count);

const pointsOf = (rows: readonly number[], vectors: Vectors = gather(all, rows)): ReadPoints => {
  const ids = rows.map((row) => `chk_${row}`);
  const places = new Map(ids.map((id, at) => [id, at]));
  return {
    ids,
    vectors,
    message: Uint32Array.from(rows.keys()),
    kinds: new Uint8Array(rows.length),
    sameAs: Uint32Array.from(rows.keys()),
    weight: new Uint32Array(rows.length).fill(1),
    pointOf: (chunk) => places.get(chunk),
  };
};

let made = 0;
const anId = (name: string) => topicId(name.padEnd(16, "0"));
const newId = () => anId(`t${++made}x`);

const group = (
  points: ReadPoints,
  previous?: SavedAnalysis,
  wanted: Partial<Wanted> = {},
): Promise<Grouped> =>
  groupPoints(points, previous, {
    wanted: { mode: "update", k: null, model: "m", edits: [], remembered: [], ...wanted },
    tools: { kmeans: openKMeans({ faiss: "off" }), newId, signal: new AbortController().signal },
  });

/** What the next run is given of this one: no more than grouping looks at. */
const savedAnalysisOf = (points: ReadPoints, grouped: Grouped): SavedAnalysis => {
  const sizes = (leaves: readonly number[]) =>
    grouped.topicOf.filter((at) => leaves.includes(at)).length;
  return {
    grouping: grouped.grouping,
    topics: treeOf(grouped, undefined, newId).map((topic) => ({
      ...topic,
      title: "",
      points: sizes(topic.leaves),
    })),
    frame: {
      points: {
        count: points.ids.length,
        ids: { length: points.ids.length, at: (row: number) => points.ids.at(row) ?? "" },
        topic: grouped.topicOf,
      },
    },
  } as unknown as SavedAnalysis;
};

/** The topic of most rows of a planted kind. */
const topicOfKind = ({ topicOf, topics }: Grouped, rows: readonly number[], kind: number) => {
  const counts = new Map<number, number>();
  for (const [at, row] of rows.entries())
    if (planted[row] === kind)
      counts.set(topicOf[at] ?? -1, (counts.get(topicOf[at] ?? -1) ?? 0) + 1);
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best ? (topics[best[0]] ?? null) : null;
};
const kinds = (grouped: Grouped, rows: readonly number[], count = 4) =>
  Array.from({ length: count }, (_, kind) => topicOfKind(grouped, rows, kind));

const edit = (of: StoredEdit["edit"]): StoredEdit => ({
  id: editId(`e${++made}`),
  at: made,
  edit: of,
  says: "A change.",
  state: "next",
  outcome: null,
  undoneAt: null,
});

const rows = some(160);
const points = pointsOf(rows);

describe("points that are grouped for the first time", () => {
  it("have the topics that are in them, the largest first, each place with its topic", async () => {
    const grouped = await group(points);
    expect(new Set(kinds(grouped, rows)).size).toBe(4);
    expect(grouped.topics).toHaveLength(4);
    expect(grouped.centroids.rows).toBe(4);
    const sizes = grouped.topics.map((_, at) => grouped.topicOf.filter((of) => of === at).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(grouped).toMatchObject({ k: { chosen: 4, by: "criterion" }, events: [] });
  });

  it("have no topics where they are fewer than twelve, however alike", async () => {
    const few = await group(pointsOf(some(FEWEST_POINTS - 1, 1)));
    expect(few.topics).toEqual([]);
    expect([...few.topicOf].every((at) => at === -1)).toBe(true);
    const enough = await group(pointsOf(some(FEWEST_POINTS, 1)));
    expect(enough.topics.length).toBeGreaterThan(0);
  });

  it("have as many as a person wants, and the ids of remembered ones whose typical chunks they hold", async () => {
    const kind = rows.filter((row) => planted[row] === 2).slice(0, 8);
    const typical = kind.map((row) => `chk_${row}` as never);
    const remembered = [{ id: topicId("remembered"), typical }];
    const grouped = await group(points, undefined, { k: 3, remembered });
    expect(grouped.topics).toHaveLength(3);
    expect(grouped.k).toEqual({ chosen: 3, by: "person" });
    expect(topicOfKind(grouped, rows, 2)).toBe(topicId("remembered"));
  });
});

describe("points that were grouped before", () => {
  it("keep their topics when more of the same comes, and tell of nothing", async () => {
    const first = await group(points);
    const more = some(200);
    const second = await group(pointsOf(more), savedAnalysisOf(points, first));
    expect(second.k.by).toBe("carried");
    expect(kinds(second, more)).toEqual(kinds(first, rows));
    expect(second.events.map(({ kind }) => kind)).not.toContain("born");
    expect(second.before.filter((id) => id === undefined)).toHaveLength(40);
  });

  it("get a new topic beside theirs for what is new", async () => {
    const first = await group(points);
    const fresh = [...planted.keys()].filter((at) => planted[at] === 4).slice(0, 40);
    const now = [...rows, ...fresh];
    const second = await group(pointsOf(now), savedAnalysisOf(points, first));
    expect(kinds(second, now)).toEqual(kinds(first, rows));
    const born = topicOfKind(second, now, 4);
    expect(first.topics).not.toContain(born);
    expect(second.topics).toContain(born);
  });

  it.each([
    ["a refit", {}, { mode: "refit" }],
    ["another model's fingerprint", {}, { model: "other" }],
  ] as const)("are found afresh by %s, and known again", async (_, __, wanted) => {
    const first = await group(points);
    const second = await group(points, savedAnalysisOf(points, first), wanted);
    expect(second.k.by).toBe("criterion");
    expect(kinds(second, rows)).toEqual(kinds(first, rows));
    expect(second.grouping.model).toBe("model" in wanted ? wanted.model : "m");
  });

  it("are found afresh when they are more than twice as many, or hardly any are left", async () => {
    const half = some(70);
    const first = await group(pointsOf(half));
    const grown = await group(points, savedAnalysisOf(pointsOf(half), first));
    expect(grown.k.by).toBe("criterion");
    expect(kinds(grown, rows)).toEqual(kinds(first, half));
    const left = await group(pointsOf(some(8)), savedAnalysisOf(points, grown));
    expect(left.topics).toEqual([]);
    // They rest, and are revived when their messages are back.
    expect(new Set(left.grouping.restingOrigins)).toEqual(new Set(grown.topics));
    const back = await group(points, savedAnalysisOf(pointsOf(some(8)), left));
    expect(new Set(back.topics)).toEqual(new Set(grown.topics));
  });
});

describe("what hands have changed", () => {
  it("is so after updates and refits: merged, moved away, split into parts with ids of their own", async () => {
    const first = await group(points);
    const [a, b, c] = kinds(first, rows);
    const out = `chk_${rows.find((row) => planted[row] === 3)}`;
    const split = edit({ kind: "split", topic: c ?? "", parts: 2 });
    const edits = [
      edit({ kind: "merge", topics: [b ?? ""], into: a ?? "" }),
      edit({ kind: "move", chunks: [out], to: null }),
      split,
    ];
    const second = await group(points, savedAnalysisOf(points, first), { edits });
    expect(kinds(second, rows).slice(0, 2)).toEqual([a, a]);
    expect(second.topics).not.toContain(b);
    expect(second.topicOf[points.pointOf(out) ?? -1]).toBe(-1);
    expect([...second.states.values()]).toEqual(["applied", "applied", "applied"]);
    const outcome = second.outcomes.get(split.id) as { parts: { topic: string }[] };
    const parts = outcome.parts.map(({ topic }) => topic);
    expect(parts[0]).toBe(c);
    expect(second.topics).toEqual(expect.arrayContaining(parts));
    const kept = edits.map((one) => (one.id === split.id ? { ...one, outcome } : one));
    for (const mode of ["update", "refit"] as const) {
      const later = await group(points, savedAnalysisOf(points, second), { edits: kept, mode });
      expect(kinds(later, rows).slice(0, 2), mode).toEqual([a, a]);
      expect(later.topicOf[points.pointOf(out) ?? -1], mode).toBe(-1);
      expect(later.topics, mode).toEqual(expect.arrayContaining(parts));
      expect(later.outcomes.size, mode).toBe(0);
    }
  });

  it("waits where what it names is not there, and harms nothing", async () => {
    const first = await group(points);
    const ghost = edit({ kind: "split", topic: anId("never"), parts: 2 });
    const merge = edit({ kind: "merge", topics: [anId("nor")], into: first.topics[0] ?? "" });
    const second = await group(points, savedAnalysisOf(points, first), { edits: [ghost, merge] });
    expect(second.topics).toEqual(first.topics);
    expect(second.states.get(merge.id)).toBe("waits");
    expect(second.outcomes.size).toBe(0);
  });
});
