// The port for clustering: options, result, and what every driver guarantees.
import type { Rows } from "../ann/ann.ts";

export interface KMeansOptions {
  /** Centroids wanted, 1 or more; there are fewer where there are fewer different rows. With `initial`, its rows. */
  readonly k: number;
  /** The same seed and rows give the same result on the same machine. 1 by default. */
  readonly seed?: number;
  /** Starts from different rows, of which the best goes on; 3 by default; a warm start is one. */
  readonly starts?: number;
  /** Passes over all rows at most; 25 by default. */
  readonly iterations?: number;
  /** Centroids to start from, unit length. Each keeps its number, and stays where it was when no row is left to it. */
  readonly initial?: Rows;
  /** Done when a pass takes less than this share off the inertia; 0.0005 by default. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

export interface Clustering {
  /** One unit row per cluster; as many as asked for, or as there are different rows. */
  readonly centroids: Rows;
  /** The cluster of each row, its nearest centroid; ties by smaller number. */
  readonly labels: Int32Array;
  /** Cosine of each row to its centroid; 0 for a row of zeros. */
  readonly similarities: Float32Array;
  /** Squared distances of the rows to their (unit) centroids, summed. */
  readonly inertia: number;
  /** Passes over all rows. */
  readonly iterations: number;
}

export interface KMeans {
  readonly name: "faiss" | "wasm";
  /**
   * Spherical k-means (Dhillon and Modha, 2001): unit rows, cosine, centroids scaled to length 1. Rows must not be changed
   * meanwhile. No rows give no centroids. Yields to the event loop.
   * @throws RangeError for rows with a number that is not finite, or centroids of another shape; the signal's reason once
   * it is aborted (FAISS looks at it every few passes).
   */
  cluster(rows: Rows, options: KMeansOptions): Promise<Clustering>;
}
