// Merges of indexes beside everything else: a commit only asks for one. One at a time in a process, for the sake of its memory.
import { IndexError, type IndexStore } from "#index-store/index-store.ts";
import { isDiskFull } from "#services/domain/disk-full.ts";
import type { CollectionId } from "#services/domain/ids.ts";
import type { Parlance } from "#services/parlance.ts";
import { committedVersion, findCollection } from "#services/store/store.ts";
import { KeyedLocks, type Locks } from "./keyed-locks.ts";
import type { LeasedLocks } from "./leased-locks.ts";
import { mergeInProcess } from "./merge-process.ts";

/** Merges of so few rows are made in this process: that takes less than starting another one. */
const HERE_ROWS = 8192;
/** How often a merge looks whether another machine forbids it. */
const LOOK_MS = 500;
const mergeOf = (collection: CollectionId) => `merge of ${collection}`;
const noMergeOf = (collection: CollectionId) => `no merge of ${collection}`;
const notNow = new Error("Segments must not be merged now.");

export interface MergesOptions {
  /** Those of the belt: held while the rows are told of a merge. */
  readonly locks: Locks;
  /** Where other machines merge too: one of all merges a collection, and erasures forbid it to all. */
  readonly across?: LeasedLocks | undefined;
  readonly onError: (error: unknown) => void;
  /** As `Belt.reached`. */
  readonly reached: (place: string) => Promise<void>;
}

interface MergeOf {
  readonly collection: CollectionId;
  readonly atRest: boolean;
  readonly signal: AbortSignal;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** Merges of one process. */
export class Merges {
  readonly #options: MergesOptions;
  readonly #running = new Map<CollectionId, Running>();
  /** How many forbid merges of a collection at the moment. */
  readonly #barred = new Map<CollectionId, number>();
  readonly #turns = new KeyedLocks();
  #stopped = false;

  constructor(options: MergesOptions) {
    this.#options = options;
  }

  /** Merges in the background what is worth it, unless that is being done. Never fails: what is left is merged another time. */
  begin(parlance: Parlance, collection: CollectionId): void {
    if (this.#running.has(collection)) return;
    this.#run(parlance, collection, { atRest: false }).catch((error: unknown) => {
      // A damaged segment stays as it is until it is repaired; where the disk is full, another commit begins again.
      const isDamage = error instanceof IndexError && error.code === "damaged";
      if (error !== notNow && !isDamage && !isDiskFull(error)) this.#options.onError(error);
    });
  }

  /**
   * Merges what is worth it when no more commits are expected, and waits for it. False where the merge was stopped by `without`.
   * @throws the signal's reason; IndexError "damaged"
   */
  async atRest(
    parlance: Parlance,
    collection: CollectionId,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await unless(signal, this.#running.get(collection)?.ended ?? Promise.resolve());
      await this.#run(parlance, collection, { atRest: true, signal });
      return true;
    } catch (error) {
      if (error === notNow) return false;
      throw error;
    }
  }

  /** Reports a merge that came to nothing, where whoever asked for it goes on. */
  report(error: unknown): void {
    this.#options.onError(error);
  }

  /** Stops merges of the collection, then does work that must not meet one: they would hold what is to be erased. */
  async without<T>(collection: CollectionId, work: () => Promise<T>): Promise<T> {
    this.#barred.set(collection, (this.#barred.get(collection) ?? 0) + 1);
    try {
      await this.#end(collection);
      return await this.#withoutElsewhere(collection, work);
    } finally {
      const left = (this.#barred.get(collection) ?? 1) - 1;
      if (left === 0) this.#barred.delete(collection);
      else this.#barred.set(collection, left);
    }
  }

  /** Asks those of other machines to stop, waits for them, and keeps them from beginning another one. */
  #withoutElsewhere<T>(collection: CollectionId, work: () => Promise<T>): Promise<T> {
    const { across } = this.#options;
    if (across === undefined) return work();
    return across.hold(noMergeOf(collection), () => across.hold(mergeOf(collection), work));
  }

  /** Runs a merge while no other machine has one of this collection or forbids it. @throws notNow */
  async #unlessElsewhere<T>(
    { collection, signal }: MergeOf,
    merge: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { across } = this.#options;
    if (across === undefined) return merge(signal);
    const forbidden = new AbortController();
    const look = async () => {
      if (await across.isHeld(noMergeOf(collection))) forbidden.abort(notNow);
    };
    const done = await across.tryHold(mergeOf(collection), async () => {
      await look();
      forbidden.signal.throwIfAborted();
      // Where the database cannot be asked, the next look asks again.
      const timer = setInterval(() => look().catch(() => undefined), LOOK_MS);
      try {
        return await merge(AbortSignal.any([signal, forbidden.signal]));
      } finally {
        clearInterval(timer);
      }
    });
    if (done === undefined) throw notNow;
    return done.result;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#running.keys()].map((collection) => this.#end(collection)));
  }

  async #end(collection: CollectionId): Promise<void> {
    const running = this.#running.get(collection);
    running?.stop.abort(notNow);
    await running?.ended;
  }

  #run(
    parlance: Parlance,
    collection: CollectionId,
    { atRest, signal }: { readonly atRest: boolean; readonly signal?: AbortSignal },
  ): Promise<void> {
    if (this.#stopped || this.#barred.has(collection)) return Promise.reject(notNow);
    const stop = new AbortController();
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const result = (async () => {
      // The turn is given up after each merge, so that other collections do not wait for all of them.
      while (await this.#inTurn(parlance, { collection, atRest, signal: both }));
    })();
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    const running = { stop, ended };
    this.#running.set(collection, running);
    return result.finally(() => {
      if (this.#running.get(collection) === running) this.#running.delete(collection);
    });
  }

  /** One merge, when those before it have ended. Whoever stops it does not wait for them. @returns whether there may be more to merge */
  #inTurn(parlance: Parlance, of: MergeOf): Promise<boolean> {
    const begun = new AbortController();
    const turn = this.#turns.hold("merge", async () => {
      of.signal.throwIfAborted();
      begun.abort();
      return this.#mergeOne(parlance, await parlance.indexes.open(of.collection), of);
    });
    turn.catch(() => undefined);
    return unless(of.signal, turn, begun.signal);
  }

  /** @returns whether there may be more to merge */
  async #mergeOne(
    parlance: Parlance,
    index: IndexStore,
    { collection, atRest, signal }: MergeOf,
  ): Promise<boolean> {
    const plan = await index.planMerge({ atRest });
    if (plan === null) return false;
    await parlance.space.require(plan.bytes);
    const { path, dim, schema } = index;
    const { indexEngine: engine, vectorsUrl } = parlance.config;
    const merged = await this.#unlessElsewhere({ collection, atRest, signal }, async (until) =>
      plan.rows <= HERE_ROWS
        ? (await index.merge({ atRest, signal: until })) !== null
        : mergeInProcess({ path, dim, schema, engine, atRest, collection, vectorsUrl }, until),
    );
    await this.#options.reached("commit.merged");
    await noteVersion(parlance, index, { collection, locks: this.#options.locks });
    return merged;
  }
}

/** Waits for the work, or until the signal is aborted; not the latter once `begun` is. @throws the signal's reason */
const unless = async <T>(
  signal: AbortSignal,
  work: Promise<T>,
  begun?: AbortSignal,
): Promise<T> => {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => {
    if (!begun?.aborted) reject(signal.reason);
  };
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
};

/**
 * Tells the rows the newest version, where they do not know it: a merge may have been killed before it did.
 * @throws ParlanceError unavailable `lock-lost` where another process has taken the collection over meanwhile
 */
export const noteVersion = (
  { store }: Parlance,
  index: IndexStore,
  { collection, locks }: { readonly collection: CollectionId; readonly locks: Locks },
): Promise<void> =>
  locks.hold(collection, async (held) => {
    const [newest] = await index.versions({ limit: 1 });
    const row = await findCollection(store.rows, collection);
    if (newest === undefined || row === undefined || newest.number === row.version) return;
    await held.check();
    await committedVersion(store, {
      collection,
      number: newest.number,
      rows: newest.rows,
      batches: [],
      removed: [],
    });
  });
