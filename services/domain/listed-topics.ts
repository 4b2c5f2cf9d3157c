// The order in which lists of topics have the leaves: below their parents. Pure.

interface Listed {
  readonly id: string;
  readonly parent: string | null;
  readonly hidden: boolean;
  readonly isLeaf: boolean;
}

/**
 * Leaves that are not hidden. One whose parent is hidden stands among those without a parent.
 * @param topics in their order: larger ones first
 * @returns their ids
 */
export const listedLeaves = (topics: readonly Listed[]): string[] => {
  const shown = topics.filter(({ hidden }) => !hidden);
  const known = new Set(shown.map(({ id }) => id));
  const below = Map.groupBy(shown, ({ parent }) =>
    parent !== null && known.has(parent) ? parent : null,
  );
  const walk = (parent: string | null): string[] =>
    (below.get(parent) ?? []).flatMap(({ id, isLeaf }) => (isLeaf ? [id] : walk(id)));
  return walk(null);
};
