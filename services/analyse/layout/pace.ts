// Long computations in small steps: generators that yield every few milliseconds of work, and functions that run them.
import { unavailable } from "#services/domain/errors.ts";

export interface Pace {
  readonly signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1, which never decreases. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Work in steps of a few milliseconds, which yields the share done. It does not await anything and reads no clock. */
export type Steps<T> = Generator<number, T, undefined>;

/** @throws ParlanceError unavailable `aborted`. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw unavailable("The map was cancelled.", { code: "aborted", cause: signal.reason });
}

/** Runs the steps and lets the event loop turn after each, so that timers, signals and messages are handled. */
export async function paced<T>(steps: Steps<T>, pace: Pace = {}): Promise<T> {
  let share = 0;
  for (;;) {
    checkSignal(pace.signal);
    const step = steps.next();
    if (step.done === true) return step.value;
    // Work of several parts counts each part from 0; the reported progress must not go back.
    share = Math.max(share, step.value);
    pace.onProgress?.(share);
    await new Promise<void>((turn) => setImmediate(turn));
  }
}

/** The pace of a part of the work, whose progress fills the range `from` … `to` of the whole. */
export const paceWithin = (pace: Pace, from: number, to: number): Pace => ({
  signal: pace.signal,
  onProgress: (share) => pace.onProgress?.(from + (to - from) * share),
});

/** Runs all steps without a break, for callers that may block the event loop. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
