// How far a run is, for people who wait for it; and how long each of its steps took.
import { unavailable } from "#services/domain/errors.ts";
import type { AnalysisId } from "#services/domain/ids.ts";
import { type Store, saveProgress } from "#services/store/store.ts";

const SAVE_EVERY_MS = 700;

export interface Progress {
  /**
   * The next step begins; what it does, and the share of the whole run that it ends at.
   * @throws ParlanceError unavailable `superseded` where the run is not wanted any more: its data is being erased
   */
  step(doing: string, until: number): Promise<void>;
  /** The share of the step that is done, and what is being done where that changes. Never throws. */
  within(share: number, doing?: string): void;
  /** Seconds of each step so far. */
  steps(): { readonly name: string; readonly seconds: number }[];
}

export const openProgress = (store: Store, id: AnalysisId, now: () => number): Progress => {
  const done: { name: string; seconds: number }[] = [];
  let doing = "Reading";
  let [from, until] = [0, 0];
  let began = now();
  let savedAt = Number.NEGATIVE_INFINITY;
  let saving: Promise<unknown> = Promise.resolve();

  const save = (progress: number) => {
    savedAt = now();
    return saveProgress(store.rows, id, { progress, doing });
  };
  const end = () => {
    if (until > 0) done.push({ name: doing, seconds: Math.round(now() - began) / 1000 });
    began = now();
  };
  return {
    async step(next, share) {
      end();
      [doing, from, until] = [next, until, share];
      await saving;
      if (!(await save(from)))
        throw unavailable("The analysis is not wanted any more.", { code: "superseded" });
    },
    within(share, text) {
      if (text !== undefined) doing = text;
      if (now() - savedAt < SAVE_EVERY_MS) return;
      // A step that cannot be told is told by the next one.
      saving = save(from + (until - from) * share).catch(() => undefined);
    },
    steps() {
      end();
      return done;
    },
  };
};
