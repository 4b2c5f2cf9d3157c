// Counts names: how many there are, and which are the most frequent.
import { SeenKeys } from "#services/domain/seen-keys.ts";

/** Names beyond these are only counted: who comes up first so late is not among the most frequent. */
const MOST_NAMES = 100_000;

export interface MostFrequent {
  add(name: string): void;
  /** Number of different names. */
  distinct(): number;
  /** The `count` most frequent, equal ones by name. */
  first(count: number): { readonly name: string; readonly count: number }[];
}

export const openMostFrequent = (): MostFrequent => {
  const counts = new Map<string, number>();
  const beyond = new SeenKeys();
  let more = 0;
  return {
    add(name) {
      const known = counts.get(name);
      if (known !== undefined || counts.size < MOST_NAMES) {
        counts.set(name, (known ?? 0) + 1);
        return;
      }
      if (beyond.get(name) !== undefined) return;
      beyond.set(name, 1);
      more++;
    },
    distinct: () => counts.size + more,
    first: (count) =>
      Array.from(counts, ([name, times]) => ({ name, count: times }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
        .slice(0, count),
  };
};
