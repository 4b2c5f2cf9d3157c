// A slice: how long ingest works on one upload before it yields to uploads of other collections that wait.

/** Milliseconds of new work before it yields, at least. */
export const SLICE_MS = 5000;
/** Milliseconds between two questions to the bus whether others wait, once the slice has lasted long enough. */
const ASK_MS = 500;

/**
 * Most formats cannot be entered in the middle: such an upload is read from the start of its file again when it is continued, and
 * what is saved is skipped; others go on at their last checkpoint. A slice therefore begins when everything saved has been skipped, and lasts at least as long as skipping took. So
 * however often it yields, an upload spends on skipping no more time than on reading and saving, plus the time to skip the whole
 * file once (for the IRC archive less than a tenth of reading and saving it).
 * @param now milliseconds of a clock that never goes back
 * @returns a function to be called again and again while the file is read: true when ingest should yield now
 */
export const openSlice = (reading: {
  readonly leastMs: number;
  /** Whether everything saved earlier has been skipped. */
  readonly isNew: () => boolean;
  readonly othersWait: () => Promise<boolean>;
  readonly now: () => number;
}): (() => Promise<boolean>) => {
  const { leastMs, isNew, othersWait, now } = reading;
  const begun = now();
  let askAt: number | undefined;
  return async () => {
    if (askAt === undefined && isNew()) askAt = now() + Math.max(leastMs, now() - begun);
    if (askAt === undefined || now() < askAt) return false;
    askAt = now() + ASK_MS;
    return othersWait();
  };
};
