// The check of a concept: each thumb is scored by a training without it, which calibrates probabilities and sets a threshold.
import {
  fitLogistic,
  type Labelled,
  type LinearModel,
  logitOf,
  type Prior,
} from "#services/analyse/statistics/statistics.ts";

/** The most trainings for the check; with fewer thumbs, each is left out alone. */
const parts = 10;

/**
 * The logit of each example. For thumbs (the first `thumbs` rows) it comes from a fit without them, two Newton steps from the full
 * one. Equal rows are left out together, because a duplicate would give its twin away.
 */
export function leftOut(
  examples: Labelled,
  prior: Prior,
  { model, thumbs }: { readonly model: LinearModel; readonly thumbs: number },
): Float64Array {
  const { rows } = examples;
  const logits = Float64Array.from({ length: rows.rows }, (_, at) => logitOf(model, rows, at));
  const groups = groupsOf(examples, thumbs);
  const together = Math.max(1, Math.ceil(groups.length / parts));
  for (let from = 0; from < groups.length; from += together) {
    const out = groups.slice(from, from + together).flat();
    const weights = Float64Array.from(examples.weights);
    for (const at of out) weights[at] = 0;
    const without = fitLogistic({ ...examples, weights }, prior, { from: model, steps: 2 });
    for (const at of out) logits[at] = logitOf(without, rows, at);
  }
  return logits;
}

/** Groups thumbs so that equal rows are together and each group has thumbs up and down. */
function groupsOf({ rows, targets }: Labelled, thumbs: number): number[][] {
  const groups = new Map<string, number[]>();
  for (let at = 0; at < thumbs; at++) {
    const data = rows.data.subarray(at * rows.dim, (at + 1) * rows.dim);
    const key = data.join(",");
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  const isUp = (group: readonly number[]) => (targets[group[0] ?? 0] ?? 0) > 0.5;
  const all = [...groups.values()];
  const ups = all.filter(isUp);
  const downs = all.filter((group) => !isUp(group));
  const order: number[][] = [];
  for (let at = 0; at < Math.max(ups.length, downs.length); at++)
    for (const list of [ups, downs]) {
      const group = list[at];
      if (group !== undefined) order.push(group);
    }
  return order;
}

/** A calibrated logit is the logit times `slope` plus `offset`; the slope is above 0, so that the order stays the same. */
export interface Scale {
  readonly slope: number;
  readonly offset: number;
}

const steepest = 4;
const flattest = 0.05;

/**
 * Platt's scaling (1999) on the logits of left-out thumbs and of the background, with his targets (n₊ + 1)/(n₊ + 2) and
 * 1/(n₋ + 2), regularised towards leaving logits unchanged, so that only several thumbs together can change them.
 */
export function calibrated({ targets, weights }: Labelled, logits: Float64Array): Scale {
  let ups = 0;
  let downs = 0;
  for (const [at, target] of Array.from(targets).entries()) {
    if (target > 0.5) ups += weights[at] ?? 0;
    else downs += weights[at] ?? 0;
  }
  // The slope is fitted as its difference from 1: the prior of the fit is 0, and the offset of each example is its own logit.
  const model = fitLogistic(
    {
      rows: { dim: 1, rows: logits.length, data: Float32Array.from(logits) },
      targets: Float64Array.from(targets, (target) =>
        target > 0.5 ? (ups + 1) / (ups + 2) : 1 / (downs + 2),
      ),
      weights,
    },
    { weights: Float64Array.of(1), bias: 0, strength: 2, biasStrength: 1 },
  );
  const slope = Math.min(steepest, Math.max(flattest, model.weights[0] ?? 1));
  return { slope, offset: model.bias };
}

/**
 * The threshold: where F₁ is greatest over left-out thumbs and the background, whose rows count as negative; 0.5 where
 * there are fewer than three thumbs of either kind. Within 0.1 … 0.9.
 *
 * It lies a quarter of the way from the last row below it to the first above: people rate what they saw first, so the messages
 * that they did not reach lie in the gap, and more of those are right than wrong (concept.bench.ts).
 */
export function thresholdOf(
  chances: Float64Array,
  { up, thumbs }: { readonly up: number; readonly thumbs: number },
): number {
  if (up < 3 || thumbs - up < 3) return 0.5;
  const order = Array.from(chances.keys()).sort((a, b) => (chances[b] ?? 0) - (chances[a] ?? 0));
  let best = 0.5;
  let most = -1;
  let hits = 0;
  for (const [place, at] of order.entries()) {
    if (at < up) hits++;
    const chance = chances[at] ?? 0;
    const next = chances[order[place + 1] ?? -1] ?? 0;
    const bar = Math.min(0.9, Math.max(0.1, next + (chance - next) / 4));
    const f1 = (2 * hits) / (place + 1 + up);
    if (next === chance || chance < bar || f1 <= most) continue;
    most = f1;
    best = bar;
  }
  return best;
}
