// A concept: from a query and thumbs, the probability that a message is of a kind, and a direction that the index can rank by.

import {
  fitLogistic,
  type Labelled,
  type LinearModel,
  sigmoid,
} from "#services/analyse/statistics/statistics.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import { calibrated, leftOut, thresholdOf } from "./concept-check.ts";

/** The examples that a concept is trained on; all vectors have unit length and the same dimension. */
export interface ConceptExamples {
  /** The description of the concept, embedded as a query. */
  readonly query: Float32Array;
  readonly up: Vectors;
  readonly down: Vectors;
  /** A seeded sample of the collection (200 rows are enough): typical messages, which are weak evidence against the concept. */
  readonly background: Vectors;
}

export interface Concept {
  /** Probability = 1 / (1 + e^−(weights · vector + bias)). */
  readonly weights: Float32Array;
  readonly bias: number;
  /** The probability from which a message counts as positive. */
  readonly threshold: number;
  readonly trainedOn: { readonly up: number; readonly down: number; readonly background: number };
  /** Share of the thumbs predicted rightly, each by a training without it (ten parts at most); null with fewer than 3 of either kind. */
  readonly accuracy: number | null;
}

/** The probability of a message like the mean of the background, before there are thumbs. */
const ofTypical = 0.01;
/** So many standard deviations above the background's mean similarity to the query, the probability is 0.5. */
const halfAt = 4;
/** Strength of the regularisation towards the query, times the mean square of the background's spread (concept.bench.ts). */
const pull = 0.03;
const biasPull = 0.1;
/** Weight of all background rows together, in thumbs per thumb (concept.bench.ts). */
const backgroundWeight = 2;

/**
 * Trains in milliseconds. Without thumbs it ranks exactly like the query; with thumbs it is a logistic regression regularised
 * towards the query: contradicting thumbs on one message cancel out, and thumbs up alone are contrasted with the background.
 *
 * The probability means: of all messages with this score, the share that would get a thumb up. It is
 * calibrated on thumbs left out of training (concept-check.ts); before there are thumbs it only tells how far a message stands out
 * from the background: 0.01 at the background's mean similarity to the query, 0.5 at four standard deviations above.
 * @throws RangeError where dimensions differ or a number is not finite.
 */
export function trainConcept(examples: ConceptExamples): Concept {
  const { query, up, down, background } = examples;
  check(examples);
  const dim = query.length;
  const middle = meanOf(background, dim);
  const start = priorOf(query, background, middle);
  const trainedOn = { up: up.rows, down: down.rows, background: background.rows };
  const thumbs = up.rows + down.rows;
  if (thumbs === 0)
    return { ...uncentred(start, middle), threshold: 0.5, trainedOn, accuracy: null };

  const rows = centred([up, down, background], middle);
  const labelled: Labelled = {
    rows,
    targets: Float64Array.from({ length: rows.rows }, (_, at) => (at < up.rows ? 1 : 0)),
    weights: Float64Array.from({ length: rows.rows }, (_, at) =>
      at < thumbs ? 1 : (backgroundWeight * thumbs) / background.rows,
    ),
  };
  const spread = spreadOf(rows, thumbs);
  const prior = { ...start, strength: pull * spread, biasStrength: biasPull };
  const model = fitLogistic(labelled, prior);
  const held = leftOut(labelled, prior, { model, thumbs });
  const scale = calibrated(labelled, held);
  const scaled = {
    weights: model.weights.map((value) => value * scale.slope),
    bias: model.bias * scale.slope + scale.offset,
  };
  const chances = held.map((z) => sigmoid(z * scale.slope + scale.offset));
  const threshold = thresholdOf(chances, { up: up.rows, thumbs });
  const enough = up.rows >= 3 && down.rows >= 3;
  const right = chances
    .subarray(0, thumbs)
    .reduce((count, chance, at) => count + (chance >= threshold === at < up.rows ? 1 : 0), 0);
  return {
    ...uncentred(scaled, middle),
    threshold,
    trainedOn,
    accuracy: enough ? right / thumbs : null,
  };
}

/** The probability that a message is of the concept's kind, from its vector. */
export function probabilityOf(concept: Concept, vector: Float32Array): number {
  let z = concept.bias;
  for (let d = 0; d < vector.length; d++) z += (concept.weights[d] ?? 0) * (vector[d] ?? 0);
  return sigmoid(z);
}

/** The unit vector to rank by: the inner product with it orders messages by their probability. */
export function directionOf(concept: Concept): Float32Array {
  const length = lengthOf(concept.weights) || 1;
  return concept.weights.map((value) => value / length);
}

/** The inner product with `directionOf` that corresponds to a probability: the bound of a search. */
export const similarityAt = (concept: Concept, probability: number): number =>
  (Math.log(probability / (1 - probability)) - concept.bias) / (lengthOf(concept.weights) || 1);

/** The probability that corresponds to an inner product with `directionOf`. */
export const probabilityAt = (concept: Concept, similarity: number): number =>
  sigmoid(similarity * (lengthOf(concept.weights) || 1) + concept.bias);

const lengthOf = (vector: Float32Array): number => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
};

function check({ query, up, down, background }: ConceptExamples): void {
  for (const { dim, rows, data } of [up, down, background]) {
    if (rows > 0 && dim !== query.length)
      throw new RangeError(`The query has ${query.length} numbers, an example ${dim}.`);
    if (!data.every(Number.isFinite)) throw new RangeError("An example contains NaN or infinity.");
  }
  if (query.length === 0 || !query.every(Number.isFinite))
    throw new RangeError("The query contains NaN or infinity.");
}

function meanOf(rows: Vectors, dim: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let at = 0; at < rows.rows; at++)
    for (const [d, value] of row(rows, at).entries()) mean[d] = (mean[d] ?? 0) + value / rows.rows;
  return mean;
}

/** The query as a model of centred rows: see `ofTypical` and `halfAt`. */
function priorOf(query: Float32Array, background: Vectors, middle: Float64Array): LinearModel {
  const bias = Math.log(ofTypical / (1 - ofTypical));
  const typical = query.reduce((sum, value, d) => sum + value * (middle[d] ?? 0), 0);
  let squares = 0;
  for (let at = 0; at < background.rows; at++) {
    const near = row(background, at).reduce((sum, value, d) => sum + value * (query[d] ?? 0), 0);
    squares += (near - typical) ** 2;
  }
  // A background of one row, or of equal rows, has no spread: a probability of 0.5 is then reached at a similarity of 0.5 above the mean.
  const deviation = Math.max(0.02, Math.sqrt(squares / Math.max(1, background.rows)));
  const half = squares > 0 ? halfAt * deviation : 0.5;
  return { weights: Float64Array.from(query, (value) => (value * -bias) / half), bias };
}

function centred(parts: readonly Vectors[], middle: Float64Array): Vectors {
  const dim = middle.length;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const data = new Float32Array(rows * dim);
  let to = 0;
  for (const part of parts)
    for (const value of part.data) {
      data[to] = value - (middle[to % dim] ?? 0);
      to++;
    }
  return { dim, rows, data };
}

/** Mean square length of the background's centred rows; 1 without any. */
function spreadOf(rows: Vectors, from: number): number {
  const data = rows.data.subarray(from * rows.dim);
  if (data.length === 0) return 1;
  return Math.max(0.01, data.reduce((sum, value) => sum + value * value, 0) / (rows.rows - from));
}

function uncentred(
  model: LinearModel,
  middle: Float64Array,
): { weights: Float32Array; bias: number } {
  let bias = model.bias;
  for (const [d, value] of model.weights.entries()) bias -= value * (middle[d] ?? 0);
  return { weights: Float32Array.from(model.weights), bias };
}
