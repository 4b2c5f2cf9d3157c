// How many points are drawn while the map moves (as many as the last frames had time for), and how a point looks.

/** Milliseconds. A frame above `slow` (30 frames a second need 33) lowers the budget; one below `quick` raises it. */
const slow = 27;
const quick = 19;
const least = 12_000;

/** The budget before any frame was measured, points. */
export const firstBudget = 40_000;

/** Points for the next moving frame, from the last budget and the milliseconds that the last frame took. */
export const nextBudget = (budget: number, frameMs: number, points: number): number => {
  if (frameMs > slow) return Math.max(least, Math.round(budget * Math.max(0.5, slow / frameMs)));
  return frameMs < quick ? Math.min(Math.max(points, least), Math.round(budget * 1.25)) : budget;
};

/** Size (CSS pixels) and opacity (0 … 1) of a point, by the number of points in a window of so many pixels. */
export const pointLook = (
  shown: number,
  pixels: number,
): { readonly size: number; readonly alpha: number } => {
  const room = Math.sqrt(Math.max(1, pixels) / Math.max(1, shown));
  const size = Math.min(9, Math.max(2.4, room * 0.34));
  // From a point alone to about ten points over one another.
  const alpha = Math.min(0.92, Math.max(0.26, room * 0.075));
  return { size, alpha };
};
