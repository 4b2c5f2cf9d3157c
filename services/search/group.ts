// Groups hits by conversation: the best one of each, with the number of others. Pure.

export interface Grouped<T> {
  readonly best: T;
  /** Number of further hits of the same conversation. */
  readonly more: number;
}

/** Keeps the first of each group, in order. */
export const groupBy = <T>(ranked: readonly T[], groupOf: (one: T) => string): Grouped<T>[] => {
  const groups = new Map<string, { best: T; more: number }>();
  for (const one of ranked) {
    const group = groupOf(one);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { best: one, more: 0 });
    else known.more += 1;
  }
  return [...groups.values()];
};
