// Counters in Redis, which all servers ask: exact, in one round trip. While it is away, its fallback counts on from what is known.
import type { DegradedPart } from "#services/contract/system.ts";
import type { Clock } from "#services/domain/units.ts";
import type { Count, Counter, Counters, Limit, Taken, Tries, Usage } from "./counters.ts";
import { type Known, openKnownCounts } from "./redis/known.ts";
import { openRedisLink, type RedisState } from "./redis/link.ts";
import { ADD, TAKE_BACK } from "./redis/scripts.ts";

/** What lasts longer is written to the database too, so that it outlives a Redis that keeps nothing. */
const SHORT_MS = 60_000;
/** Redis answers in a fraction of a millisecond: who waits so long waits for a network or a machine that is in trouble. */
const ANSWER_MS = 50;
/** Any number: no limit. */
const ANY = -1;
/** More than was ever counted. */
const ALL = Number.MAX_SAFE_INTEGER;

export interface RedisCountersOptions {
  readonly url: string;
  /** What its keys begin with, of one database: several may share one Redis. */
  readonly prefix: string;
  readonly now: Clock;
  readonly fallback: Counters;
  readonly onState: (state: RedisState) => void;
  /** What takes longer, in milliseconds, is answered without Redis; 50 by default. */
  readonly answerMs?: number;
}

/** How the health of the instance tells it. */
export const redisParts = (state: RedisState): DegradedPart[] =>
  state.kind === "away"
    ? [
        {
          code: "redis-unavailable",
          message: `Redis does not work (${state.problem}). Until it is back, requests and failed tries are counted by each server and in the database: limits hold, those of requests less exactly.`,
          hint: state.hint,
        },
      ]
    : [];

/** Resolves once the first connection was made, or could not be made: within about a second. */
export const openRedisCounters = async (options: RedisCountersOptions): Promise<Counters> => {
  const { url, prefix, now, fallback, onState, answerMs = ANSWER_MS } = options;
  const link = openRedisLink({
    url,
    scripts: [ADD, TAKE_BACK],
    probe: `${prefix}probe`,
    onState,
    answerMs,
  });
  await link.tried;
  const known = openKnownCounts(now);

  const note = (name: string, { count, until }: Count) =>
    known.set(name, { count, until, back: known.get(name)?.back ?? 0, isAway: true });
  /** What whoever asks knows, and what this server does. */
  const knownOf = ({ name, known: told }: Counter): Known | undefined => {
    const own = known.get(name);
    if (told === undefined || (own !== undefined && own.count >= told.count)) return own;
    return { ...told, back: own?.back ?? 0, isAway: true };
  };
  const withKnown = <C extends Counter>(counter: C): C => ({ ...counter, known: knownOf(counter) });

  /**
   * @param mosts of each; any number where it is left out
   * @returns the place of the one that is full, or -1, and what each has
   * @throws Error where Redis is away
   */
  const add = async (
    counters: readonly Counter[],
    by: number,
    mosts: readonly number[] = [],
  ): Promise<{ readonly full: number; readonly counts: Count[] }> => {
    const args = counters.flatMap((counter, place) => {
      const { until } = counter;
      const before = knownOf(counter);
      return [
        mosts[place] ?? ANY,
        until,
        before?.count ?? 0,
        before?.until ?? 0,
        before?.back ?? 0,
        before?.isAway === true ? 1 : 0,
      ];
    });
    const [full = 0, ...numbers] = await link.run(
      ADD,
      counters.map(({ name }) => prefix + name),
      [now(), by, ...args],
    );
    const counts = counters.map(({ name }, place) => {
      const [count = 0, until = 0, back = 0] = numbers.slice(place * 3, place * 3 + 3);
      known.set(name, { count, until, back, isAway: false });
      return { count, until };
    });
    return { full: full - 1, counts };
  };

  const taking =
    (without: Tries | Usage) =>
    async (limits: readonly Limit[]): Promise<Taken> => {
      try {
        const { full, counts } = await add(
          limits,
          1,
          limits.map(({ most }) => most),
        );
        const [limit, count] = [limits[full], counts[full]];
        return limit === undefined || count === undefined
          ? { kind: "taken", counts }
          : { kind: "full", limit, count };
      } catch {
        // Told by the state of the link.
        const taken = await without.take(limits.map(withKnown));
        if (taken.kind === "full") {
          const { limit, count } = taken;
          note(limit.name, count);
          return { ...taken, limit: limits.find(({ name }) => name === limit.name) ?? limit };
        }
        taken.counts.forEach((count, place) => {
          const name = limits[place]?.name;
          if (name !== undefined) note(name, count);
        });
        return taken;
      }
    };

  /** What the database holds, where this server has not heard of it yet. */
  const learn = async (counters: readonly Counter[]): Promise<void> => {
    const unknown = counters.filter(
      ({ name, since, until }) => until - since > SHORT_MS && known.get(name) === undefined,
    );
    if (unknown.length === 0) return;
    // Where the database does not answer it is asked again at the next time.
    const counts = await fallback.usage.read(unknown).catch((): number[] => []);
    if (counts.length === 0) return;
    unknown.forEach(({ name, until }, place) => {
      known.set(name, { count: counts[place] ?? 0, until, back: 0, isAway: false });
    });
  };

  const takeBack = async (name: string, by: number): Promise<void> => {
    const [count = 0, until = 0, back = 0] = await link.run(
      TAKE_BACK,
      [prefix + name],
      [now(), by],
    );
    known.set(name, { count, until, back, isAway: false });
  };

  return {
    tries: {
      take: taking(fallback.tries),
      async giveBack(name) {
        try {
          await takeBack(name, 1);
        } catch {
          await fallback.tries.giveBack(name);
          const before = known.get(name);
          if (before !== undefined) note(name, { ...before, count: Math.max(0, before.count - 1) });
        }
      },
      async forget(name) {
        try {
          await takeBack(name, ALL);
        } catch {
          await fallback.tries.forget(name);
          known.delete(name);
        }
      },
    },
    usage: {
      take: taking(fallback.usage),
      async add(counter, by) {
        await learn([counter]);
        const isKept = counter.until - counter.since > SHORT_MS;
        if (isKept) await fallback.usage.add(withKnown(counter), by);
        try {
          await add([counter], by);
        } catch {
          if (!isKept) await fallback.usage.add(withKnown(counter), by);
          const before = known.get(counter.name);
          note(counter.name, {
            count: (before?.count ?? 0) + by,
            until: before?.until ?? counter.until,
          });
        }
      },
      async read(counters) {
        await learn(counters);
        try {
          const { counts } = await add(counters, 0);
          return counts.map(({ count }) => count);
        } catch {
          return fallback.usage.read(counters.map(withKnown));
        }
      },
    },
    async close() {
      link.close();
      await fallback.close();
    },
  };
};
