// What waits to be embedded: the most urgent kind first, within a kind the callers in turn, of each caller the oldest first.

/** `question`: somebody waits for the hits of a search. `few`: a small request. `bulk`: imports and large requests. */
export type Urgency = "question" | "few" | "bulk";

const kinds: readonly Urgency[] = ["question", "few", "bulk"];

export interface Waiting {
  readonly urgency: Urgency;
  /** Who asks: slices of one caller do not keep another's waiting. */
  readonly owner: string;
}

export class FairQueue<T extends Waiting> {
  /** By kind, then by owner; whose turn is next stands first. */
  readonly #owners: Readonly<Record<Urgency, Map<string, T[]>>> = {
    question: new Map(),
    few: new Map(),
    bulk: new Map(),
  };
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(one: T): void {
    const owners = this.#owners[one.urgency];
    const queue = owners.get(one.owner);
    if (queue === undefined) owners.set(one.owner, [one]);
    else queue.push(one);
    this.#length++;
  }

  /** Takes the next one; undefined where nothing waits, or where it does not suit. */
  take(suits: (one: T) => boolean = () => true): T | undefined {
    for (const kind of kinds) {
      const owners = this.#owners[kind];
      for (const [owner, queue] of owners) {
        const [one] = queue;
        if (one === undefined || !suits(one)) return undefined;
        queue.shift();
        owners.delete(owner);
        // Behind all others of its kind.
        if (queue.length > 0) owners.set(owner, queue);
        this.#length--;
        return one;
      }
    }
    return undefined;
  }

  remove(one: T): void {
    const owners = this.#owners[one.urgency];
    const queue = owners.get(one.owner);
    const at = queue?.indexOf(one) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    this.#length--;
    if (queue.length === 0) owners.delete(one.owner);
  }

  /** All that wait, which do not any more. */
  clear(): T[] {
    const all: T[] = [];
    for (let one = this.take(); one !== undefined; one = this.take()) all.push(one);
    return all;
  }
}
