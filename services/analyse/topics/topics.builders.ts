// Made-up rows with known topics, for the tests of the clustering.
import { seededRandom } from "#index-store/kmeans/kmeans.ts";
import { type Vectors, vectors } from "#services/domain/vectors.ts";

export interface PlantedTopics {
  readonly rows: Vectors;
  /** The topic of each row; −1 for a stranger, a row with a direction of its own. */
  readonly planted: Int32Array;
}

/**
 * Unit rows around the directions of `topics` topics, in rotation; all share one more direction, as encoders' rows do; the last
 * rows are strangers. `spread`: the length of a row's own part, where its topic's part has length 1.
 */
export function plantedTopics(shape: {
  readonly topics: number;
  readonly rows: number;
  readonly strangers?: number;
  readonly dim?: number;
  readonly spread?: number;
  readonly shared?: number;
  readonly seed?: number;
}): PlantedTopics {
  const { topics, rows, strangers = 0, dim = 48, spread = 0.5, shared = 1, seed = 1 } = shape;
  const random = seededRandom(seed);
  const direction = () => {
    const made = Float32Array.from(
      { length: dim },
      () => random() + random() + random() + random() - 2,
    );
    const length = Math.hypot(...made);
    return made.map((value) => value / length);
  };
  const common = direction();
  const directions = Array.from({ length: topics }, direction);
  const planted = Int32Array.from({ length: rows + strangers }, (_, row) =>
    row < rows ? row % topics : -1,
  );
  const data = new Float32Array((rows + strangers) * dim);
  for (const [row, topic] of planted.entries()) {
    const towards = directions[topic] ?? direction();
    const own = direction();
    const made = towards.map(
      (value, at) => value + spread * (own[at] ?? 0) + shared * (common[at] ?? 0),
    );
    const length = Math.hypot(...made);
    data.set(
      made.map((value) => value / length),
      row * dim,
    );
  }
  return { rows: vectors(dim, data), planted };
}
