// When a server that is busy asks to be tried again: the Retry-After header of its answer.

/** A Retry-After header (seconds, or a date) → milliseconds from `now`; undefined where there is none to read. */
export const readRetryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
};
