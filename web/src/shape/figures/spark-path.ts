// Counts → the SVG paths of a sparkline: its line and the area below.
export interface SparkPath {
  readonly line: string;
  readonly area: string;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Paths in a box of width × height with a free pixel above; undefined with fewer than two counts. */
export const sparkPath = (
  counts: readonly number[],
  width: number,
  height: number,
): SparkPath | undefined => {
  if (counts.length < 2) return undefined;
  const tallest = Math.max(1, ...counts);
  const step = width / (counts.length - 1);
  const points = counts.map(
    (count, at) => `${round(at * step)} ${round(height - 1 - (count / tallest) * (height - 2))}`,
  );
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${width} ${height}L0 ${height}Z` };
};
