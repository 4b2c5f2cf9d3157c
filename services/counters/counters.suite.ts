// The contract of counters: never more than the limit, all of several or none, begun anew when over, taken back and forgotten.
import { expect, it } from "vitest";
import type { Counters, Limit } from "./counters.ts";

export interface CountersUnderTest {
  readonly counters: Counters;
  /** Stands still, and is set. */
  readonly clock: { now: number };
}

const MINUTE = 60_000;

export const countersSuite = (open: () => Promise<CountersUnderTest>): void => {
  const limit = (name: string, most: number, at: number, ms = MINUTE): Limit => ({
    name,
    most,
    since: at,
    until: at + ms,
  });

  it.each(["tries", "usage"] as const)(
    "%s: are counted up to the limit, exactly, however many come at once",
    async (kind) => {
      const { counters, clock } = await open();
      const taken = await Promise.all(
        Array.from({ length: 40 }, () => counters[kind].take([limit("a", 25, clock.now)])),
      );
      expect(taken.filter((one) => one.kind === "taken")).toHaveLength(25);
      const counts = taken.flatMap((one) =>
        one.kind === "taken" ? one.counts.map(({ count }) => count) : [],
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    },
  );

  it.each(["tries", "usage"] as const)(
    "%s: of several names all are counted, or where one is full none, and it is said which",
    async (kind) => {
      const { counters, clock } = await open();
      const [wide, tight] = [limit("wide", 3, clock.now), limit("tight", 1, clock.now)];
      expect(await counters[kind].take([wide, tight])).toEqual({
        kind: "taken",
        counts: [
          { count: 1, until: wide.until },
          { count: 1, until: tight.until },
        ],
      });
      const full = await counters[kind].take([wide, tight]);
      expect(full).toEqual({
        kind: "full",
        limit: tight,
        count: { count: 1, until: tight.until },
      });
      // Nothing was counted under the other name meanwhile.
      expect(await counters[kind].take([wide])).toMatchObject({ counts: [{ count: 2 }] });
    },
  );

  it.each(["tries", "usage"] as const)(
    "%s: last as long as was said at the first one, and begin anew then",
    async (kind) => {
      const { counters, clock } = await open();
      const until = clock.now + MINUTE;
      await counters[kind].take([limit("a", 2, clock.now)]);
      clock.now += 40_000;
      expect(await counters[kind].take([limit("a", 2, clock.now)])).toMatchObject({
        counts: [{ count: 2, until }],
      });
      clock.now += 19_999;
      expect(await counters[kind].take([limit("a", 2, clock.now)])).toMatchObject({
        kind: "full",
        count: { until },
      });
      clock.now += 1;
      expect(await counters[kind].take([limit("a", 2, clock.now)])).toEqual({
        kind: "taken",
        counts: [{ count: 1, until: clock.now + MINUTE }],
      });
    },
  );

  it("takes a try back, and forgets all of a name; of what was never counted that is nothing", async () => {
    const { counters, clock } = await open();
    const { tries } = counters;
    const once = () => tries.take([limit("a", 3, clock.now)]);
    await tries.giveBack("a");
    await tries.forget("a");
    await once();
    await once();
    await tries.giveBack("a");
    expect(await once()).toMatchObject({ counts: [{ count: 2 }] });
    await tries.forget("a");
    await tries.giveBack("a");
    expect(await once()).toMatchObject({ counts: [{ count: 1 }] });
  });

  it("takes what is known elsewhere for counted, where that is more", async () => {
    const { counters, clock } = await open();
    for (const kind of ["tries", "usage"] as const) {
      const known = { count: 4, until: clock.now + 30_000 };
      const knowing = { ...limit(`known ${kind}`, 5, clock.now), known };
      expect(await counters[kind].take([knowing])).toMatchObject({ counts: [{ count: 5 }] });
      expect(await counters[kind].take([knowing])).toMatchObject({ kind: "full" });
      const over = {
        ...limit(`over ${kind}`, 5, clock.now),
        known: { count: 4, until: clock.now },
      };
      expect(await counters[kind].take([over])).toMatchObject({ counts: [{ count: 1 }] });
    }
  });

  it("adds numbers and reads them, each by its name", async () => {
    const { counters, clock } = await open();
    const day = limit("tokens", 0, clock.now, 86_400_000);
    const other = limit("others", 0, clock.now, 86_400_000);
    expect(await counters.usage.read([day, other])).toEqual([0, 0]);
    await counters.usage.add(day, 700);
    await counters.usage.add(day, 41);
    expect(await counters.usage.read([other, day])).toEqual([0, 741]);
    clock.now += 86_400_000;
    expect(await counters.usage.read([limit("tokens", 0, clock.now, 86_400_000)])).toEqual([0]);
  });
};
