// How two selections differ: topics, words, authors, sources, languages and measures, with effect sizes and their uncertainty.

import { type Frame, type FrameTopic, sizeOf } from "#services/analyse/frame/frame.ts";
import { adjusted } from "#services/analyse/statistics/statistics.ts";
import {
  type Compared,
  type Difference,
  isCertain,
  type RawDifference,
  type Side,
  type Sides,
} from "./difference.ts";
import { compareMeasures } from "./measures.ts";
import { compareShares, compareWords, dimensionsOf } from "./shares.ts";
import { LEAST_SIDE, sayDifferences } from "./wording.ts";

export const compareMethod =
  "Shares are compared by the log odds ratio, smoothed by half a message on each side. For its 95 % interval and p, the messages of one conversation on one day are one independent case (ratio estimator for clusters); neither is ever narrower or smaller than for independent messages." +
  "Words are compared by the log odds ratio with an informative Dirichlet prior from both sides together (Monroe, Colaresi and Quinn 2008, “Fightin' words”), its variance multiplied by the occurrences of the word per conversation that contains it." +
  "Measures are compared by Cohen's d; length, response time and messages per conversation by their logarithms, with geometric means shown. " +
  "p is adjusted for the number of comparisons (Benjamini and Hochberg). A size is negligible below d = 0.2, small below 0.5, medium below 0.8, else large (Cohen 1988); log odds are read as d = log odds · √3/π (Chinn 2000). " +
  "Messages that are on both sides count on both, which makes differences look smaller.";

/** The most differences kept of each kind (words: of each direction). */
const MOST_KEPT = 40;

const LOG_ODDS_TO_D = Math.sqrt(3) / Math.PI;

export const sizeOfEffect = (d: number): Difference["size"] => {
  const size = Math.abs(d);
  if (size < 0.2) return "negligible";
  if (size < 0.5) return "small";
  return size < 0.8 ? "medium" : "large";
};

const asD = ({ kind, effect }: RawDifference): number =>
  kind === "measure" ? effect : effect * LOG_ODDS_TO_D;

const bySurety = (x: Difference, y: Difference): number =>
  Number(isCertain(y)) - Number(isCertain(x)) ||
  Math.abs(asD(y)) - Math.abs(asD(x)) ||
  (x.label < y.label ? -1 : 1);

/** Keeps the strongest of each kind; words of both directions. */
const keep = (all: readonly Difference[]): Difference[] => {
  const kept = new Map<string, number>();
  return all.filter(({ kind, effect }) => {
    const key = kind === "word" ? `word${effect > 0}` : kind;
    const count = (kept.get(key) ?? 0) + 1;
    kept.set(key, count);
    return count <= MOST_KEPT;
  });
};

/**
 * What A has more or less of than B. The masks may overlap. Where a side has fewer than 10 messages nothing is compared, and
 * `says` tells so.
 */
export const compareSides = (
  frame: Frame,
  topics: readonly FrameTopic[],
  sides: Sides,
): Compared => {
  const [a, b] = [sizeOf(frame, sides.a), sizeOf(frame, sides.b)];
  let shared = 0;
  for (let row = 0; row < sides.a.length; row++)
    shared += (sides.a[row] ?? 0) & (sides.b[row] ?? 0);
  const enough = Math.min(a.messages, b.messages) >= LEAST_SIDE;
  const raw = enough
    ? [
        ...dimensionsOf(frame, topics).flatMap((one) => compareShares(frame, sides, one)),
        ...compareWords(sides),
        ...compareMeasures(frame, sides),
      ]
    : [];
  const ps = adjusted(raw.map(({ p }) => p));
  const differences = raw
    .map(
      (one, place): Difference => ({
        ...one,
        p: ps[place] ?? 1,
        size: sizeOfEffect(asD(one)),
      }),
    )
    .sort(bySurety);
  const side = ({ messages, conversations, people }: Side): Side => ({
    messages,
    conversations,
    people,
  });
  const found = { a: side(a), b: side(b), shared, differences: keep(differences) };
  return { ...found, says: sayDifferences(found), method: compareMethod };
};
