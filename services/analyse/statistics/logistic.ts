// Logistic regression for few examples, L2-regularised towards a given direction, by Newton's method with conjugate gradients.
import type { Vectors } from "#services/domain/vectors.ts";

/** Examples with their targets and weights. */
export interface Labelled {
  readonly rows: Vectors;
  /** 1 = positive, 0 = negative; values between where it is not certain. */
  readonly targets: ArrayLike<number>;
  /** 0 = the example is left out. */
  readonly weights: ArrayLike<number>;
}

/** The weights that the fit is drawn to, and how strongly. */
export interface Prior {
  readonly weights: Float64Array;
  readonly bias: number;
  /** λ of λ/2 · ‖w − prior‖²; above 0. */
  readonly strength: number;
  /** The same for the bias. */
  readonly biasStrength: number;
}

export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface FitOptions {
  /** Where to start, e.g. at the fit of nearly the same examples; at the prior by default. */
  readonly from?: LinearModel;
  /** Newton steps at most; 30 by default. */
  readonly steps?: number;
}

/** 1 / (1 + e⁻ᶻ), without overflow. */
export const sigmoid = (z: number): number => {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
};

/** log(1 + eᶻ), without overflow. */
const softplus = (z: number): number => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));

/** The fit ends when the gradient is at most this times the sum of the weights. */
const smallGradient = 1e-6;
const mostInner = 60;

/**
 * Minimises Σ cᵢ · cross-entropy(tᵢ, σ(w·xᵢ + b)) + λ/2 ‖w − w₀‖² + λ_b/2 (b − b₀)²: strictly convex, so there is one minimum.
 *
 * Truncated Newton (Lin, Weng and Keerthi, JMLR 9, 2008) with a halving line search; reads the n · dim numbers a few dozen times.
 * @throws RangeError where the shapes do not agree or a strength is not above 0.
 */
export function fitLogistic(
  examples: Labelled,
  prior: Prior,
  options: FitOptions = {},
): LinearModel {
  const { rows, targets, weights } = examples;
  const dim = prior.weights.length;
  if (rows.dim !== dim || targets.length !== rows.rows || weights.length !== rows.rows)
    throw new RangeError("Examples, targets, weights and prior must be of one shape.");
  if (!(prior.strength > 0) || !(prior.biasStrength > 0))
    throw new RangeError("The prior must have a strength above 0.");
  // One vector, with the bias as its last number.
  let at: Float64Array = joined(options.from ?? prior);
  const centre = joined(prior);
  const pull = new Float64Array(dim + 1).fill(prior.strength);
  pull[dim] = prior.biasStrength;
  const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
  const problem = { rows, targets, weights, centre, pull };
  let here = look(problem, at);
  for (let step = 0; step < (options.steps ?? 30); step++) {
    const { gradient, curvature } = gradientAt(problem, at, here.logits);
    const slope = norm(gradient);
    if (slope <= smallGradient * Math.max(1, total)) break;
    const direction = newtonStep(problem, gradient, curvature);
    const descent = inner(gradient, direction);
    let length = 1;
    let next = at;
    let there = here;
    for (; length > 1e-8; length /= 2) {
      next = plus(at, direction, length);
      there = look(problem, next);
      if (there.loss <= here.loss + 1e-4 * length * descent) break;
    }
    if (!(there.loss < here.loss)) break;
    at = next;
    here = there;
  }
  return { weights: at.slice(0, dim), bias: at[dim] ?? 0 };
}

/** w·x + b of a row. */
export function logitOf(model: LinearModel, rows: Vectors, at: number): number {
  let sum = model.bias;
  for (let d = 0; d < rows.dim; d++)
    sum += (model.weights[d] ?? 0) * (rows.data[at * rows.dim + d] ?? 0);
  return sum;
}

interface Problem extends Labelled {
  readonly centre: Float64Array;
  readonly pull: Float64Array;
}

const joined = ({ weights, bias }: LinearModel): Float64Array => {
  const all = new Float64Array(weights.length + 1);
  all.set(weights);
  all[weights.length] = bias;
  return all;
};

/** X·v, where the last number of v is the bias. */
function through(rows: Vectors, v: Float64Array): Float64Array {
  const { dim, data } = rows;
  const out = new Float64Array(rows.rows);
  const even = dim - (dim % 4);
  for (let row = 0; row < rows.rows; row++) {
    const start = row * dim;
    // Four sums in parallel: with one, each addition waits for the one before, which doubled the time of a training.
    let a = v[dim] ?? 0;
    let b = 0;
    let c = 0;
    let e = 0;
    for (let d = 0; d < even; d += 4) {
      a += (data[start + d] ?? 0) * (v[d] ?? 0);
      b += (data[start + d + 1] ?? 0) * (v[d + 1] ?? 0);
      c += (data[start + d + 2] ?? 0) * (v[d + 2] ?? 0);
      e += (data[start + d + 3] ?? 0) * (v[d + 3] ?? 0);
    }
    for (let d = even; d < dim; d++) a += (data[start + d] ?? 0) * (v[d] ?? 0);
    out[row] = a + b + c + e;
  }
  return out;
}

/** Xᵀ·u, added to `into`. */
function back(rows: Vectors, u: Float64Array, into: Float64Array): Float64Array {
  const { dim, data } = rows;
  for (let row = 0; row < rows.rows; row++) {
    const factor = u[row] ?? 0;
    if (factor === 0) continue;
    const start = row * dim;
    for (let d = 0; d < dim; d++) into[d] = (into[d] ?? 0) + factor * (data[start + d] ?? 0);
    into[dim] = (into[dim] ?? 0) + factor;
  }
  return into;
}

function look(problem: Problem, at: Float64Array): { loss: number; logits: Float64Array } {
  const logits = through(problem.rows, at);
  let loss = 0;
  for (const [row, z] of logits.entries()) {
    const weight = problem.weights[row] ?? 0;
    if (weight > 0) loss += weight * (softplus(z) - (problem.targets[row] ?? 0) * z);
  }
  for (let d = 0; d < at.length; d++)
    loss += ((problem.pull[d] ?? 0) / 2) * ((at[d] ?? 0) - (problem.centre[d] ?? 0)) ** 2;
  return { loss, logits };
}

function gradientAt(
  problem: Problem,
  at: Float64Array,
  logits: Float64Array,
): { gradient: Float64Array; curvature: Float64Array } {
  const slopes = new Float64Array(logits.length);
  const curvature = new Float64Array(logits.length);
  for (const [row, z] of logits.entries()) {
    const p = sigmoid(z);
    const weight = problem.weights[row] ?? 0;
    slopes[row] = weight * (p - (problem.targets[row] ?? 0));
    curvature[row] = weight * p * (1 - p);
  }
  const gradient = at.map(
    (value, d) => (problem.pull[d] ?? 0) * (value - (problem.centre[d] ?? 0)),
  );
  return { gradient: back(problem.rows, slopes, gradient), curvature };
}

/** Solves H·s = −gradient by conjugate gradients, with less precision far from the minimum and to 1 % near it. */
function newtonStep(
  problem: Problem,
  gradient: Float64Array,
  curvature: Float64Array,
): Float64Array {
  const step = new Float64Array(gradient.length);
  const residual = gradient.map((value) => -value);
  let search: Float64Array = residual.slice();
  let squares = inner(residual, residual);
  const enough = squares * Math.min(0.01, Math.max(1e-4, squares));
  for (let turn = 0; turn < mostInner && squares > enough; turn++) {
    const seen = through(problem.rows, search);
    const bent = seen.map((value, row) => value * (curvature[row] ?? 0));
    const turned = back(
      problem.rows,
      bent,
      search.map((value, d) => value * (problem.pull[d] ?? 0)),
    );
    const length = squares / inner(search, turned);
    for (let d = 0; d < step.length; d++) {
      step[d] = (step[d] ?? 0) + length * (search[d] ?? 0);
      residual[d] = (residual[d] ?? 0) - length * (turned[d] ?? 0);
    }
    const next = inner(residual, residual);
    search = plus(residual, search, next / squares);
    squares = next;
  }
  return step;
}

const inner = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
};
const norm = (a: Float64Array): number => Math.sqrt(inner(a, a));
const plus = (a: Float64Array, b: Float64Array, factor: number): Float64Array =>
  a.map((value, d) => value + factor * (b[d] ?? 0));
