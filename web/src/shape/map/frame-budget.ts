// How many points are drawn while the map moves: as many as the last frames had time for.

/** Milliseconds that a frame may take: a little under the 33 of 30 frames a second. */
const slow = 27;
const quick = 19;
const least = 12_000;

/** With which a map begins, before anything is known of the machine. */
export const firstBudget = 40_000;

/** Points for the next moving frame, given those of the last and the milliseconds since the frame before it. */
export const nextBudget = (budget: number, frameMs: number, points: number): number => {
  if (frameMs > slow) return Math.max(least, Math.round(budget * Math.max(0.5, slow / frameMs)));
  return frameMs < quick ? Math.min(Math.max(points, least), Math.round(budget * 1.25)) : budget;
};

/** CSS pixels of a point and how much of it covers, by how many points share the window. */
export const pointLook = (
  shown: number,
  pixels: number,
): { readonly size: number; readonly alpha: number } => {
  const room = Math.sqrt(Math.max(1, pixels) / Math.max(1, shown));
  const size = Math.min(9, Math.max(2.4, room * 0.34));
  // From one that stands alone to where some ten lie over one another.
  const alpha = Math.min(0.92, Math.max(0.26, room * 0.075));
  return { size, alpha };
};
