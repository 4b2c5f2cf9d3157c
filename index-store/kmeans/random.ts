// Seeded random numbers for clustering: the same on every machine.

/** Numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of the numbers 0 … total − 1, each as likely, in order (selection sampling: Knuth, TAOCP 2, 3.4.2 S). */
export function sampleOf(total: number, count: number, random: () => number): Uint32Array {
  const wanted = Math.min(total, Math.max(0, count));
  const taken = new Uint32Array(wanted);
  let have = 0;
  for (let at = 0; have < wanted; at++) {
    if ((total - at) * random() >= wanted - have) continue;
    taken[have] = at;
    have++;
  }
  return taken;
}
