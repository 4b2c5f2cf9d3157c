// Follows one collection's newest version: loads it once, follows new versions, and replaces the searcher before the next answer after an erasure.
import { setTimeout as pause } from "node:timers/promises";
import type { Degraded, Searcher } from "#index-store/index-store.ts";
import {
  type IndexSource,
  isDamage,
  isSame,
  type OpenedSearcher,
  openSearcher,
} from "./open-searcher.ts";
import { isWorthLoading } from "./worth-loading.ts";

/** For so long, answers may come from a version that another process has just replaced. */
const LOOK_AGAIN_MS = 250;
/** A small version is loaded in this time, so that the question that noticed it is answered from it. */
const PATIENCE_MS = 100;
/** Damage is recorded in this time, unless the database is busy or the disk full: an answer does not wait longer for it. */
const REPORT_MS = 1000;

interface Held extends OpenedSearcher {
  readonly openedAt: number;
}

export interface FollowedIndexOptions {
  readonly source: IndexSource;
  /**
   * Called when the newest version is found to be damaged, and again whenever it is looked at while it is. What can be opened
   * answers, whether this works or not.
   */
  readonly onDamage: (damage: Degraded | "nothing answers") => Promise<void>;
  /** A searcher that nobody has asked for so long is let go, so that its memory is free; the next question loads one. Never by default. */
  readonly idleMs?: number | undefined;
  /** Closes a searcher later, because others may still be using it. */
  readonly letGo: (opened: OpenedSearcher) => void;
  readonly onWarning: (message: string) => void;
}

export interface FollowedIndex {
  /** The searcher of the newest version; undefined before the first one, or where the collection no longer exists. */
  searcher(): Promise<Searcher | undefined>;
  /** The current searcher, where it answers the same as this one. */
  find(like: OpenedSearcher): Searcher | undefined;
  /** Waits for what is being loaded, and closes the current searcher. */
  close(): Promise<void>;
}

export const followIndex = (options: FollowedIndexOptions): FollowedIndex => {
  const { source, letGo, onDamage, onWarning, idleMs } = options;
  let held: Held | undefined;
  let loading: Promise<Held | undefined> | undefined;
  let looking: Promise<void> | undefined;
  let reporting: Promise<void> | undefined;
  let lookedAt = 0;
  let closed = false;
  let idle: NodeJS.Timeout | undefined;

  const letIdleGo = (): void => {
    if (held) letGo(held);
    held = undefined;
  };
  const asked = (): void => {
    if (idleMs === undefined || closed) return;
    if (idle === undefined) idle = setTimeout(letIdleGo, idleMs).unref();
    else idle.refresh();
  };

  /** Replaces the current searcher; one of the same version is not replaced, so that callers' caches stay valid. */
  const hold = (opened: OpenedSearcher): Held | undefined => {
    const before = held;
    if (closed || opened.searcher.version.number === 0) {
      opened.searcher.close();
      held = undefined;
    } else if (before && isSame(before, opened)) {
      opened.searcher.close();
      held = { ...before, erasures: opened.erasures };
    } else held = { ...opened, openedAt: performance.now() };
    // Loading may take longer than a searcher is kept without a question.
    asked();
    if (before && before.searcher !== held?.searcher) letGo(before);
    lookedAt = performance.now();
    return held;
  };

  const warn = (error: unknown): void =>
    onWarning(error instanceof Error ? error.message : String(error));

  /** Waits a while for `onDamage`, and never fails. */
  const report = async (damage: Degraded | "nothing answers"): Promise<void> => {
    reporting ??= onDamage(damage)
      .catch(warn)
      .finally(() => {
        reporting = undefined;
      });
    await Promise.race([reporting, pause(REPORT_MS, undefined, { ref: false })]);
  };

  /** Loads once for all callers, who wait: there is no searcher yet, or none that may answer. */
  const load = (): Promise<Held | undefined> => {
    loading ??= openSearcher(source)
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
    // A degraded version is opened again, also where the head is the same.
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
      // The current searcher still answers; the next question tries again.
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
      asked();
      for (;;) {
        // Rows were erased since it was opened, so it must not answer any more.
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
      clearTimeout(idle);
      await Promise.allSettled([loading, looking]);
      await reporting;
      held?.searcher.close();
      held = undefined;
    },
  };
};
