// The inner product of two vectors, added in a fixed order, so that equal rows get equal similarities.

/** In double precision, added in the order of the flat engine and rounded once, so that both give the same float32. */
export function dot(a: Float32Array, b: Float32Array): number {
  const even = a.length & ~3;
  let w = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  for (let at = 0; at < even; at += 4) {
    w += (a[at] ?? 0) * (b[at] ?? 0);
    x += (a[at + 1] ?? 0) * (b[at + 1] ?? 0);
    y += (a[at + 2] ?? 0) * (b[at + 2] ?? 0);
    z += (a[at + 3] ?? 0) * (b[at + 3] ?? 0);
  }
  for (let at = even; at < a.length; at++) w += (a[at] ?? 0) * (b[at] ?? 0);
  return Math.fround(w + x + (y + z));
}
