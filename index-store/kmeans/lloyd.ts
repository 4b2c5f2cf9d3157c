// Lloyd's passes: what the drivers of clustering differ in.
import type { Rows } from "../ann/ann.ts";

export interface Passes {
  readonly rows: Rows;
  /** Unit rows to start from. */
  readonly start: Rows;
  readonly iterations: number;
  readonly tolerance: number;
  /** What becomes of a centroid without rows: it gets the farthest row, or stays where it was. */
  readonly empty: "refill" | "stay";
  readonly signal?: AbortSignal | undefined;
}

/** Moves centroids until little changes; the answer's centroids are unit rows. */
export type Lloyd = (
  passes: Passes,
) => Promise<{ readonly centroids: Rows; readonly iterations: number }>;
