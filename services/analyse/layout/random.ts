// Seeded random numbers for the map: 32-bit xorshift, cheap enough for the inner loop of a layout.

export interface Dice {
  /** A whole number in [0, 2³²). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A number in [0, 1). */
  share(): number;
}

/** Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003); its state must not be 0, so the seed is mixed first. */
export function dice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let turn = 0; turn < 4; turn++) next();
  return {
    next,
    below: (below) => Math.floor((next() / 2 ** 32) * below),
    share: () => next() / 2 ** 32,
  };
}

/** `count` different whole numbers below `of`, in ascending order (Floyd's sampling). */
export function sampleRows(of: number, count: number, random: Dice): Uint32Array {
  if (count >= of) return Uint32Array.from({ length: of }, (_, row) => row);
  const taken = new Set<number>();
  for (let last = of - count; last < of; last++) {
    const row = random.below(last + 1);
    taken.add(taken.has(row) ? last : row);
  }
  return Uint32Array.from(taken).sort();
}
