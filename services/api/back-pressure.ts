// Back-pressure: a file is refused before its first byte while too much waits to be read, with the time to come again.
import { unavailable } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import type { Backlog } from "#services/store/store.ts";

/** Seconds after which a refused file may be sent again: by then some of what waits has been read. */
const AGAIN_S = 30;

export interface Limits {
  readonly maxWaitingJobs: number;
  readonly maxWaitingBytes: number;
}

const refusal = (what: string) =>
  unavailable(`Too much waits to be read: ${what}. This file was not taken.`, {
    code: "too-much-waiting",
    hint: "Send it again in a while. More workers read faster; PARLANCE_MAX_WAITING_JOBS and PARLANCE_MAX_WAITING_BYTES are the limits.",
    data: { retryAfterSeconds: AGAIN_S },
  });

/**
 * A file larger than the limit is taken where nothing else waits.
 * @param bytes of the file that comes, as far as that is known
 * @throws ParlanceError unavailable `too-much-waiting` (503)
 */
export const requireRoomToWait = (
  { jobs, bytes: waiting }: Backlog,
  bytes: number,
  limits: Limits,
): void => {
  if (jobs >= limits.maxWaitingJobs) throw refusal(`${jobs} jobs`);
  if (waiting > 0 && waiting + bytes > limits.maxWaitingBytes)
    throw refusal(`files of ${size(waiting)}, of ${size(limits.maxWaitingBytes)} that may`);
};
