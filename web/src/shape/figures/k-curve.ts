// The score of every tried number of topics k → the points of a small curve.
import type { AnalysisQuality } from "#services/contract/analysis.ts";

export interface CurvePoint {
  readonly k: number;
  readonly score: number;
  /** Pixels in the box, from its upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** Points in a box of width × height; k is on a logarithmic axis, as the tried numbers are spaced. */
export const kCurve = (
  tried: AnalysisQuality["k"]["tried"],
  width: number,
  height: number,
): readonly CurvePoint[] => {
  const usable = tried.filter(({ k, score }) => k > 0 && Number.isFinite(score));
  if (usable.length === 0) return [];
  const logs = usable.map(({ k }) => Math.log(k));
  const scores = usable.map(({ score }) => score);
  const [left, right] = [Math.min(...logs), Math.max(...logs)];
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  const along = (value: number, from: number, to: number) =>
    to > from ? (value - from) / (to - from) : 0.5;
  return usable
    .map(({ k, score }) => ({
      k,
      score,
      x: along(Math.log(k), left, right) * width,
      y: (1 - along(score, low, high)) * height,
    }))
    .sort((a, b) => a.k - b.k);
};
