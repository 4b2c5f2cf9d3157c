// Token counts → batches that stay under a budget, longest first.

export interface BatchBudget {
  /** Padded tokens a batch may have: rows × the longest row. */
  readonly tokens: number;
  /** Rows × the longest row squared: the cost of models whose steps grow with the square of the length. */
  readonly squares: number;
}

/**
 * Every index once, longest first, so that the rows of a batch have similar lengths: each batch is padded to its longest row, and
 * in order of arrival 76-84 % of a transformer's work was padding. A text larger than the budget is a batch of its own.
 */
export const tokenBatches = (
  lengths: ArrayLike<number>,
  budget: BatchBudget,
): readonly (readonly number[])[] => {
  const order = Array.from({ length: lengths.length }, (_, index) => index);
  // Equal lengths stay in order of arrival, so that the same texts always give the same batches.
  order.sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  let rows = 0;
  for (const index of order) {
    if (batch.length === 0 || batch.length >= rows) {
      const width = Math.max(1, lengths[index] ?? 0);
      rows = Math.max(
        1,
        Math.min(Math.floor(budget.tokens / width), Math.floor(budget.squares / (width * width))),
      );
      batch = [];
      batches.push(batch);
    }
    batch.push(index);
  }
  return batches;
};
