// Which points lie inside a polygon on the map: even-odd, a bounding box first, then only the edges at the point's height.

/** Bands across the polygon's height: a lasso has up to 2,000 corners, a point meets the edges of its band only. */
const BANDS = 256;

/** The test for one polygon, closed by itself. NaN coordinates lie outside. */
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
  const bands: number[][] = Array.from({ length: BANDS }, () => []);
  for (const [corner, [, y]] of corners.entries()) {
    const nextY = corners[(corner + 1) % corners.length]?.[1] ?? y;
    if (nextY === y) continue;
    const last = bandOf(Math.max(y, nextY));
    for (let band = bandOf(Math.min(y, nextY)); band <= last; band++) bands[band]?.push(corner);
  }
  const crosses = (edge: number, x: number, y: number): boolean => {
    const [fromX, fromY] = corners[edge] ?? [0, 0];
    const [toX, toY] = corners[(edge + 1) % corners.length] ?? [0, 0];
    // Half-open in y, so that a corner is met by one of its two edges only.
    return fromY > y !== toY > y && x < ((toX - fromX) * (y - fromY)) / (toY - fromY) + fromX;
  };
  return (x, y) => {
    if (!(x >= left && x <= right && y >= bottom && y <= top) || top === bottom) return false;
    let inside = false;
    for (const edge of bands[bandOf(y)] ?? []) if (crosses(edge, x, y)) inside = !inside;
    return inside;
  };
};
