// The snapshots that are kept open: the head's and a few others, each opened once; a damaged one gives way to its parent.
import type { Schema } from "./documents.ts";
import { asIndexError, asked, isDamage, stateOf } from "./head.ts";
import type { History, Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import type { SegmentCache } from "./segment.ts";
import { Snapshot } from "./snapshot.ts";
import { emptyState } from "./version-state.ts";

const KEPT_OPEN = 4;
/** How long a degraded answer stands before the damaged version is tried again: somebody may have mended it. */
const TRY_AGAIN_MS = 30_000;

export interface ShelfOptions {
  readonly history: History;
  readonly cache: SegmentCache;
  readonly empty: { readonly dim: number; readonly schema: Schema };
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

interface Kept {
  readonly opened: Promise<Snapshot>;
  readonly at: number;
}

/** What a searcher of an index without versions says it is. */
const nothing: Version = { number: 0, id: "", parent: null, message: "", at: 0, tags: [] };

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #kept = new Map<string, Kept>();
  #head: string | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** The snapshot of the head, or of a version by its address. Retained by the caller before anything else happens to it. */
  async snapshot<T>(address: string | number | undefined, use: (found: Snapshot) => T): Promise<T> {
    const { history } = this.#options;
    if (address !== undefined) return this.#of(await asked(history.find(address)), null, use);
    let head: Version | null;
    try {
      head = await history.head();
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
      const found = await asked(history.recover());
      if (found === null) throw asIndexError(error);
      return this.#of(found, error.message, use);
    }
    const found = head ?? nothing;
    const result = await this.#of(found, null, use);
    await this.#replaceHead(`${found.id}:`);
    return result;
  }

  /** A head that another one has followed is let go of: a merge would otherwise keep every row twice in memory. */
  async #replaceHead(key: string): Promise<void> {
    const before = this.#head;
    this.#head = key;
    if (before !== undefined && before !== key) await this.#drop(before);
  }

  async #of<T>(version: Version, reason: string | null, use: (found: Snapshot) => T): Promise<T> {
    const key = `${version.id}:${reason ?? ""}`;
    for (let known = this.#kept.get(key); known; known = this.#kept.get(key)) {
      const snapshot = await known.opened;
      if (this.#kept.get(key) !== known) continue;
      const stale = snapshot.degraded !== null && this.#options.now() - known.at > TRY_AGAIN_MS;
      if (!stale) {
        this.#touch(key, known);
        return use(snapshot);
      }
      await this.#drop(key);
    }
    const kept: Kept = { opened: this.#open(version, reason), at: this.#options.now() };
    this.#kept.set(key, kept);
    try {
      const snapshot = await kept.opened;
      snapshot.retain();
      const result = use(snapshot);
      await this.#shrink();
      return result;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }

  /** Lets go of every snapshot; searchers that are still open keep theirs. */
  async clear(): Promise<void> {
    for (const key of [...this.#kept.keys()]) await this.#drop(key);
  }

  #touch(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  async #shrink(): Promise<void> {
    for (const key of [...this.#kept.keys()].slice(0, -KEPT_OPEN)) await this.#drop(key);
  }

  async #drop(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    const [opened] = await Promise.allSettled([kept?.opened]);
    if (opened.status === "fulfilled") opened.value?.release();
  }

  /** Opens a version; where it is damaged, the newest older one that is whole, and says so. */
  async #open(wanted: Version, reason: string | null): Promise<Snapshot> {
    const { history, cache, empty, onWarning } = this.#options;
    if (wanted.number === 0)
      return Snapshot.open(cache, wanted, emptyState(empty.dim, empty.schema), reason);
    let version = wanted;
    let degraded = reason;
    for (;;) {
      try {
        return await Snapshot.open(cache, version, await stateOf(history, version), degraded);
      } catch (error) {
        if (!isDamage(error)) throw asIndexError(error);
        degraded ??= `Version ${wanted.number} is damaged, so an older one is served: ${error.message}`;
        onWarning(degraded);
        const parent = await this.#before(version);
        if (parent === null)
          throw new IndexError("damaged", `No version up to ${wanted.number} is whole.`, {
            cause: error,
          });
        version = parent;
      }
    }
  }

  /** The parent, found without the main line's list, which may be unreadable beyond the damage. */
  async #before(version: Version): Promise<Version | null> {
    if (version.parent === null) return null;
    try {
      return await this.#options.history.find(version.parent);
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
      const found = await this.#options.history.recover();
      return found !== null && found.number < version.number ? found : null;
    }
  }
}
