// A map of vectors: equal rows are merged, a sample is fitted by UMAP, the rest is placed in it, all in one stable frame.
import { gatherInto, type ManyVectors, type Vectors } from "#services/domain/vectors.ts";
import { frameOf } from "./map-square.ts";
import { findNeighbours, type Neighbourhood } from "./neighbours.ts";
import { type Pace, paced, paceWithin, type Steps } from "./pace.ts";
import { place } from "./place.ts";
import { type Expectation, expectationOf } from "./place-fit.ts";
import { register } from "./register.ts";
import { chooseFitted } from "./sample.ts";
import { tsne } from "./tsne.ts";
import { foldTwins, spreadTwins } from "./twins.ts";
import { descend, epochsFor } from "./umap.ts";
import { fitCurve } from "./umap-curve.ts";
import { fuzzyGraph, type Graph } from "./umap-graph.ts";
import { mainAxes, smoothAlong, startingPositions } from "./umap-start.ts";
import { warmStart } from "./warm-start.ts";

export interface LayoutOptions {
  /** "umap" by default; "tsne" compares all pairs and fits 5,000 rows at most. */
  readonly method?: "umap" | "tsne";
  /** Default 15. */
  readonly neighbours?: number;
  /** Default 0.1: how close points may lie, in layout units. */
  readonly minDist?: number;
  /** Default 1: the distance over which the similarity of neighbours decays. */
  readonly spread?: number;
  /**
   * Default 4: the factor by which the repulsion between points that are no neighbours exceeds UMAP's own. Short messages have
   * hubs (rows that are neighbours of thousands), which pull unrelated points together: on 20,000 IRC messages trustworthiness
   * goes from .73 (1) to .80 (3) and .82 (4); on CLINC150 (.978) and on made-up clusters (.89 to .91) 3 and 4 make no difference.
   */
  readonly repulsion?: number;
  /** Default 500 up to 10,000 points and 200 above; half as many where the fit starts from `previous`. */
  readonly epochs?: number;
  readonly seed?: number;
  /** Default 40,000: with more rows than this, a sample is fitted and the other rows are placed. */
  readonly mostFitted?: number;
  /** A topic per row (−1: none), so that the sample has enough rows of each; without it, coarse cells are used as groups. */
  readonly groups?: Int32Array;
  /** The old map: x, y of each row, NaN where a row is new. The fit starts from it and is aligned with it at the end. */
  readonly previous?: Float32Array;
  readonly threads?: number;
}

/** What placing new rows needs to know about a fit, besides the fitted rows themselves. */
export interface Layout {
  /** Interleaved x, y of each row: most within ± 0.9, all within ± 1.2 unless aligned with an old map. */
  readonly positions: Float32Array;
  /** Numbers of the fitted rows, ascending; new rows are placed among these. */
  readonly fitted: Uint32Array;
  /** Frame units per layout unit. */
  readonly unit: number;
  readonly expected: Expectation;
  /** Share of the true neighbours that the fit used, measured on a sample. */
  readonly recall: number;
}

/** Enough iterations to separate what the axes lay over each other, and few enough to keep their overall shape. */
const smoothingIterations = 30;
/** A warm start is nearly right already: shorter steps, and half as many. */
const warmRate = 0.4;
const mostByTsne = 5000;
/** The value that the authors of t-SNE recommend for some thousand points. */
const perplexity = 30;
/** t-SNE has no unit that UMAP's forces know: the half-width of the frame is taken as ten units, as in UMAP's start. */
const tsneUnit = 0.09;

/**
 * Fits a layout and returns the places of all rows. The same vectors, options and seed give the same map.
 * @throws ParlanceError unavailable `aborted`.
 */
export async function fitLayout(
  vectors: ManyVectors,
  options: LayoutOptions = {},
  pace: Pace = {},
): Promise<Layout> {
  const { seed = 1, method = "umap" } = options;
  const mostFitted = Math.min(
    options.mostFitted ?? 40_000,
    method === "tsne" ? mostByTsne : Infinity,
  );
  const twins = await paced(foldTwins(vectors), paceWithin(pace, 0, 0.02));
  const chosen = await paced(
    chooseFitted(vectors, { rows: twins.first, groups: options.groups, most: mostFitted, seed }),
    paceWithin(pace, 0.02, 0.05),
  );
  const fittedVectors = gatherShared(vectors, chosen);
  const whole = chosen.length === twins.first.length;
  const core = await fitCore(
    fittedVectors,
    chosen,
    options,
    paceWithin(pace, 0.05, whole ? 1 : 0.5),
  );
  const positions = new Float32Array(vectors.rows * 2);
  write(positions, chosen, core.positions);
  if (!whole) {
    const isFitted = new Uint8Array(vectors.rows);
    for (const row of chosen) isFitted[row] = 1;
    const rest = twins.first.filter((row) => isFitted[row] === 0);
    const placed = await place(
      { fitted: { vectors: fittedVectors, ...core }, vectors, rows: rest },
      { ...options, seed },
      paceWithin(pace, 0.5, 1),
    );
    write(positions, rest, placed.positions);
  }
  spreadTwins(positions, twins);
  pace.onProgress?.(1);
  return {
    positions,
    fitted: chosen,
    unit: core.unit,
    expected: core.expected,
    recall: core.recall,
  };
}

interface Core {
  readonly positions: Float32Array;
  readonly unit: number;
  readonly expected: Expectation;
  readonly recall: number;
}

/** Places the fitted rows in the frame. */
async function fitCore(
  vectors: Vectors,
  rows: Uint32Array,
  options: LayoutOptions,
  pace: Pace,
): Promise<Core> {
  const { seed = 1, neighbours = 15, threads, method = "umap" } = options;
  const found = await findNeighbours(
    { base: vectors },
    { k: neighbours, seed, ...(threads === undefined ? {} : { threads }) },
    paceWithin(pace, 0, 0.5),
  );
  const previous = options.previous === undefined ? undefined : read(options.previous, rows);
  const rest = paceWithin(pace, 0.5, 1);
  const free =
    method === "tsne" && vectors.rows > 3
      ? await byTsne(vectors, options, rest)
      : await descended(vectors, found, { ...options, previous }, rest);
  const frame = frameOf(free);
  const framed = frame.apply(free);
  const laid = previous === undefined ? undefined : register(framed, previous);
  const positions = laid?.apply(framed) ?? framed;
  const unit = (method === "tsne" ? tsneUnit : frame.scale) * (laid?.scale ?? 1);
  const { minDist = 0.1, spread = 1, repulsion = 4 } = options;
  const expected = await paced(
    expectationOf(
      found,
      { positions, unit },
      { curve: fitCurve(minDist, spread), seed, repulsion },
    ),
    { signal: pace.signal },
  );
  return { positions, unit, expected, recall: found.recall };
}

async function descended(
  vectors: Vectors,
  found: Neighbourhood,
  options: Omit<LayoutOptions, "previous"> & { readonly previous: Float32Array | undefined },
  pace: Pace,
): Promise<Float32Array> {
  const { seed = 1, minDist = 0.1, spread = 1, repulsion = 4, previous } = options;
  // Too few rows for neighbourhoods: they are put on a line or a triangle, whatever their vectors are.
  if (vectors.rows < 4) return fewPoints(vectors.rows);
  const graph = await paced(fuzzyGraph(found), paceWithin(pace, 0, 0.05));
  const warm = previous === undefined ? undefined : warmStart(graph, previous, seed);
  const start =
    warm ??
    startingPositions(
      await paced(freshStart(graph, vectors, seed), paceWithin(pace, 0.05, 0.1)),
      seed,
    );
  const epochs =
    options.epochs ?? Math.ceil(epochsFor(vectors.rows) * (warm === undefined ? 1 : 0.5));
  const rate = warm === undefined ? 1 : warmRate;
  const curve = fitCurve(minDist, spread);
  await paced(
    descend(graph, start, { epochs, curve, seed, rate, repulsion }),
    paceWithin(pace, 0.1, 1),
  );
  return start;
}

/** t-SNE uses more neighbours of each row than UMAP, and does not start from the old map; alignment puts it over that one. */
async function byTsne(vectors: Vectors, options: LayoutOptions, pace: Pace): Promise<Float32Array> {
  const { seed = 1, threads } = options;
  const found = await findNeighbours(
    { base: vectors },
    { k: 3 * perplexity, seed, ...(threads === undefined ? {} : { threads }) },
    paceWithin(pace, 0, 0.1),
  );
  return await paced(tsneFrom(found, vectors, seed), paceWithin(pace, 0.1, 1));
}

function* tsneFrom(found: Neighbourhood, vectors: Vectors, seed: number): Steps<Float32Array> {
  const start = startingPositions(yield* mainAxes(vectors, seed), seed);
  return yield* tsne(found, start, perplexity);
}

function* freshStart(graph: Graph, vectors: Vectors, seed: number): Steps<Float32Array> {
  return yield* smoothAlong(graph, yield* mainAxes(vectors, seed), smoothingIterations);
}

const fewPoints = (rows: number): Float32Array =>
  Float32Array.from({ length: rows * 2 }, (_, at) => {
    const turn = ((at >> 1) / Math.max(1, rows)) * 2 * Math.PI;
    return rows === 1 ? 0 : at % 2 === 0 ? Math.cos(turn) : Math.sin(turn);
  });

/** Copies rows into memory that threads can share. */
const gatherShared = (vectors: ManyVectors, rows: Uint32Array): Vectors =>
  gatherInto(new Float32Array(new SharedArrayBuffer(rows.length * vectors.dim * 4)), vectors, rows);

const read = (positions: Float32Array, rows: Uint32Array): Float32Array =>
  Float32Array.from({ length: rows.length * 2 }, (_, at) => {
    const row = rows[at >> 1] ?? 0;
    return positions[2 * row + (at & 1)] ?? Number.NaN;
  });

function write(positions: Float32Array, rows: Uint32Array, from: Float32Array): void {
  for (const [place, row] of rows.entries()) {
    positions[2 * row] = from[2 * place] ?? 0;
    positions[2 * row + 1] = from[2 * place + 1] ?? 0;
  }
}
