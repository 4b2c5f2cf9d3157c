// Counts → the line and the area of a small chart.
export interface SparkPath {
  readonly line: string;
  readonly area: string;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** In a box of width × height, a pixel of air above; undefined where there is nothing to draw a line through. */
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
