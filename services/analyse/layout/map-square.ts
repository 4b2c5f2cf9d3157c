// The frame of a map: scales and centres a layout so that every map fills the same square.

export interface Frame {
  /** Frame units per unit of the layout given. */
  readonly scale: number;
  apply(positions: Float32Array): Float32Array;
}

/** All but the outermost 0.5 % on each side lie within this. */
const inner = 0.9;
/** Nothing lies further out than this. */
const outer = 1.2;
const tail = 0.005;

/** Centred between the outermost 0.5 % on each side, with the same scale on both axes. */
export function frameOf(positions: Float32Array): Frame {
  const rows = positions.length / 2;
  const spans = [0, 1].map((axis) => {
    const sorted = Float32Array.from({ length: rows }, (_, row) => positions[2 * row + axis] ?? 0);
    sorted.sort();
    const low = sorted[Math.floor((rows - 1) * tail)] ?? 0;
    const high = sorted[Math.ceil((rows - 1) * (1 - tail))] ?? 0;
    const centre = (low + high) / 2;
    const reach = Math.max((sorted[rows - 1] ?? 0) - centre, centre - (sorted[0] ?? 0));
    return { centre, half: (high - low) / 2, reach };
  });
  const size = Math.max(...spans.map(({ half, reach }) => Math.max(half / inner, reach / outer)));
  const scale = size > 0 ? 1 / size : 1;
  return {
    scale,
    apply: (given) => given.map((value, at) => (value - (spans[at & 1]?.centre ?? 0)) * scale),
  };
}
