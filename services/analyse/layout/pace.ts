// How long maths runs beside a heartbeat: generators that yield after a few milliseconds of work, and who drives them.
import { unavailable } from "#services/domain/errors.ts";

export interface Pace {
  readonly signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1, never less than before. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Work in steps of a few milliseconds; what it yields is the share done. It awaits nothing and knows no clock. */
export type Steps<T> = Generator<number, T, undefined>;

/** @throws ParlanceError unavailable `aborted`. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw unavailable("The map was cancelled.", { code: "aborted", cause: signal.reason });
}

/** The event loop turns after each step, so that timers, signals and messages of others are served. */
export async function paced<T>(steps: Steps<T>, pace: Pace = {}): Promise<T> {
  let share = 0;
  for (;;) {
    checkSignal(pace.signal);
    const step = steps.next();
    if (step.done === true) return step.value;
    // Work made of several parts counts each from 0: what was told is not taken back.
    share = Math.max(share, step.value);
    pace.onProgress?.(share);
    await new Promise<void>((turn) => setImmediate(turn));
  }
}

/** The part `from` … `to` of a longer piece of work, as a pace of its own. */
export const paceWithin = (pace: Pace, from: number, to: number): Pace => ({
  signal: pace.signal,
  onProgress: (share) => pace.onProgress?.(from + (to - from) * share),
});

/** Runs the steps at once, for those who have nobody to wait for. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
