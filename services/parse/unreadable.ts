// What stands in a file and cannot be read by anybody: counted by its reason, so that it is told once.

export interface Unreadable {
  /** The code of the problem that it is. */
  readonly code: string;
  /** A sentence for a person. */
  readonly reason: string;
}

/** Of a conversation: reasons, and how often each was met. */
export type UnreadableCounts = readonly (Unreadable & { readonly count: number })[];

export const openUnreadable = () => {
  const counts = new Map<string, Unreadable & { count: number }>();
  return {
    add(found: Unreadable | undefined): void {
      if (!found) return;
      const key = `${found.code}: ${found.reason}`;
      const known = counts.get(key) ?? { ...found, count: 0 };
      known.count += 1;
      counts.set(key, known);
    },
    all: (): UnreadableCounts => [...counts.values()],
  };
};
