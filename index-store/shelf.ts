// The snapshots that are kept open: the newest version's and a few others, each opened once; a damaged one gives way to its parent.
import type { Damage } from "./degraded.ts";
import type { Schema } from "./documents.ts";
import { asIndexError, asked, isDamage, stateOf } from "./head.ts";
import { HistoryError, type HistoryReader, type Version } from "./history/history.ts";
import { IndexError } from "./index-error.ts";
import type { SegmentCache } from "./segment.ts";
import { Snapshot, type SnapshotOf } from "./snapshot.ts";
import { emptyState } from "./version-state.ts";

const KEPT_OPEN = 4;
/** How long a degraded snapshot is kept before the damaged version is tried again: it may have been mended. */
const TRY_AGAIN_MS = 30_000;
/** How often a version is opened again because a writer changed the history meanwhile. */
const TRIES = 4;

export interface ShelfOptions {
  readonly history: HistoryReader;
  readonly cache: SegmentCache;
  readonly empty: { readonly dim: number; readonly schema: Schema };
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

interface Kept {
  readonly opened: Promise<Snapshot>;
  readonly at: number;
}

/** A version to be opened; `damage` says why it is not the newest. */
interface Wanted {
  readonly version: Version;
  readonly damage: readonly Damage[];
  readonly key: string;
}

type Outcome =
  | { readonly snapshot: Snapshot; readonly isNew: boolean }
  | { readonly error: unknown };

/** The version of an index that has none yet. */
const nothing: Version = { number: 0, id: "", parent: null, message: "", at: 0, tags: [] };

const wantedOf = (version: Version, reason?: string): Wanted => ({
  version,
  damage: reason === undefined ? [] : [{ kind: "version", reason }],
  key: `${version.id}:${reason ?? ""}`,
});

export class Shelf {
  readonly #options: ShelfOptions;
  readonly #kept = new Map<string, Kept>();
  #head: string | undefined;
  #mark: string | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /**
   * The snapshot of the newest version, or of the one addressed. Retained for the caller, who releases it. Where another process
   * erased, merged or committed while it was opened, files may be gone without damage: it is opened again.
   */
  async snapshot(address: string | number | undefined): Promise<Snapshot> {
    const { history, onWarning } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const mark = await this.#clearAfterErasure();
      const wanted = await this.#find(address);
      const outcome = await this.#outcome(wanted, mark);
      const isOutdated =
        (await asked(history.erasureMark())) !== mark ||
        (address === undefined && isDegraded(outcome) && (await this.#hasMoved(wanted)));
      if (isOutdated && attempt < TRIES) {
        if ("snapshot" in outcome) outcome.snapshot.release();
        continue;
      }
      if ("error" in outcome) {
        // It may have been dropped while it was opened: that is no damage.
        if (address !== undefined && isDamage(outcome.error)) await this.#find(address);
        throw outcome.error;
      }
      const { snapshot, isNew } = outcome;
      if (isNew && snapshot.degraded !== null) onWarning(snapshot.degraded.reason);
      if (address === undefined) await this.#replaceHead(wanted.key);
      return snapshot;
    }
  }

  /** Drops every snapshot; searchers that are still open keep theirs. */
  async clear(): Promise<void> {
    for (const key of [...this.#kept.keys()]) await this.#drop(key);
  }

  /** Nothing that was opened before an erasure, by whichever process, is handed out after it. Returns the mark. */
  async #clearAfterErasure(): Promise<string> {
    const mark = await asked(this.#options.history.erasureMark());
    if (this.#mark !== undefined && this.#mark !== mark) await this.clear();
    this.#mark = mark;
    return mark;
  }

  async #find(address: string | number | undefined): Promise<Wanted> {
    const { history } = this.#options;
    if (address !== undefined) return wantedOf(await asked(history.find(address)));
    try {
      return wantedOf((await history.head()) ?? nothing);
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
      const found = await asked(history.recover());
      if (found === null) throw asIndexError(error);
      return wantedOf(found, error.message);
    }
  }

  /** Whether the newest version is another one by now; a head that cannot be read has not moved. */
  async #hasMoved({ version }: Wanted): Promise<boolean> {
    try {
      return ((await this.#options.history.head()) ?? nothing).id !== version.id;
    } catch (error) {
      if (!isDamage(error)) throw asIndexError(error);
      return false;
    }
  }

  async #outcome(wanted: Wanted, mark: string): Promise<Outcome> {
    try {
      return await this.#of(wanted, mark);
    } catch (error) {
      return { error };
    }
  }

  /** Drops the snapshot of the head before: after a merge every row would otherwise be in memory twice. */
  async #replaceHead(key: string): Promise<void> {
    const before = this.#head;
    this.#head = key;
    if (before !== undefined && before !== key) await this.#drop(before);
  }

  async #of(wanted: Wanted, mark: string): Promise<{ snapshot: Snapshot; isNew: boolean }> {
    const { key } = wanted;
    for (let known = this.#kept.get(key); known; known = this.#kept.get(key)) {
      const snapshot = await known.opened;
      if (this.#kept.get(key) !== known) continue;
      const stale = snapshot.degraded !== null && this.#options.now() - known.at > TRY_AGAIN_MS;
      if (!stale) {
        this.#touch(key, known);
        snapshot.retain();
        return { snapshot, isNew: false };
      }
      await this.#drop(key);
    }
    const kept: Kept = { opened: this.#open(wanted, mark), at: this.#options.now() };
    this.#kept.set(key, kept);
    try {
      const snapshot = await kept.opened;
      // Once for the shelf, whose `#drop` releases it even where it was called meanwhile, and once for the caller.
      snapshot.retain();
      snapshot.retain();
      await this.#shrink();
      return { snapshot, isNew: true };
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
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

  /** Opens a version; where it cannot be read, the newest older one that can, and says so. */
  async #open(wanted: Wanted, mark: string): Promise<Snapshot> {
    const { history, cache, empty } = this.#options;
    const { number } = wanted.version;
    const isErased = async () => (await asked(history.erasureMark())) !== mark;
    const of = (version: Version, damage: readonly Damage[]): Omit<SnapshotOf, "state"> => ({
      version,
      wanted: number,
      damage,
      isErased,
    });
    if (number === 0) {
      const state = emptyState(empty.dim, empty.schema);
      return Snapshot.open(cache, { ...of(wanted.version, wanted.damage), state });
    }
    let { version, damage } = wanted;
    for (;;) {
      try {
        const state = await stateOf(history, version);
        return await Snapshot.open(cache, { ...of(version, damage), state });
      } catch (error) {
        if (!isDamage(error)) throw asIndexError(error);
        if (damage.length === 0) damage = [{ kind: "version", reason: error.message }];
        const parent = await this.#before(version);
        if (parent === null)
          throw new IndexError("damaged", `No version up to ${number} is whole.`, { cause: error });
        version = parent;
      }
    }
  }

  /** The parent, found without the list of versions, which may be unreadable beyond the damage. */
  async #before(version: Version): Promise<Version | null> {
    if (version.parent === null) return null;
    try {
      return await this.#options.history.find(version.parent);
    } catch (error) {
      if (error instanceof HistoryError && error.code === "unknown-version") {
        // The parent was dropped.
        const [kept] = await asked(
          this.#options.history.list({ before: version.number, limit: 1 }),
        );
        return kept ?? null;
      }
      if (!isDamage(error)) throw asIndexError(error);
      const found = await this.#options.history.recover();
      return found !== null && found.number < version.number ? found : null;
    }
  }
}

const isDegraded = (outcome: Outcome): boolean =>
  "error" in outcome || outcome.snapshot.degraded !== null;
