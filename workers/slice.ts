// A slice: how long the reading of one upload keeps its place while uploads of other collections wait for one.

/** Milliseconds of new work, at least. */
export const SLICE_MS = 5000;
/** How often the bus is asked whether others wait, once a slice is over. */
const ASK_MS = 500;

/**
 * A reading that gives its place back is begun again at the start of the file, since no format can be entered in the middle: what
 * is saved is read over. Therefore a slice begins where the reading before it ended, and lasts at least as long as getting
 * there took. However often others come, reading over takes at most as long in all as the reading itself, and once more the time
 * of reading everything over at the end (for the IRC archive a tenth of what reading and saving it takes).
 * @param now milliseconds of a clock that never goes back
 * @returns whether to give the place back now; to be asked again and again while the file is read
 */
export const openSlice = (reading: {
  readonly leastMs: number;
  /** Whether all that was saved before has been read over: what comes now is new. */
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
