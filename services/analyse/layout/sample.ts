// Chooses which rows of a large collection are fitted: a seeded sample in which small groups get more than their share.
import { openAssigner } from "#index-store/kernels/kernels.ts";
import { blocksOf, gather, type ManyVectors } from "#services/domain/vectors.ts";
import type { Steps } from "./pace.ts";
import { dice, sampleRows } from "./random.ts";

/** Where rows have no topics, cells around so many random rows are used as groups. */
const roughCells = 256;
const stepRows = 1000;
/** A group's share grows with this power of its size, because a large group needs relatively fewer points to show its shape. */
const power = 0.75;

export interface FittedChoice {
  /** Rows that may be chosen, ascending. */
  readonly rows: Uint32Array;
  readonly groups: Int32Array | undefined;
  readonly most: number;
  readonly seed: number;
}

/** Chooses at most `most` row numbers, ascending. */
export function* chooseFitted(vectors: ManyVectors, choice: FittedChoice): Steps<Uint32Array> {
  const { rows, most, seed } = choice;
  if (rows.length <= most) return rows;
  const groups = choice.groups ?? (yield* cellsOf(vectors, rows, seed));
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const group = groups[row] ?? -1;
    const list = members.get(group);
    if (list === undefined) members.set(group, [row]);
    else list.push(row);
  }
  const lists = [...members.entries()].sort(([a], [b]) => a - b).map(([, list]) => list);
  const quotas = quotasOf(
    lists.map((list) => list.length),
    most,
  );
  const random = dice(seed);
  const chosen: number[] = [];
  for (const [number, list] of lists.entries())
    for (const place of sampleRows(list.length, quotas[number] ?? 0, random))
      chosen.push(list[place] ?? 0);
  return Uint32Array.from(chosen).sort();
}

/** Shares by size ^ 0.75; what a small group cannot fill goes to the others. */
function quotasOf(sizes: readonly number[], most: number): number[] {
  const quotas = sizes.map(() => 0);
  let open = sizes.map((_, group) => group);
  let left = most;
  while (open.length > 0) {
    const weight = open.reduce((sum, group) => sum + (sizes[group] ?? 0) ** power, 0);
    const shareOf = (group: number) => (left * (sizes[group] ?? 0) ** power) / weight;
    const full = open.filter((group) => shareOf(group) >= (sizes[group] ?? 0));
    if (full.length === 0) {
      // Fractions are carried over from group to group, so that the quotas add up to the whole.
      let due = 0;
      for (const group of open) {
        due += shareOf(group);
        quotas[group] = Math.floor(due + 1e-9);
        due -= quotas[group] ?? 0;
      }
      return quotas;
    }
    for (const group of full) {
      quotas[group] = sizes[group] ?? 0;
      left -= sizes[group] ?? 0;
    }
    open = open.filter((group) => !full.includes(group));
  }
  return quotas;
}

/** The nearest of 256 random rows, for each row. */
function* cellsOf(vectors: ManyVectors, rows: Uint32Array, seed: number): Steps<Int32Array> {
  const { dim } = vectors;
  const pivots = sampleRows(rows.length, roughCells, dice(seed));
  const assigner = openAssigner(dim, pivots.length);
  assigner.setVectors(
    gather(
      vectors,
      pivots.map((pivot) => rows[pivot] ?? 0),
    ).data,
  );
  const cells = new Int32Array(vectors.rows);
  for (const { from, data } of blocksOf(vectors, stepRows)) {
    cells.set(assigner.assign(data).labels, from);
    yield from / vectors.rows;
  }
  return cells;
}
