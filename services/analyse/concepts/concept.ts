// A concept: a query and thumbs make a probability that a message is one of its kind, and a direction the index can rank by.

import {
  fitLogistic,
  type Labelled,
  type LinearModel,
  sigmoid,
} from "#services/analyse/statistics/statistics.ts";
import { row, type Vectors } from "#services/domain/vectors.ts";
import { calibrated, leftOut, thresholdOf } from "./concept-check.ts";

/** What a concept learns from; all vectors of unit length and one dimension. */
export interface ConceptExamples {
  /** What is looked for, in words, embedded as a question. */
  readonly query: Float32Array;
  readonly up: Vectors;
  readonly down: Vectors;
  /** A seeded sample of the collection (200 rows are plenty): what most messages are like, and weak evidence against. */
  readonly background: Vectors;
}

export interface Concept {
  /** Probability = 1 / (1 + e^−(weights · vector + bias)). */
  readonly weights: Float32Array;
  readonly bias: number;
  /** The probability from which a message counts as one. */
  readonly threshold: number;
  readonly trainedOn: { readonly up: number; readonly down: number; readonly background: number };
  /** Share of the thumbs told right, each by a training without it (in ten parts where there are more); null below 3 of each. */
  readonly accuracy: number | null;
}

/** A message like the mean of the background is one of the concept's with this probability before thumbs say otherwise. */
const ofTypical = 0.01;
/** Standard deviations above the background's mean similarity to the query, at which the probability is a half. */
const halfAt = 4;
/** How strongly weights are drawn to the query, times the mean square of the background's spread (concept.bench.ts). */
const pull = 0.03;
const biasPull = 0.1;
/** All background rows together count as so many thumbs for each thumb there is (concept.bench.ts). */
const backgroundWeight = 2;

/**
 * Trains in milliseconds. Without thumbs it is the query's ranking exactly; with them, logistic regression drawn to the query:
 * two thumbs on one message that contradict each other cancel out, and thumbs up alone are set against the background.
 *
 * The probability means: of messages that the model is as sure of as of this one, the share that would get a thumb up. It is
 * calibrated on thumbs left out of training (concept-check.ts); before there are thumbs it says only how far a message stands out
 * from the background: 1 % at the background's mean similarity to the query, a half at four standard deviations above.
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

/** Probability that the message is one of the concept's, from its vector. */
export function probabilityOf(concept: Concept, vector: Float32Array): number {
  let z = concept.bias;
  for (let d = 0; d < vector.length; d++) z += (concept.weights[d] ?? 0) * (vector[d] ?? 0);
  return sigmoid(z);
}

/** The unit vector to rank by: the index's inner product with it orders messages as their probabilities do. */
export function directionOf(concept: Concept): Float32Array {
  const length = lengthOf(concept.weights) || 1;
  return concept.weights.map((value) => value / length);
}

/** The inner product with `directionOf` at which the probability is this one: what a search has to reach. */
export const similarityAt = (concept: Concept, probability: number): number =>
  (Math.log(probability / (1 - probability)) - concept.bias) / (lengthOf(concept.weights) || 1);

/** The probability that belongs to an inner product with `directionOf`. */
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
    if (!data.every(Number.isFinite)) throw new RangeError("An example holds what is no number.");
  }
  if (query.length === 0 || !query.every(Number.isFinite))
    throw new RangeError("The query holds what is no number.");
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
  // A background of one row, or of equal ones, tells nothing: then a half is reached at a cosine of 0.5 above it.
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
