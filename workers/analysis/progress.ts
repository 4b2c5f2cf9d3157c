// The progress of an analysis, for people, and the seconds of each step.
import { unavailable } from "#services/domain/errors.ts";
import type { AnalysisId } from "#services/domain/ids.ts";
import { type Store, saveProgress } from "#services/store/store.ts";

const SAVE_EVERY_MS = 700;

export interface Progress {
  /**
   * Starts the next step, with the text for people and the share of the whole analysis at which it ends.
   * @throws ParlanceError unavailable `superseded` where the analysis is no longer wanted: its data is being erased
   */
  step(doing: string, until: number): Promise<void>;
  /** Reports the share of the step that is done, and a new text where that changes. Never throws. */
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
        throw unavailable(
          "The analysis is no longer wanted, because messages that it read are being erased.",
          { code: "superseded" },
        );
    },
    within(share, text) {
      if (text !== undefined) doing = text;
      if (now() - savedAt < SAVE_EVERY_MS) return;
      // If this progress cannot be saved, the next one will be.
      saving = save(from + (until - from) * share).catch(() => undefined);
    },
    steps() {
      end();
      return done;
    },
  };
};
