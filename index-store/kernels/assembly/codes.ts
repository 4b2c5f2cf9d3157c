// Rows and questions as a scan stores them: rotated, as one bit and one int8 per number; inner products estimated from these.

/** In-place Walsh-Hadamard transform of `size` float32, a power of two of 4 or more, scaled to keep lengths. */
function hadamard(x: usize, size: i32): void {
  const bytes = <usize>size << 2;
  const oddMinus = i32x4(0, 0x80000000, 0, 0x80000000);
  const upperMinus = i32x4(0, 0, 0x80000000, 0x80000000);
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>size));
  for (let at: usize = 0; at < bytes; at += 16) {
    let v = v128.load(x + at);
    v = f32x4.add(v128.shuffle<f32>(v, v, 0, 0, 2, 2), v128.xor(v128.shuffle<f32>(v, v, 1, 1, 3, 3), oddMinus));
    v = f32x4.add(v128.shuffle<f32>(v, v, 0, 1, 0, 1), v128.xor(v128.shuffle<f32>(v, v, 2, 3, 2, 3), upperMinus));
    v128.store(x + at, f32x4.mul(v, scale));
  }
  for (let half: usize = 16; half < bytes; half <<= 1) {
    for (let block: usize = 0; block < bytes; block += half << 1) {
      const end = block + half;
      for (let at = block; at < end; at += 16) {
        const a = v128.load(x + at);
        const b = v128.load(x + at + half);
        v128.store(x + at, f32x4.add(a, b));
        v128.store(x + at + half, f32x4.sub(a, b));
      }
    }
  }
}

/**
 * A random rotation in place: `rounds` times, flip signs (`signs` holds 0 or 0x80000000 per number and round), then transform.
 * `padded` need not be a power of two: the transform covers the first and then the last power of two that fits, overlapping,
 * as RaBitQ's library does, so that 384 dimensions are not blown up to 512.
 */
export function rotate(x: usize, padded: i32, signs: usize, rounds: i32): void {
  const bytes = <usize>padded << 2;
  const size = 1 << (31 - clz(padded));
  for (let round = 0; round < rounds; round++) {
    const flips = signs + <usize>round * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(x + at, v128.xor(v128.load(x + at), v128.load(flips + at)));
    }
    hadamard(x, size);
    if (size < padded) hadamard(x + (<usize>(padded - size) << 2), size);
  }
}

/**
 * Rows as the scan keeps them: minus the centre, rotated, as one sign bit and one int8 per number, with a scale per row, and a factor
 * per row for `weighListed` (`factors` of 0: none). `scratch` has room for `padded` float32.
 */
export function encode(
  raw: usize, count: i32, dim: i32, padded: i32, centre: usize, signs: usize, rounds: i32, scratch: usize,
  codes: usize, ints: usize, scales: usize, factors: usize,
): void {
  const bytes = <usize>padded << 2;
  for (let row = 0; row < count; row++) {
    const start = raw + ((<usize>row * <usize>dim) << 2);
    centred(start, dim, padded, centre, scratch);
    rotate(scratch, padded, signs, rounds);
    const code = codes + <usize>row * <usize>(padded >> 3);
    for (let at: usize = 0; at < bytes; at += 32) {
      const low = i32x4.bitmask(v128.load(scratch + at));
      const high = i32x4.bitmask(v128.load(scratch + at + 16));
      store<u8>(code + (at >> 5), <u8>(low | (high << 4)));
    }
    const scale = largest(scratch, bytes) / 127;
    store<f32>(scales + (<usize>row << 2), scale);
    if (factors != 0) store<f32>(factors + (<usize>row << 2), factor(scratch, bytes));
    const inverse = f32x4.splat(scale > 0 ? 1 / scale : 0);
    const line = ints + <usize>row * <usize>padded;
    for (let at: usize = 0; at < bytes; at += 64) {
      const low = i16x8.narrow_i32x4_s(rounded(scratch + at, inverse), rounded(scratch + at + 16, inverse));
      const high = i16x8.narrow_i32x4_s(rounded(scratch + at + 32, inverse), rounded(scratch + at + 48, inverse));
      v128.store(line + (at >> 2), i8x16.narrow_i16x8_s(low, high));
    }
  }
}

function centred(raw: usize, dim: i32, padded: i32, centre: usize, out: usize): void {
  let at = 0;
  for (; at + 4 <= dim; at += 4) {
    const offset = <usize>at << 2;
    v128.store(out + offset, f32x4.sub(v128.load(raw + offset), v128.load(centre + offset)));
  }
  for (; at < dim; at++) {
    const offset = <usize>at << 2;
    store<f32>(out + offset, load<f32>(raw + offset) - load<f32>(centre + offset));
  }
  for (; at < padded; at++) store<f32>(out + (<usize>at << 2), 0);
}

// @ts-ignore: decorator
@inline
function rounded(at: usize, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), inverse)));
}

function largest(x: usize, bytes: usize): f32 {
  let most = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(x + at)));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Squared length by sum of magnitudes: times (signs · q) it estimates x · q without bias (Gao and Long, "RaBitQ", SIGMOD 2024). */
function factor(x: usize, bytes: usize): f32 {
  let squares = f32x4.splat(0);
  let sizes = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(x + at);
    squares = f32x4.add(squares, f32x4.mul(v, v));
    sizes = f32x4.add(sizes, f32x4.abs(v));
  }
  const size = total(sizes);
  return size > 0 ? total(squares) / size : 0;
}

// @ts-ignore: decorator
@inline
function total(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** A rotated float32 question as sign bits and as int16 of at most ±2047 (their products with int8 rows cannot overflow an int32). Returns the scale. */
export function encodeQuery(x: usize, padded: i32, code: usize, shorts: usize): f32 {
  const bytes = <usize>padded << 2;
  for (let at: usize = 0; at < bytes; at += 32) {
    const low = i32x4.bitmask(v128.load(x + at));
    const high = i32x4.bitmask(v128.load(x + at + 16));
    store<u8>(code + (at >> 5), <u8>(low | (high << 4)));
  }
  const scale = largest(x, bytes) / 2047;
  const inverse = f32x4.splat(scale > 0 ? 1 / scale : 0);
  for (let at: usize = 0; at < bytes; at += 32) {
    v128.store(shorts + (at >> 1), i16x8.narrow_i32x4_s(rounded(x + at, inverse), rounded(x + at + 16, inverse)));
  }
  return scale;
}

/**
 * weights[i] = (signs of row list[i]) · question × its factor. The question is whole numbers of 0 to 15 times `step` plus `low`, given as
 * four planes of one bit per number, the lowest bit first; `sum` is that of all its numbers. A set bit of a code stands for a minus.
 */
export function weighListed(
  codes: usize, words: i32, factors: usize, list: usize, count: i32,
  planes: usize, low: f32, step: f32, sum: f32, weights: usize,
): void {
  const bytes = <usize>words << 3;
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(list + (<usize>i << 2));
    const code = codes + row * bytes;
    let set: u64 = 0;
    let steps: u64 = 0;
    for (let at: usize = 0; at < bytes; at += 8) {
      const signs = load<u64>(code + at);
      const plane = planes + at;
      set += popcnt(signs);
      steps += popcnt(signs & load<u64>(plane)) + (popcnt(signs & load<u64>(plane + bytes)) << 1) +
        ((popcnt(signs & load<u64>(plane + 2 * bytes)) << 2) + (popcnt(signs & load<u64>(plane + 3 * bytes)) << 3));
    }
    const minus = low * <f32>set + step * <f32>steps;
    store<f32>(weights + (<usize>i << 2), load<f32>(factors + (row << 2)) * (sum - 2 * minus));
  }
}

/** scores[i] = (int8 row list[i]) · (int16 question) × its scale × `unit`. */
export function scoreListed(
  ints: usize, padded: i32, scales: usize, list: usize, count: i32, shorts: usize, unit: f32, scores: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(list + (<usize>i << 2));
    const total = dotInts(ints + row * <usize>padded, shorts, padded);
    store<f32>(scores + (<usize>i << 2), <f32>total * (load<f32>(scales + (row << 2)) * unit));
  }
}

// @ts-ignore: decorator
@inline
function dotInts(row: usize, shorts: usize, padded: i32): i32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  for (let at: usize = 0; at < <usize>padded; at += 32) {
    const x = v128.load(row + at);
    const y = v128.load(row + at + 16);
    const q = shorts + (at << 1);
    a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), v128.load(q)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), v128.load(q + 16)));
    a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(y), v128.load(q + 32)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(y), v128.load(q + 48)));
  }
  const t = i32x4.add(a, b);
  return i32x4.extract_lane(t, 0) + i32x4.extract_lane(t, 1) + i32x4.extract_lane(t, 2) + i32x4.extract_lane(t, 3);
}
