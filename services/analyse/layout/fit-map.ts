// A map of vectors: twins folded, a sample fitted by UMAP, the rest placed in it, all in one stable frame.
import type { Vectors } from "#services/domain/vectors.ts";
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
  /** "umap" unless asked; "tsne" compares all pairs, and fits 5,000 rows at most. */
  readonly method?: "umap" | "tsne";
  /** 15. */
  readonly neighbours?: number;
  /** 0.1: how close points may lie, in layout units. */
  readonly minDist?: number;
  /** 1: over what distance neighbours fade. */
  readonly spread?: number;
  /**
   * 4: how many times stronger than UMAP's own strangers push. Short messages have hubs, neighbours of thousands, that pull
   * strangers together: on IRC at 20,000 trustworthiness goes from .73 (1) to .80 (3) and .82 (4); on CLINC150 (.978) and on
   * made-up clusters (.89 to .91) 3 and 4 are alike.
   */
  readonly repulsion?: number;
  /** 500 up to 10,000 points, 200 above; half of it from `previous`. */
  readonly epochs?: number;
  readonly seed?: number;
  /** 40,000: of more rows a sample is fitted and the rest placed. */
  readonly mostFitted?: number;
  /** A topic per row (−1: none), so that the sample has enough of each; without it rough cells serve. */
  readonly groups?: Int32Array;
  /** The old map: x, y of each row, NaN where a row is new. The fit starts from it and is laid over it. */
  readonly previous?: Float32Array;
  readonly threads?: number;
}

/** What placing new rows needs to know of a fit, beside the fitted rows themselves. */
export interface Layout {
  /** Interleaved x, y of each row: most within ± 0.9, all within ± 1.2 unless laid over an old map. */
  readonly positions: Float32Array;
  /** Numbers of the rows that were fitted, ascending; new rows are placed among these. */
  readonly fitted: Uint32Array;
  /** Frame units per layout unit. */
  readonly unit: number;
  readonly expected: Expectation;
  /** Share of the true neighbours that the fit worked with, measured on a sample. */
  readonly recall: number;
}

/** As many turns as untangle the axes and leave what they say of the whole. */
const smoothingTurns = 30;
/** A warm start is nearly right: shorter steps, half as many. */
const warmRate = 0.4;
const mostByTsne = 5000;
/** As t-SNE's own authors advise for some thousand points. */
const perplexity = 30;
/** t-SNE has no unit of length that UMAP's forces know: ten make the half-width of the frame, as in UMAP's start. */
const tsneUnit = 0.09;

/**
 * Fits a layout and returns all rows' places. The same vectors, options and seed give the same map.
 * @throws ParlanceError unavailable `aborted`.
 */
export async function fitLayout(
  vectors: Vectors,
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
  const fittedVectors = gather(vectors, chosen);
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
      { fitted: { vectors: fittedVectors, ...core }, vectors: gather(vectors, rest) },
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

/** The rows that are fitted, in the frame. */
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
  // Too few for a neighbourhood: on one line or a triangle, whatever they are.
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

/** t-SNE looks further around each row than UMAP, and starts afresh: registration lays it over an old map. */
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
  return yield* smoothAlong(graph, yield* mainAxes(vectors, seed), smoothingTurns);
}

const fewPoints = (rows: number): Float32Array =>
  Float32Array.from({ length: rows * 2 }, (_, at) => {
    const turn = ((at >> 1) / Math.max(1, rows)) * 2 * Math.PI;
    return rows === 1 ? 0 : at % 2 === 0 ? Math.cos(turn) : Math.sin(turn);
  });

/** Rows copied into memory that threads can share. */
function gather({ dim, data }: Vectors, rows: Uint32Array): Vectors {
  const copy = new Float32Array(new SharedArrayBuffer(rows.length * dim * 4));
  for (const [place, row] of rows.entries())
    copy.set(data.subarray(row * dim, (row + 1) * dim), place * dim);
  return { dim, rows: rows.length, data: copy };
}

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
