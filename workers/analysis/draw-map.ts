// The map of an analysis: new points are placed in the old map, or a new fit is aligned with it.
import { driftOf, fitLayout, measureTrust, paced, place } from "#services/analyse/layout/layout.ts";
import type { AnalysisSettings } from "#services/contract/analysis.ts";
import { gather, type ManyVectors } from "#services/domain/vectors.ts";
import type { DrawnMap, SavedAnalysis } from "#services/saved-analysis/saved-analysis.ts";
import type { ReadPoints } from "./read-points.ts";

export interface Drawn {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly map: DrawnMap;
  /** 0 … 1, measured on a sample. */
  readonly trustworthiness: number;
}

export interface Drawing {
  /** Unit length, centred. */
  readonly rows: ManyVectors;
  readonly pointOf: ReadPoints["pointOf"];
  /** The row that each point has in the frame; of several, the one of its `ids`. */
  readonly shownAt: Uint32Array;
  /** Topic of each point, −1 for none; the sample has enough points of each. */
  readonly topicOf: Int32Array;
  readonly previous: SavedAnalysis | undefined;
  readonly refit: boolean;
  readonly method: AnalysisSettings["layout"];
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

const SEED = 1;
const TRUST_PAIRS = 2e7;

interface Known {
  /** x, y of each point, NaN where it is new. */
  readonly positions: Float32Array;
  /** Row in the previous frame; −1 for a new point. */
  readonly before: Int32Array;
}

const knownPlaces = ({ rows, pointOf }: Drawing, { frame, map }: SavedAnalysis): Known => {
  const { points } = frame;
  const fitted = new Set(map.fitted);
  const positions = new Float32Array(rows.rows * 2).fill(Number.NaN);
  const before = new Int32Array(rows.rows).fill(-1);
  for (let old = 0; old < points.count; old++) {
    const at = pointOf(points.ids.at(old));
    // Of a point that is shown several times, the one that was fitted.
    if (at === undefined || ((before[at] ?? -1) >= 0 && !fitted.has(old))) continue;
    before[at] = old;
    positions[2 * at] = points.x[old] ?? Number.NaN;
    positions[2 * at + 1] = points.y[old] ?? Number.NaN;
  }
  return { positions, before };
};

const split = (positions: Float32Array) => {
  const count = positions.length / 2;
  return {
    x: Float32Array.from({ length: count }, (_, at) => positions[2 * at] ?? 0),
    y: Float32Array.from({ length: count }, (_, at) => positions[2 * at + 1] ?? 0),
  };
};

const joined = (one: Float32Array, other: Float32Array): Float32Array => {
  const both = new Float32Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

/** The old map with the new points; undefined where it no longer fits the data, or hardly anything of it is left. */
const extended = async (
  drawing: Drawing,
  previous: SavedAnalysis,
  known: Known,
): Promise<{ positions: Float32Array; map: DrawnMap } | undefined> => {
  const { rows, signal, onProgress } = drawing;
  const wasFitted = new Set(previous.map.fitted);
  const fitted = Uint32Array.from(
    [...known.before.keys()].filter((at) => wasFitted.has(known.before[at] ?? -1)),
  );
  if (fitted.length < previous.map.fitted.length / 2 || fitted.length < 4) return undefined;
  const fresh = Uint32Array.from(
    [...known.before.keys()].filter((at) => Number.isNaN(known.positions[2 * at])),
  );
  const positions = known.positions.slice();
  const placed = await place(
    {
      fitted: {
        vectors: gather(rows, fitted),
        positions: Float32Array.from(
          { length: fitted.length * 2 },
          (_, at) => positions[2 * (fitted[at >> 1] ?? 0) + (at & 1)] ?? 0,
        ),
        unit: previous.map.unit,
      },
      vectors: rows,
      rows: fresh,
    },
    { seed: SEED },
    { signal, onProgress },
  );
  for (const [at, to] of fresh.entries()) {
    positions[2 * to] = placed.positions[2 * at] ?? 0;
    positions[2 * to + 1] = placed.positions[2 * at + 1] ?? 0;
  }
  const { fittedRows, expected, unit } = previous.map;
  const spans = joined(previous.map.spans, placed.spans);
  const scatters = joined(previous.map.scatters, placed.scatters);
  if (driftOf({ spans, scatters, fittedRows }, expected).verdict === "refit") return undefined;
  return { positions, map: { fitted, unit, expected, fittedRows, spans, scatters } };
};

const fitted = async (drawing: Drawing, known: Known | undefined) => {
  const { rows, topicOf, method, signal, onProgress } = drawing;
  const layout = await fitLayout(
    rows,
    {
      seed: SEED,
      method,
      groups: topicOf,
      ...(known === undefined ? {} : { previous: known.positions }),
    },
    { signal, onProgress },
  );
  return {
    positions: layout.positions,
    map: {
      fitted: layout.fitted,
      unit: layout.unit,
      expected: layout.expected,
      fittedRows: rows.rows,
      spans: new Float32Array(),
      scatters: new Float32Array(),
    },
  };
};

export const drawMap = async (drawing: Drawing): Promise<Drawn> => {
  const { previous, refit, rows, signal } = drawing;
  const known = previous && knownPlaces(drawing, previous);
  const kept = previous && known && !refit ? await extended(drawing, previous, known) : undefined;
  const { positions, map: made } = kept ?? (await fitted(drawing, known));
  const map = { ...made, fitted: made.fitted.map((at) => drawing.shownAt[at] ?? 0).sort() };
  // Each sampled row is compared with all others; in a large map a smaller sample gives the figure within 0.01.
  const sample = Math.max(150, Math.min(1000, Math.round(TRUST_PAIRS / Math.max(1, rows.rows))));
  const { trustworthiness } = await paced(measureTrust(rows, positions, { sample }), { signal });
  return { ...split(positions), map, trustworthiness };
};
