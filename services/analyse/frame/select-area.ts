// Which points lie inside a polygon on the map (even-odd rule): a bounding box first, then only the edges at the point's height.

/** The polygon is cut into so many horizontal bands: a lasso has up to 2,000 corners, and a point is compared only with the edges of its band. */
const BANDS = 512;

/** Opens the test for one polygon, which is closed from its last corner to its first. NaN coordinates lie outside. */
export const openArea = (
  corners: readonly (readonly [number, number])[],
): ((x: number, y: number) => boolean) => {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of corners) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  const bandOf = (y: number) =>
    Math.max(0, Math.min(BANDS - 1, Math.floor(((y - bottom) / (top - bottom)) * BANDS)));
  const inBands: number[][] = Array.from({ length: BANDS }, () => []);
  for (const [corner, [x, y]] of corners.entries()) {
    const [nextX, nextY] = corners[(corner + 1) % corners.length] ?? [x, y];
    if (nextY === y) continue;
    const last = bandOf(Math.max(y, nextY));
    for (let band = bandOf(Math.min(y, nextY)); band <= last; band++)
      inBands[band]?.push(x, y, nextX, nextY);
  }
  // Four numbers per edge in one array, because they are read a hundred thousand times.
  const bands = inBands.map((edges) => Float64Array.from(edges));
  return (x, y) => {
    if (!(x >= left && x <= right && y >= bottom && y <= top) || top === bottom) return false;
    const edges = bands[bandOf(y)] ?? new Float64Array(0);
    let inside = false;
    for (let edge = 0; edge < edges.length; edge += 4) {
      const fromY = edges[edge + 1] ?? 0;
      const toY = edges[edge + 3] ?? 0;
      // Half-open in y, so that a ray through a corner crosses only one of the two edges that meet there.
      if (fromY > y === toY > y) continue;
      const fromX = edges[edge] ?? 0;
      if (x < (((edges[edge + 2] ?? 0) - fromX) * (y - fromY)) / (toY - fromY) + fromX)
        inside = !inside;
    }
    return inside;
  };
};
