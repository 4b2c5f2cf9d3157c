// A map of bounded size: when it is full, it drops entries that were not used for longest.
export interface Lru<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  readonly size: number;
}

/**
 * Entries lie in two generations. A full young one becomes the old one, whose entries are dropped unless they are used in time: hundreds
 * of lookups a search then cost no reordering, as they would in a list by last use.
 * @param capacity of both generations together, 2 or more
 */
export const openLru = <V>(capacity: number): Lru<V> => {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const put = (key: string, value: V): void => {
    if (young.size >= capacity / 2 && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
    old.delete(key);
  };
  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) put(key, older);
      return older;
    },
    set: put,
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    get size() {
      return young.size + old.size;
    },
  };
};
