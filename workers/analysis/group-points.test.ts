// Grouping from the topics that are there: what moves in a run, and what does not.
import { expect, it } from "vitest";
import { openKMeans } from "#index-store/kmeans/kmeans.ts";
import { aFrame } from "#services/analyse/frame/frame-columns.builders.ts";
import { analysisId, topicId } from "#services/domain/ids.ts";
import { vectors } from "#services/domain/vectors.ts";
import type { SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import { groupPoints } from "./group-points.ts";

const [north, east] = [topicId("north".padEnd(22, "0")), topicId("east".padEnd(22, "0"))];

/** Unit vectors of the plane, by degrees from east. */
const at = (degrees: readonly number[]) =>
  vectors(
    2,
    Float32Array.from(
      degrees.flatMap((angle) => [
        Math.cos((angle * Math.PI) / 180),
        Math.sin((angle * Math.PI) / 180),
      ]),
    ),
  );

/** Topics at 90° and 0°, with the points in the places that are given; −1 for none. */
const grouped = (places: readonly number[]): SavedAnalysis => ({
  analysis: analysisId("one"),
  frame: aFrame(places.map((topic) => ({ topic }))),
  grouping: {
    prototypes: at([90, 0]),
    origins: [north, east],
    resting: at([]),
    restingOrigins: [],
    centre: Float32Array.of(0, 0),
    outlierBound: 0.5,
    places: Int32Array.from(places),
    fittedPoints: places.length,
    workedIn: [],
    folded: [],
    model: "fingerprint",
  },
  map: {
    fitted: new Uint32Array(),
    unit: 1,
    expected: { span: 1, scatter: 1 },
    fittedRows: 0,
    spans: new Float32Array(),
    scatters: new Float32Array(),
  },
  topics: [
    { id: north, title: "North", level: 0, parent: null, points: 8, leaf: 0 },
    { id: east, title: "East", level: 0, parent: null, points: 6, leaf: 1 },
  ],
});

const degrees = [90, 91, 92, 93, 94, 95, 0, 1, 2, 3, 4, 5];
const places = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
// Nearer to the east than to its own topic, as a split by hand may leave a point; a point of no topic that is near one; and one
// of a topic that it is far from.
const odd = { degrees: [40, 85, -100], places: [0, -1, 1] };

const run = async (angles: readonly number[]) => {
  const previous = grouped([...places, ...odd.places]);
  const { topics, topicOf } = await groupPoints(
    {
      ids: angles.map((_, row) => `chk_${row}`),
      vectors: at(angles),
      message: Uint32Array.from(angles.keys()),
      kinds: new Uint8Array(angles.length),
      sameAs: Uint32Array.from(angles.keys()),
      weight: new Uint32Array(angles.length).fill(1),
      pointOf: (chunk) => angles.map((_, row) => `chk_${row}`).indexOf(chunk),
    },
    previous,
    {
      wanted: { mode: "update", k: null, model: "fingerprint", edits: [], remembered: [] },
      tools: {
        kmeans: openKMeans({ faiss: "off" }),
        newId: () => topicId("new".padEnd(22, "0")),
        signal: AbortSignal.timeout(10_000),
      },
    },
  );
  return [...topicOf].map((place) => topics[place] ?? null);
};

it("moves no point where nothing is new", async () => {
  const was = [...places, ...odd.places].map((place) => [north, east][place] ?? null);
  expect(await run([...degrees, ...odd.degrees])).toEqual(was);
});

it("places all points with their nearest topic once more has come", async () => {
  const now = await run([...degrees, ...odd.degrees, 6]);
  expect(now.slice(places.length)).toEqual([east, north, null, east]);
});
