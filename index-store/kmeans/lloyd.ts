// The passes of Lloyd's algorithm: the part of clustering that each driver implements.
import type { Rows } from "../ann/ann.ts";

export interface Passes {
  readonly rows: Rows;
  /** Unit rows to start from. */
  readonly start: Rows;
  readonly iterations: number;
  readonly tolerance: number;
  /** What is done with a centroid without rows: it takes the row farthest from its own centroid, or is kept as it was. */
  readonly empty: "refill" | "stay";
  readonly signal?: AbortSignal | undefined;
}

/** Moves centroids until little changes; the answer's centroids are unit rows. */
export type Lloyd = (
  passes: Passes,
) => Promise<{ readonly centroids: Rows; readonly iterations: number }>;
