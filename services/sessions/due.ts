// When messages of live sessions are cut into chunks, and when a collection that is talked in rests.
import type { CollectionId } from "#services/domain/ids.ts";
import { type Duration, milliseconds, seconds } from "#services/domain/units.ts";
import { lastAppended, type SessionRow, type Store } from "#services/store/store.ts";

/** Nothing was said for so long: what was said is complete enough to be cut. */
export const QUIET = seconds(2);
/** Talk that never pauses is searchable after so long at the latest. A version of the index is then made six times a minute at most. */
const LONGEST = seconds(10);
/** So many messages are worth a version of their own: as many chunks as the first batch of an upload has. */
export const ENOUGH = 256;
/** An open session that is silent for so long holds up merges and analyses no more: they read the whole collection each time. */
const RESTS_AFTER = seconds(300);

type Waiting = Pick<SessionRow, "state" | "pending" | "pending_since" | "appended_at">;

/**
 * How long the messages that wait in a collection's sessions wait on; 0 where they are to be cut now. They are cut together: each
 * version of the index is made of all that is ready.
 */
export const waitOf = (sessions: readonly Waiting[], now: number): Duration => {
  const count = sessions.reduce((sum, { pending }) => sum + pending, 0);
  if (count >= ENOUGH || sessions.some(({ state }) => state === "ended")) return milliseconds(0);
  const oldest = Math.min(...sessions.map(({ pending_since }) => pending_since ?? now));
  const newest = Math.max(...sessions.map(({ appended_at }) => appended_at ?? 0));
  return milliseconds(Math.max(0, Math.min(newest + QUIET, oldest + LONGEST) - now));
};

/** How long live sessions still keep a collection from rest; 0 where they do not. */
export const untilRest = async (
  { rows, now }: Pick<Store, "rows" | "now">,
  collection: CollectionId,
): Promise<Duration> => {
  const last = await lastAppended(rows, collection);
  return milliseconds(last === null ? 0 : Math.max(0, last + RESTS_AFTER - now()));
};
