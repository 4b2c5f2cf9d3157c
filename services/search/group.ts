// One best hit for each conversation, with the number of others. Pure.

export interface Grouped<T> {
  readonly best: T;
  /** Further ones of the same conversation among those given. */
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
