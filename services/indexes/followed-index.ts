// One collection's newest snapshot: loaded once, followed to new versions, replaced before the next answer where rows were erased.
import { setTimeout as pause } from "node:timers/promises";
import type { Degraded, Searcher } from "#index-store/index-store.ts";
import {
  type IndexSource,
  isDamage,
  isSame,
  type OpenedSnapshot,
  openSnapshot,
} from "./open-snapshot.ts";
import { isWorthLoading } from "./worth-loading.ts";

/** How long an answer may come from a version that another process has just replaced. */
const LOOK_AGAIN_MS = 250;
/** A small version is loaded in this time: the question that noticed it is answered from it. */
const PATIENCE_MS = 100;
/** Damage is written down in this time, unless the database is busy or its disk full: the answer does not wait longer for it. */
const REPORT_MS = 1000;

interface Held extends OpenedSnapshot {
  readonly openedAt: number;
}

export interface FollowedIndexOptions {
  readonly source: IndexSource;
  /**
   * Told when the newest version turns out to be damaged, and again at each look while it is. Whether it can note that or not,
   * what can be opened answers.
   */
  readonly onDamage: (damage: Degraded | "nothing answers") => Promise<void>;
  /** Closes a snapshot that others may still be asking. */
  readonly letGo: (snapshot: OpenedSnapshot) => void;
  readonly onWarning: (message: string) => void;
}

export interface FollowedIndex {
  /** Of the newest version; undefined before the first one, or where the collection is gone. */
  searcher(): Promise<Searcher | undefined>;
  /** What is held, where it shows the same as this snapshot. */
  find(like: OpenedSnapshot): Searcher | undefined;
  /** Waits for what is being loaded, and closes what is held. */
  close(): Promise<void>;
}

export const followIndex = (options: FollowedIndexOptions): FollowedIndex => {
  const { source, letGo, onDamage, onWarning } = options;
  let held: Held | undefined;
  let loading: Promise<Held | undefined> | undefined;
  let looking: Promise<void> | undefined;
  let reporting: Promise<void> | undefined;
  let lookedAt = 0;
  let closed = false;

  /** Puts a snapshot in the place of the one held; the same one again keeps what callers remember of it. */
  const hold = (opened: OpenedSnapshot): Held | undefined => {
    const before = held;
    if (closed || opened.searcher.version.number === 0) {
      opened.searcher.close();
      held = undefined;
    } else if (before && isSame(before, opened)) {
      opened.searcher.close();
      held = { ...before, erasures: opened.erasures };
    } else held = { ...opened, openedAt: performance.now() };
    if (before && before.searcher !== held?.searcher) letGo(before);
    lookedAt = performance.now();
    return held;
  };

  const warn = (error: unknown): void =>
    onWarning(error instanceof Error ? error.message : String(error));

  /** Waits a while for it, and never fails. */
  const report = async (damage: Degraded | "nothing answers"): Promise<void> => {
    reporting ??= onDamage(damage)
      .catch(warn)
      .finally(() => {
        reporting = undefined;
      });
    await Promise.race([reporting, pause(REPORT_MS, undefined, { ref: false })]);
  };

  /** Waited for, once for all who ask: there is nothing yet, or nothing that may answer. */
  const load = (): Promise<Held | undefined> => {
    loading ??= openSnapshot(source)
      .then(async (opened) => {
        const degraded = opened?.searcher.degraded ?? null;
        const now = opened && hold(opened);
        if (degraded !== null) await report(degraded);
        return now;
      })
      .catch(async (error: unknown) => {
        if (isDamage(error)) await report("nothing answers");
        throw error;
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  const renew = async (now: Held): Promise<void> => {
    const index = await source.index();
    const head = await index.head();
    // A degraded one is tried again, whatever the head says.
    if (head?.id === now.searcher.version.id && now.searcher.degraded === null) return;
    const [newest] = await index.versions({ limit: 1 });
    const forMs = performance.now() - now.openedAt;
    if (newest && !isWorthLoading(newest.rows, { rows: now.searcher.rows, forMs })) return;
    await load();
  };

  const look = async (now: Held): Promise<void> => {
    try {
      await renew(now);
    } catch (error) {
      // The one that is held still answers; the next question looks again.
      warn(error);
    } finally {
      lookedAt = performance.now();
      looking = undefined;
    }
  };

  return {
    async searcher() {
      const erasures = await source.erasures();
      if (erasures === undefined || closed) return undefined;
      for (;;) {
        // Rows were erased since it was opened: it does not answer any more.
        if (!held || held.erasures < erasures) {
          const loaded = await load();
          if (!loaded || loaded.erasures >= erasures) return loaded?.searcher;
          continue;
        }
        if (!looking && performance.now() - lookedAt > LOOK_AGAIN_MS) {
          looking = look(held);
          await Promise.race([looking, pause(PATIENCE_MS)]);
        }
        if (held && held.erasures >= erasures) return held.searcher;
      }
    },
    find: (like) => (held && isSame(held, like) ? held.searcher : undefined),
    async close() {
      closed = true;
      await Promise.allSettled([loading, looking]);
      await reporting;
      held?.searcher.close();
      held = undefined;
    },
  };
};
