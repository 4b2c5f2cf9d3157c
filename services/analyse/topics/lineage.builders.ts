// Invented pairs of versions with a known history: clusters on the sphere that are added, removed, moved, merged and split.

import { openAssigner } from "#index-store/kernels/kernels.ts";
import { seededRandom } from "#index-store/kmeans/kmeans.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import type { Versions } from "./lineage.ts";
import { unitMeans } from "./prototypes.ts";

export const operations = [
  "born",
  "died",
  "merged",
  "split",
  "grew",
  "shrank",
  "shifted",
  "revived",
] as const;
export type Operation = (typeof operations)[number];

export interface LineageCase {
  readonly seed: number;
  readonly versions: Versions<string>;
  /** What was done to topics, most of it to different ones; the other topics only gained and lost some rows. */
  readonly done: readonly Operation[];
  /** The id that each new cluster should get; "" for a new one. */
  readonly ids: readonly string[];
  /** By how much the true share of each remaining topic changed; topics that merged or split are left out. */
  readonly ratios: ReadonlyMap<string, number>;
  readonly merged: ReadonlyMap<string, readonly string[]>;
  /** Clusters split off each topic. */
  readonly split: ReadonlyMap<string, readonly number[]>;
}

/** A group of rows around one centre; a topic is one or two of them. */
interface Blob {
  readonly centre: Float32Array;
  readonly rows: number;
}

/** A topic of the version before, and what is done to it. */
interface Plan {
  readonly id: string;
  readonly blobs: readonly Blob[];
  readonly operation: Operation | "none";
}

interface World {
  readonly random: () => number;
  readonly dim: number;
  /** Rows vary in these directions only: real texts do not use all dimensions, and topics that vary in few directions overlap. */
  readonly basis: readonly Float32Array[];
  readonly spread: number;
  /** The common direction of all rows, as encoders produce it. */
  readonly lean: number;
}

const bell = (random: () => number): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3);

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
};

function openWorld(seed: number): World {
  const random = seededRandom(seed * 7919 + 13);
  const dim = [64, 128, 256][Math.floor(random() * 3)] ?? 64;
  const directions = 16 + Math.floor(random() * 9);
  const basis = Array.from({ length: directions }, () =>
    unit(Float32Array.from({ length: dim }, () => bell(random))),
  );
  return { random, dim, basis, spread: 0.7 + 0.4 * random(), lean: random() * 0.8 };
}

/** A random step in the world's directions, of about this length. */
function step({ random, dim, basis }: World, length: number): Float32Array {
  const sum = new Float32Array(dim);
  for (const direction of basis) {
    const factor = (bell(random) * length) / Math.sqrt(basis.length);
    for (let d = 0; d < dim; d++) sum[d] = (sum[d] ?? 0) + factor * (direction[d] ?? 0);
  }
  return sum;
}

const between = (world: World, from: number, to: number): number =>
  Math.floor(from + world.random() * (to - from));

const near = (world: World, centre: Float32Array, distance: number): Float32Array => {
  const aside = step(world, distance);
  return unit(centre.map((value, d) => value + (aside[d] ?? 0)));
};

/** A new centre at some distance from the others, because k-means could not separate nearer ones. */
function freshCentre(world: World, taken: readonly Float32Array[]): Float32Array {
  const { basis, lean, dim } = world;
  const own = new Float32Array(dim).map((_, d) => lean * (basis[0]?.[d] ?? 0));
  for (let tries = 0; ; tries++) {
    const aside = step(world, 1);
    const centre = unit(own.map((value, d) => value + (aside[d] ?? 0)));
    const nearest = Math.max(
      -1,
      ...taken.map((other) => other.reduce((sum, value, d) => sum + value * (centre[d] ?? 0), 0)),
    );
    if (nearest < 0.75 || tries > 50) return centre;
  }
}

/** Two groups of one topic, the first clearly the larger. */
function pairOf(world: World, centre: Float32Array): Blob[] {
  const rows = between(world, 80, 200);
  return [
    { centre: near(world, centre, 0.55), rows },
    { centre: near(world, centre, 0.55), rows: Math.round(rows * (0.4 + 0.35 * world.random())) },
  ];
}

function plansOf(world: World): { before: Plan[]; done: Operation[] } {
  const done: Operation[] = [];
  const count = 1 + between(world, 0, 4);
  for (let at = 0; at < count; at++)
    done.push(operations[between(world, 0, operations.length)] ?? "born");
  const plain = between(world, 5, 12);
  const wanted: (Operation | "none")[] = [
    ...done,
    ...Array.from({ length: plain }, () => "none" as const),
  ];
  const taken: Float32Array[] = [];
  const before = wanted.map((operation, at): Plan => {
    const centre = freshCentre(world, taken);
    taken.push(centre);
    const twofold = operation === "merged" || operation === "split" || world.random() < 0.2;
    const blobs = twofold ? pairOf(world, centre) : [{ centre, rows: between(world, 60, 250) }];
    return { id: `t${at}`, blobs, operation };
  });
  return { before, done };
}

/** Rows with the cluster that each truly belongs to; −1 for an outlier. */
class Pile {
  readonly data: number[] = [];
  readonly truth: number[] = [];
  /** The row of the version before for each row of the version after; −1 for a new one. */
  readonly known: number[] = [];

  add(vector: ArrayLike<number>, truth: number, known: number): void {
    for (let d = 0; d < vector.length; d++) this.data.push(vector[d] ?? 0);
    this.truth.push(truth);
    this.known.push(known);
  }
}

function drawn(world: World, centre: Float32Array): Float32Array {
  const aside = step(world, world.spread);
  const { random, dim } = world;
  return unit(
    centre.map((value, d) => value + (aside[d] ?? 0) + (0.3 * bell(random)) / Math.sqrt(dim)),
  );
}

/** The share of a topic's rows that stay, and the number of new rows for each row that was there. */
function turnover(world: World, operation: Plan["operation"]): { stay: number; come: number } {
  const { random } = world;
  if (operation === "grew") return { stay: 0.95, come: 1.3 + 0.8 * random() };
  if (operation === "shrank") return { stay: 0.3 + 0.15 * random(), come: 0.02 };
  if (operation === "shifted") return { stay: 0.6, come: 0.4 };
  const gone = 0.2 * random();
  return { stay: 1 - gone, come: Math.max(0, gone + 0.06 * (random() - 0.5)) };
}

/** A pair of versions and its true history, from a seed. */
export function lineageCase(seed: number): LineageCase {
  const world = openWorld(seed);
  const { before: plans, done } = plansOf(world);
  const history = new History(world);
  for (const plan of plans) history.play(plan);
  return history.finish(seed, done);
}

class History {
  readonly #world: World;
  readonly #before = new Pile();
  readonly #after = new Pile();
  readonly #beforeIds: string[] = [];
  readonly #afterIds: string[] = [];
  readonly #lived: string[] = [];
  readonly #merged = new Map<string, string[]>();
  readonly #split = new Map<string, number[]>();
  readonly #resting: { id: string; centre: Float32Array }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  play(plan: Plan): void {
    const { id, blobs, operation } = plan;
    if (operation === "born" || operation === "revived") {
      const to = this.#afterIds.push(operation === "born" ? "" : id) - 1;
      for (const blob of blobs) this.#fresh(blob.centre, blob.rows, to);
      if (operation === "revived") this.#resting.push({ id, centre: middleOf(blobs) });
      return;
    }
    if (operation === "merged") {
      this.#merge(plan);
      return;
    }
    const from = this.#beforeIds.push(id) - 1;
    if (operation === "died") {
      for (const blob of blobs) for (let n = 0; n < blob.rows; n++) this.#old(blob.centre, from);
      return;
    }
    const to = this.#afterIds.push(id) - 1;
    const second = operation === "split" ? this.#afterIds.push("") - 1 : to;
    if (operation === "split") this.#split.set(id, [second]);
    else this.#lived.push(id);
    for (const [at, blob] of blobs.entries())
      this.#carry(blob, { from, to: at === 0 ? to : second, operation });
  }

  /** Merges two topics into the first, which is the larger. */
  #merge({ id, blobs, operation }: Plan): void {
    const to = this.#afterIds.push(id) - 1;
    for (const [at, blob] of blobs.entries()) {
      const from = this.#beforeIds.push(at === 0 ? id : `${id}b`) - 1;
      this.#carry(blob, { from, to, operation });
    }
    this.#merged.set(id, [`${id}b`]);
  }

  #carry(
    blob: Blob,
    { from, to, operation }: { from: number; to: number; operation: Plan["operation"] },
  ): void {
    const { stay, come } = turnover(this.#world, operation);
    for (let n = 0; n < blob.rows; n++) {
      const place = this.#old(blob.centre, from);
      if (this.#world.random() < stay) this.#after.add(place.vector, to, place.at);
    }
    const centre = operation === "shifted" ? near(this.#world, blob.centre, 0.4) : blob.centre;
    this.#fresh(centre, Math.round(blob.rows * come), to);
  }

  #old(centre: Float32Array, from: number): { at: number; vector: Float32Array } {
    const vector = drawn(this.#world, centre);
    this.#before.add(vector, from, -1);
    return { at: this.#before.truth.length - 1, vector };
  }

  #fresh(centre: Float32Array, rows: number, to: number): void {
    for (let n = 0; n < rows; n++) this.#after.add(drawn(this.#world, centre), to, -1);
  }

  finish(seed: number, done: readonly Operation[]): LineageCase {
    const world = this.#world;
    const noise = 0.08 * world.random();
    const before = clustered(this.#before, this.#beforeIds.length, { world, noise });
    const after = clustered(this.#after, this.#afterIds.length, { world, noise });
    const shared = this.#after.known.flatMap((known, at) => (known >= 0 ? [[known, at]] : []));
    const ratios = new Map(
      this.#lived.map((id) => [
        id,
        shareOf(this.#after, this.#afterIds.indexOf(id)) /
          shareOf(this.#before, this.#beforeIds.indexOf(id)),
      ]),
    );
    return {
      seed,
      done,
      versions: {
        before: { ids: this.#beforeIds, ...before.shapes },
        after: after.shapes,
        shared: {
          before: Int32Array.from(shared, ([old]) => before.labels[old ?? 0] ?? -1),
          after: Int32Array.from(shared, ([, at]) => after.labels[at ?? 0] ?? -1),
        },
        resting: {
          ids: this.#resting.map(({ id }) => id),
          centroids: stack(
            this.#resting.map(({ centre }) => centre),
            world.dim,
          ),
        },
      },
      ids: this.#afterIds,
      ratios,
      merged: this.#merged,
      split: this.#split,
    };
  }
}

const shareOf = ({ truth }: Pile, cluster: number): number =>
  truth.filter((one) => one === cluster).length / truth.length;

const middleOf = (blobs: readonly Blob[]): Float32Array => {
  const first = blobs[0]?.centre ?? new Float32Array();
  return unit(
    first.map((_, d) => blobs.reduce((sum, { centre, rows }) => sum + rows * (centre[d] ?? 0), 0)),
  );
};

const stack = (vectors: readonly Float32Array[], dim: number): Vectors => {
  const data = new Float32Array(vectors.length * dim);
  for (const [at, vector] of vectors.entries()) data.set(vector, at * dim);
  return { dim, rows: vectors.length, data };
};

/**
 * A result like that of k-means near its optimum: Lloyd passes from the true clusters, so that rows between topics may go to
 * either; then some random labels, and some rows marked as outliers.
 */
function clustered(
  pile: Pile,
  k: number,
  { world, noise }: { readonly world: World; readonly noise: number },
): {
  readonly labels: Int32Array;
  readonly shapes: { centroids: Vectors; sizes: Int32Array; rows: number };
} {
  const { dim, random } = world;
  const rows = { dim, rows: pile.truth.length, data: Float32Array.from(pile.data) };
  const none = { dim, rows: k, data: new Float32Array(k * dim) };
  let centroids = unitMeans(rows, pile.truth, none);
  const assigner = openAssigner(dim, k);
  let labels = Int32Array.from(pile.truth);
  for (let pass = 0; pass < 2; pass++) {
    const jitter = centroids.data.map((value) => value + (0.05 * bell(random)) / Math.sqrt(dim));
    assigner.setVectors(jitter);
    labels = Int32Array.from(assigner.assign(rows.data).labels);
    centroids = unitMeans(rows, labels, centroids);
  }
  for (let at = 0; at < labels.length; at++) {
    if (random() < noise) labels[at] = between(world, 0, k);
    if (random() < noise) labels[at] = -1;
  }
  const sizes = new Int32Array(k);
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] ?? 0) + 1;
  const unitRows = Array.from({ length: k }, (_, at) => row(centroids, at));
  return { labels, shapes: { centroids: stack(unitRows, dim), sizes, rows: labels.length } };
}
