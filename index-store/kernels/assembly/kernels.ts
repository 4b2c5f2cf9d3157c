// The inner loops of vector search in AssemblyScript: plain functions over addresses in one memory; nothing is allocated here.

// Every address is a byte offset that the caller has laid out; arrays of 64-bit words and of v128 need no alignment in WASM.

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
 * Rows as the scan keeps them: minus the centre, rotated, as one sign bit and one int8 per number, with a scale per row.
 * `scratch` has room for `padded` float32.
 */
export function encode(
  raw: usize, count: i32, dim: i32, padded: i32, centre: usize, signs: usize, rounds: i32, scratch: usize,
  codes: usize, ints: usize, scales: usize,
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

/** Row numbers of the set bits among the first `rows`, in order; returns how many. */
export function listPassing(mask: usize, rows: i32, list: usize): i32 {
  let count = 0;
  for (let base = 0; base < rows; base += 32) {
    let word = maskWord(mask, base, rows);
    while (word != 0) {
      store<u32>(list + (<usize>count << 2), base + ctz(word));
      count++;
      word &= word - 1;
    }
  }
  return count;
}

// @ts-ignore: decorator
@inline
function maskWord(mask: usize, base: i32, rows: i32): u32 {
  const word = mask == 0 ? <u32>0xffffffff : load<u32>(mask + (<usize>base >> 3));
  const left = rows - base;
  return left >= 32 ? word : word & ((<u32>1 << left) - 1);
}

// What `hammingTop` has kept so far. `kept` entries of (row, distance) lie in the buffer; `count` of them are no farther than
// `far`, which is as small as it can be with `wanted` rows within it; a row farther than `limit` can no longer be among them.
let kept: i32 = 0;
let count: i32 = 0;
let far: i32 = 0;
let limit: i32 = 0;
let wanted: i32 = 0;
let buffer: usize = 0;
let histogram: usize = 0;

/**
 * The `n` rows whose codes differ from the question's in the fewest bits, ties by smaller row, in row order, into
 * list[n]; returns how many. One pass: a histogram of the distances kept says when the bar may fall.
 * `mask` of 0: every row may be found. `entries` has room for 4 n + 32 pairs of uint32, `bins` for 64 × words + 1 uint32.
 */
export function hammingTop(
  codes: usize, words: i32, rows: i32, query: usize, mask: usize, n: i32, entries: usize, bins: usize, list: usize,
): i32 {
  kept = 0;
  count = 0;
  far = words << 6;
  limit = far;
  wanted = n;
  buffer = entries;
  histogram = bins;
  memory.fill(bins, 0, (<usize>far + 1) << 2);
  if (words == 4) scan4(codes, rows, query, mask);
  else scanAny(codes, words, rows, query, mask);
  compact();
  for (let i = 0; i < kept; i++) store<u32>(list + (<usize>i << 2), load<u32>(entries + (<usize>i << 3)));
  return kept;
}

/** 256 bits a row: the question stays in four registers. */
function scan4(codes: usize, rows: i32, query: usize, mask: usize): void {
  const q0 = load<u64>(query);
  const q1 = load<u64>(query, 8);
  const q2 = load<u64>(query, 16);
  const q3 = load<u64>(query, 24);
  for (let base = 0; base < rows; base += 32) {
    let word = maskWord(mask, base, rows);
    if (word == 0xffffffff) {
      let at = codes + (<usize>base << 5);
      for (let row = base; row < base + 32; row++, at += 32) {
        const bits = popcnt(load<u64>(at) ^ q0) + popcnt(load<u64>(at, 8) ^ q1) +
          (popcnt(load<u64>(at, 16) ^ q2) + popcnt(load<u64>(at, 24) ^ q3));
        if (<i32>bits <= limit) keep(row, <i32>bits);
      }
    } else {
      while (word != 0) {
        const row = base + ctz(word);
        word &= word - 1;
        const at = codes + (<usize>row << 5);
        const bits = popcnt(load<u64>(at) ^ q0) + popcnt(load<u64>(at, 8) ^ q1) +
          (popcnt(load<u64>(at, 16) ^ q2) + popcnt(load<u64>(at, 24) ^ q3));
        if (<i32>bits <= limit) keep(row, <i32>bits);
      }
    }
  }
}

function scanAny(codes: usize, words: i32, rows: i32, query: usize, mask: usize): void {
  const bytes = <usize>words << 3;
  for (let base = 0; base < rows; base += 32) {
    let word = maskWord(mask, base, rows);
    while (word != 0) {
      const row = base + ctz(word);
      word &= word - 1;
      const code = codes + <usize>row * bytes;
      let even: u64 = 0;
      let odd: u64 = 0;
      for (let at: usize = 0; at < bytes; at += 16) {
        even += popcnt(load<u64>(code + at) ^ load<u64>(query + at));
        odd += popcnt(load<u64>(code + at, 8) ^ load<u64>(query + at, 8));
      }
      const bits = <i32>(even + odd);
      if (bits <= limit) keep(row, bits);
    }
  }
}

function keep(row: i32, bits: i32): void {
  if (kept == (wanted << 2)) compact();
  const entry = buffer + (<usize>kept << 3);
  store<u32>(entry, row);
  store<u32>(entry, bits, 4);
  kept++;
  count++;
  const bin = histogram + (<usize>bits << 2);
  store<i32>(bin, load<i32>(bin) + 1);
  for (;;) {
    const ties = load<i32>(histogram + (<usize>far << 2));
    if (count - ties < wanted) break;
    count -= ties;
    far--;
  }
  limit = count >= wanted ? far - 1 : far;
}

/** Throws out what has fallen behind the bar; at the bar itself the first rows stay. */
function compact(): void {
  const ties = load<i32>(histogram + (<usize>far << 2));
  let room = wanted - (count - ties);
  let to = 0;
  for (let i = 0; i < kept; i++) {
    const entry = buffer + (<usize>i << 3);
    const bits = load<i32>(entry, 4);
    if (bits > far) continue;
    if (bits == far && room-- <= 0) continue;
    store<u64>(buffer + (<usize>to << 3), load<u64>(entry));
    to++;
  }
  kept = to;
}
