// Counters in the database: tries in a transaction each; usage in this server's memory, which servers share once a second.
import type { Clock } from "#services/domain/units.ts";
import {
  addUsed,
  type Database,
  forgetTries,
  giveTryBack,
  saveTries,
  triesOf,
  usedOf,
} from "#services/store/store.ts";
import type { Count, Counter, Counters, Limit, Taken, Tries, Usage } from "./counters.ts";

/**
 * Each server adds what it counted to the database once in so long, where it learns what the others counted: a limit of usage may be
 * passed by what all servers answer within that time. On SQLite there is one server, whose memory is exact.
 */
const SHARE_MS = 1000;
/** What lasts longer is also kept over a start of the server. */
const SHORT_MS = 60_000;

export interface DatabaseCountersOptions {
  readonly database: Database;
  readonly now: Clock;
}

/** The larger of what the database has and of what is known otherwise, neither of them over; 0 where that is nothing. */
const begunOf = (now: number, counter: Counter, stored: Count | undefined): Count => {
  const known =
    counter.known !== undefined && counter.known.until > now ? counter.known : undefined;
  if (stored === undefined) return known ?? { count: 0, until: counter.until };
  return known !== undefined && known.count > stored.count ? known : stored;
};

const openTries = ({ database, now }: DatabaseCountersOptions): Tries => ({
  take: (limits) =>
    database.system.transaction(async (rows): Promise<Taken> => {
      const at = now();
      const names = limits.map(({ name }) => name);
      const stored = await triesOf(rows, names, at);
      const counts: Count[] = [];
      for (const limit of limits) {
        const found = begunOf(at, limit, stored.get(limit.name));
        if (found.count >= limit.most) return { kind: "full", limit, count: found };
        counts.push({ count: found.count + 1, until: found.until });
      }
      await saveTries(
        rows,
        counts.map((count, place) => ({ name: names[place] ?? "", ...count })),
      );
      return { kind: "taken", counts };
    }, "accounts"),
  giveBack: (name) => database.system.transaction((rows) => giveTryBack(rows, name), "accounts"),
  forget: (name) => database.system.transaction((rows) => forgetTries(rows, name), "accounts"),
});

/** A count in this server's memory. */
interface Held {
  readonly since: number;
  readonly until: number;
  /** Of all servers, as far as is known. */
  sum: number;
  /** Of it, what the database has not heard of. */
  own: number;
  /** What the database held was looked at. */
  isRead: boolean;
}

const openUsage = ({ database, now }: DatabaseCountersOptions): Usage & Pick<Counters, "close"> => {
  const all = new Map<string, Held>();
  const isShared = database.kind !== "sqlite";
  /** A minute's requests are of interest to other servers only; a day's tokens also after a start. */
  const isKept = ({ since, until }: Held) => isShared || until - since > SHORT_MS;
  const heldOf = ({ name, since, until, known }: Counter): Held => {
    const at = now();
    let held = all.get(name);
    if (held === undefined || held.until <= at) {
      held = { since, until, sum: 0, own: 0, isRead: false };
      all.set(name, held);
    }
    if (known !== undefined && known.until > at && known.count > held.sum) held.sum = known.count;
    return held;
  };
  const share = async (name: string, held: Held): Promise<void> => {
    const { own, since, until } = held;
    if (own === 0) return;
    held.own = 0;
    try {
      const sum = await database.system.transaction(
        (rows) => addUsed(rows, { name, since, until, count: own }),
        "accounts",
      );
      held.sum = Math.max(held.sum, sum + held.own);
    } catch {
      // Told at the next time: until then this server's own count holds.
      held.own += own;
    }
  };
  const shareAll = async () => {
    const at = now();
    for (const [name, held] of all) {
      if (isKept(held)) await share(name, held);
      if (held.until < at) all.delete(name);
    }
  };
  let sharing = Promise.resolve();
  const timer = setInterval(() => {
    sharing = sharing.then(shareAll);
  }, SHARE_MS).unref();

  const read = async (counters: readonly Counter[]): Promise<number[]> => {
    const helds = counters.map((counter) => heldOf(counter));
    const asked = counters.filter((_, place) => {
      const held = helds[place];
      return held !== undefined && isKept(held) && (isShared || !held.isRead);
    });
    if (asked.length > 0) {
      const at = now();
      const stored = await usedOf(
        database.system.rows,
        asked.map(({ name }) => name),
      );
      for (const { name } of asked) {
        const held = all.get(name);
        if (held === undefined) continue;
        const found = stored.get(name);
        if (found !== undefined && found.until > at)
          held.sum = Math.max(held.sum, found.count + held.own);
        held.isRead = true;
      }
    }
    return helds.map(({ sum }) => sum);
  };
  return {
    async take(limits: readonly Limit[]): Promise<Taken> {
      const helds = limits.map((limit) => ({ limit, held: heldOf(limit) }));
      const full = helds.find(({ limit, held }) => held.sum >= limit.most);
      if (full !== undefined)
        return {
          kind: "full",
          limit: full.limit,
          count: { count: full.held.sum, until: full.held.until },
        };
      return {
        kind: "taken",
        counts: helds.map(({ held }) => {
          held.own++;
          return { count: ++held.sum, until: held.until };
        }),
      };
    },
    async add(counter, by) {
      const held = heldOf(counter);
      held.sum += by;
      held.own += by;
    },
    read,
    async close() {
      clearInterval(timer);
      await sharing;
      await shareAll();
    },
  };
};

export const openDatabaseCounters = (options: DatabaseCountersOptions): Counters => {
  const { close, ...usage } = openUsage(options);
  return { tries: openTries(options), usage, close };
};
