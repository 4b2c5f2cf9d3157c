// Colour numbers of topics: a topic keeps its number, and no two that are shown together have the same one.
import type { TopicId } from "#services/domain/ids.ts";

interface Known {
  readonly id: TopicId;
  readonly colour: number;
}

/**
 * One number for each topic. A live topic keeps its own; a revived one gets its old one back unless another has taken it
 * meanwhile; every other topic gets the smallest number that is free.
 */
export const coloursOf = (
  topics: readonly TopicId[],
  { live, dead }: { readonly live: readonly Known[]; readonly dead: readonly Known[] },
): number[] => {
  const wanted = new Set(topics);
  const found = new Map<TopicId, number>();
  const taken = new Set<number>();
  const give = (id: TopicId, colour: number) => {
    found.set(id, colour);
    taken.add(colour);
  };
  for (const { id, colour } of [...live, ...dead])
    if (wanted.has(id) && !found.has(id) && !taken.has(colour)) give(id, colour);
  let next = 0;
  return topics.map((id) => {
    while (!found.has(id) && taken.has(next)) next++;
    if (!found.has(id)) give(id, next);
    return found.get(id) ?? next;
  });
};
