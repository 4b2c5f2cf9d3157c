// The door of counters: how often something was done within a time, counted for all servers together, and never more often than a limit.

/** How often something was done, as far as whoever counts knows. */
export interface Count {
  readonly count: number;
  /** Unix milliseconds: from then on it is counted from 0 again. */
  readonly until: number;
}

/** What is counted under one name. */
export interface Counter {
  readonly name: string;
  /** Unix milliseconds: when a count that begins now began, and when it will be over. One that began before ends when it said. */
  readonly since: number;
  readonly until: number;
  /** What is known to have been counted: whoever counts may have lost it. */
  readonly known?: Count | undefined;
}

export interface Limit extends Counter {
  readonly most: number;
}

export type Taken =
  | { readonly kind: "taken"; readonly counts: readonly Count[] }
  /** Nothing was counted. */
  | { readonly kind: "full"; readonly limit: Limit; readonly count: Count };

/** What happens seldom, and must not happen more often than it may: failed tries. Exact for all servers together. */
export interface Tries {
  /**
   * Counts 1 for each of these, at one moment; where one of them has its most already, none.
   * @throws ParlanceError unavailable where nobody can count
   */
  take(limits: readonly Limit[]): Promise<Taken>;
  /** One that was counted did not happen. */
  giveBack(name: string): Promise<void>;
  /** From now on it is counted from 0. */
  forget(name: string): Promise<void>;
}

/** What happens often: requests, tokens. Each driver says how exact it is for several servers; for one it always is. */
export interface Usage {
  /** As `Tries.take`. */
  take(limits: readonly Limit[]): Promise<Taken>;
  add(counter: Counter, by: number): Promise<void>;
  /** What was counted, in the order of the counters; 0 where that was nothing. */
  read(counters: readonly Counter[]): Promise<number[]>;
}

export interface Counters {
  readonly tries: Tries;
  readonly usage: Usage;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}
