// Places new rows in a fitted map: between their nearest fitted rows, then moved by UMAP's forces while the fitted rows stay fixed.
import { type ManyVectors, mostWhole, type Vectors } from "#services/domain/vectors.ts";
import { findNeighbours } from "./neighbours.ts";
import { type Pace, paced, paceWithin } from "./pace.ts";
import { scatterOf, spanOf } from "./place-fit.ts";
import { settle } from "./place-settle.ts";
import { fitCurve } from "./umap-curve.ts";
import { memberships } from "./umap-graph.ts";

export interface Fitted {
  readonly vectors: Vectors;
  /** Interleaved x, y of each. */
  readonly positions: Float32Array;
  /** Frame units per layout unit: `Layout.unit`. */
  readonly unit: number;
}

export interface PlaceOptions {
  readonly neighbours?: number;
  readonly minDist?: number;
  readonly spread?: number;
  readonly repulsion?: number;
  readonly seed?: number;
  readonly threads?: number;
}

export interface Placed {
  /** Interleaved x, y of each new row. */
  readonly positions: Float32Array;
  /** Mean cosine distance to its nearest fitted rows: large where no fitted row is like it. */
  readonly spans: Float32Array;
  /** Median distance on the map from a row to those neighbours: large where they lie far apart on the map. */
  readonly scatters: Float32Array;
}

export interface Placing {
  readonly fitted: Fitted;
  readonly vectors: ManyVectors;
  /** Which rows of `vectors` are placed, in this order; all by default. */
  readonly rows?: Uint32Array;
}

/**
 * Rows are placed independently of each other: a row gets the same place alone or with a thousand others, except for the effect
 * of the seeded random points that repel it. Many are placed a part at a time, because their neighbours take 180 bytes for each.
 * @throws ParlanceError unavailable `aborted`.
 */
export async function place(
  { fitted, vectors, rows }: Placing,
  options: PlaceOptions = {},
  pace: Pace = {},
): Promise<Placed> {
  const all = rows ?? Uint32Array.from({ length: vectors.rows }, (_, row) => row);
  const placed: Placed = {
    positions: new Float32Array(all.length * 2),
    spans: new Float32Array(all.length),
    scatters: new Float32Array(all.length),
  };
  for (let from = 0; from < all.length; from += mostWhole) {
    const to = Math.min(all.length, from + mostWhole);
    const part = await placePart(
      { fitted, vectors, rows: all.subarray(from, to) },
      options,
      paceWithin(pace, from / all.length, to / all.length),
    );
    placed.positions.set(part.positions, from * 2);
    placed.spans.set(part.spans, from);
    placed.scatters.set(part.scatters, from);
  }
  return placed;
}

async function placePart(
  { fitted, vectors, rows }: Required<Placing>,
  options: PlaceOptions,
  pace: Pace,
): Promise<Placed> {
  const { neighbours = 15, minDist = 0.1, spread = 1, repulsion = 4, seed = 1, threads } = options;
  const found = await findNeighbours(
    { base: fitted.vectors, queries: { of: vectors, rows } },
    { k: neighbours, seed, ...(threads === undefined ? {} : { threads }) },
    paceWithin(pace, 0, 0.9),
  );
  const strengths = await paced(memberships(found), paceWithin(pace, 0.9, 0.92));
  const curve = fitCurve(minDist, spread);
  const positions = await paced(
    settle({ found, strengths, fitted }, { curve, seed, repulsion }),
    paceWithin(pace, 0.92, 1),
  );
  return {
    positions,
    spans: spanOf(found),
    scatters: scatterOf(found, positions, fitted.positions),
  };
}
