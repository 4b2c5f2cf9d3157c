// Inner products of float32 rows: all of them, the greatest for each row, and sums of rows for a mean.

/** Inner products of `count` float32 rows with `k` float32 vectors, row-major into out[count × k]. */
export function multiply(rows: usize, count: i32, vectors: usize, k: i32, dim: i32, out: usize): void {
  const bytes = <usize>dim << 2;
  let row = 0;
  for (; row + 2 <= count; row += 2) {
    const a = rows + <usize>row * bytes;
    const b = a + bytes;
    const outA = out + ((<usize>row * <usize>k) << 2);
    const outB = outA + (<usize>k << 2);
    let c = 0;
    for (; c + 4 <= k; c += 4) {
      tile(a, b, vectors + <usize>c * bytes, dim, outA + (<usize>c << 2), outB + (<usize>c << 2));
    }
    for (; c < k; c++) {
      const v = vectors + <usize>c * bytes;
      store<f32>(outA + (<usize>c << 2), dot(a, v, dim));
      store<f32>(outB + (<usize>c << 2), dot(b, v, dim));
    }
  }
  if (row < count) {
    const a = rows + <usize>row * bytes;
    const outA = out + ((<usize>row * <usize>k) << 2);
    for (let c = 0; c < k; c++) {
      store<f32>(outA + (<usize>c << 2), dot(a, vectors + <usize>c * bytes, dim));
    }
  }
}

/** Two rows by four vectors: eight sums stay in registers, so that six loads serve eight products. */
function tile(a: usize, b: usize, v: usize, dim: i32, outA: usize, outB: usize): void {
  const bytes = <usize>dim << 2;
  const v1 = v + bytes;
  const v2 = v1 + bytes;
  const v3 = v2 + bytes;
  let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
  const whole = <usize>(dim & ~3) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    const w0 = v128.load(v + at);
    a0 = f32x4.add(a0, f32x4.mul(x, w0));
    b0 = f32x4.add(b0, f32x4.mul(y, w0));
    const w1 = v128.load(v1 + at);
    a1 = f32x4.add(a1, f32x4.mul(x, w1));
    b1 = f32x4.add(b1, f32x4.mul(y, w1));
    const w2 = v128.load(v2 + at);
    a2 = f32x4.add(a2, f32x4.mul(x, w2));
    b2 = f32x4.add(b2, f32x4.mul(y, w2));
    const w3 = v128.load(v3 + at);
    a3 = f32x4.add(a3, f32x4.mul(x, w3));
    b3 = f32x4.add(b3, f32x4.mul(y, w3));
  }
  store<f32>(outA, sum(a0) + tail(a, v, at, bytes));
  store<f32>(outA + 4, sum(a1) + tail(a, v1, at, bytes));
  store<f32>(outA + 8, sum(a2) + tail(a, v2, at, bytes));
  store<f32>(outA + 12, sum(a3) + tail(a, v3, at, bytes));
  store<f32>(outB, sum(b0) + tail(b, v, at, bytes));
  store<f32>(outB + 4, sum(b1) + tail(b, v1, at, bytes));
  store<f32>(outB + 8, sum(b2) + tail(b, v2, at, bytes));
  store<f32>(outB + 12, sum(b3) + tail(b, v3, at, bytes));
}

/** The same order of additions as in `tile`: one row gets one answer, whichever path computes it. */
function dot(a: usize, v: usize, dim: i32): f32 {
  const whole = <usize>(dim & ~3) << 2;
  let total = f32x4.splat(0);
  let at: usize = 0;
  for (; at < whole; at += 16) total = f32x4.add(total, f32x4.mul(v128.load(a + at), v128.load(v + at)));
  return sum(total) + tail(a, v, at, <usize>dim << 2);
}

// @ts-ignore: decorator
@inline
function sum(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline
function tail(a: usize, v: usize, from: usize, to: usize): f32 {
  let total: f32 = 0;
  for (let at = from; at < to; at += 4) total += load<f32>(a + at) * load<f32>(v + at);
  return total;
}

/**
 * The vector c of the greatest row·c + bias[c] for each row, ties by smaller c. Minus half the squared norm as bias makes
 * it the nearest by distance. `scratch` has room for 2 × k float32.
 */
export function assign(
  rows: usize, count: i32, vectors: usize, k: i32, dim: i32, bias: usize, scratch: usize, labels: usize, scores: usize,
): void {
  const bytes = <usize>dim << 2;
  for (let row = 0; row < count; row += 2) {
    const pair = min(2, count - row);
    multiply(rows + <usize>row * bytes, pair, vectors, k, dim, scratch);
    for (let one = 0; one < pair; one++) {
      const line = scratch + ((<usize>one * <usize>k) << 2);
      let best: f32 = -f32.MAX_VALUE;
      let label = 0;
      for (let c = 0; c < k; c++) {
        const score = load<f32>(line + (<usize>c << 2)) + load<f32>(bias + (<usize>c << 2));
        if (score > best) {
          best = score;
          label = c;
        }
      }
      store<i32>(labels + (<usize>(row + one) << 2), label);
      store<f32>(scores + (<usize>(row + one) << 2), best);
    }
  }
}

/** Adds `count` rows of float32 to `dim` float64 sums. */
export function addRows(rows: usize, count: i32, dim: i32, sums: usize): void {
  for (let row = 0; row < count; row++) {
    const start = rows + ((<usize>row * <usize>dim) << 2);
    for (let at = 0; at < dim; at++) {
      const sum = sums + (<usize>at << 3);
      store<f64>(sum, load<f64>(sum) + <f64>load<f32>(start + (<usize>at << 2)));
    }
  }
}
