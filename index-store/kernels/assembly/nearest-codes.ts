// In how many bits the 1-bit codes of rows differ from the question's; rows listed by that, or from a bitmap.

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

/**
 * In how many bits each row's code differs from the question's, into `distances` (uint16 a row; 0xffff where `mask` has no bit; a mask
 * of 0: every row may be found), and how many rows have each distance, into `bins`: four tables of 64 × words + 1 uint32 to be added
 * up, as rows next to each other often have the same distance and would wait for one counter. Room for whole 32 rows in `distances`.
 */
export function hammingAll(
  codes: usize, words: i32, rows: i32, query: usize, mask: usize, distances: usize, bins: usize,
): void {
  const table = (<usize>(words << 6) + 1) << 2;
  memory.fill(bins, 0, table << 2);
  if (words == 4) all4(codes, rows, query, mask, distances, bins, table);
  else allAny(codes, words, rows, query, mask, distances, bins, table);
}

// @ts-ignore: decorator
@inline
function note(row: i32, bits: i32, distances: usize, bins: usize, table: usize): void {
  store<u16>(distances + (<usize>row << 1), <u16>bits);
  const bin = bins + <usize>(row & 3) * table + (<usize>bits << 2);
  store<u32>(bin, load<u32>(bin) + 1);
}

// @ts-ignore: decorator
@inline
function leaveOut(base: i32, distances: usize): void {
  memory.fill(distances + (<usize>base << 1), 0xff, 64);
}

/** 256 bits a row: the question stays in four registers. */
function all4(codes: usize, rows: i32, query: usize, mask: usize, distances: usize, bins: usize, table: usize): void {
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
        note(row, <i32>bits, distances, bins, table);
      }
    } else {
      leaveOut(base, distances);
      while (word != 0) {
        const row = base + ctz(word);
        word &= word - 1;
        const at = codes + (<usize>row << 5);
        const bits = popcnt(load<u64>(at) ^ q0) + popcnt(load<u64>(at, 8) ^ q1) +
          (popcnt(load<u64>(at, 16) ^ q2) + popcnt(load<u64>(at, 24) ^ q3));
        note(row, <i32>bits, distances, bins, table);
      }
    }
  }
}

function allAny(
  codes: usize, words: i32, rows: i32, query: usize, mask: usize, distances: usize, bins: usize, table: usize,
): void {
  const bytes = <usize>words << 3;
  for (let base = 0; base < rows; base += 32) {
    let word = maskWord(mask, base, rows);
    leaveOut(base, distances);
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
      note(row, <i32>(even + odd), distances, bins, table);
    }
  }
}

/** Row numbers with a distance of `from` to `to`, in order; returns how many. `distances` as `hammingAll` leaves them. */
export function listWithin(distances: usize, rows: i32, from: i32, to: i32, list: usize): i32 {
  const least = i16x8.splat(<i16>from);
  const most = i16x8.splat(<i16>to);
  let count = 0;
  for (let base = 0; base < rows; base += 8) {
    const eight = v128.load(distances + (<usize>base << 1));
    let found = <u32>i16x8.bitmask(v128.and(i16x8.ge_u(eight, least), i16x8.le_u(eight, most)));
    while (found != 0) {
      store<u32>(list + (<usize>count << 2), base + ctz(found));
      count++;
      found &= found - 1;
    }
  }
  return count;
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
 * list[n]; returns how many. One pass: a histogram of the distances kept tells when `far` may become smaller.
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

/** Removes entries farther than `far`; of those at `far` the first ones stay, as many as are wanted. */
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
