// What becomes of a job: attempts without new progress count, crashes count against the guilty one, orderly leaving never counts.
import { describe, expect, it } from "vitest";
import { MAX_ATTEMPTS, MAX_STARTS } from "#services/contract/jobs.ts";
import { milliseconds } from "#services/domain/units.ts";
import { afterCrash, afterHostDown, afterStop, afterVerdict, retryDelay } from "./attempts.ts";

const first = { attempt: 1, starts: 1, progressed: false, stopping: false };
const last = { ...first, attempt: MAX_ATTEMPTS, starts: MAX_ATTEMPTS };
const retry = { kind: "retry", reason: "no" } as const;
const gaveWay = { kind: "yield" } as const;

describe("after a verdict", () => {
  it("waits longer after each failure, or as long as the handler says", () => {
    expect([1, 2, 3, 4, 5, 9].map(retryDelay)).toEqual([
      1000, 4000, 16_000, 64_000, 256_000, 256_000,
    ]);
    expect(afterVerdict(retry, first)).toEqual({
      kind: "waiting",
      delay: 1000,
      reason: "no",
      attempt: 1,
      starts: 1,
    });
    expect(afterVerdict({ ...retry, after: milliseconds(7) }, first)).toMatchObject({ delay: 7 });
  });

  it("gives up at the last attempt, and at the last start of a job's life", () => {
    expect(afterVerdict(retry, last)).toEqual({ kind: "buried", reason: "no" });
    expect(afterVerdict(retry, { ...first, starts: MAX_STARTS })).toMatchObject({ kind: "buried" });
    expect(afterVerdict({ kind: "bury", reason: "damaged" }, first)).toEqual({
      kind: "buried",
      reason: "damaged",
    });
  });

  it("counts giving way only where nothing was saved and nobody asked for it", () => {
    const counts = (how: Partial<typeof first>) => {
      const outcome = afterVerdict(gaveWay, { ...first, attempt: 3, starts: 7, ...how });
      return outcome.kind === "waiting" && [outcome.attempt, outcome.starts];
    };
    expect(counts({ progressed: true })).toEqual([0, 6]);
    expect(counts({ stopping: true })).toEqual([2, 6]);
    expect(counts({})).toEqual([3, 7]);
    expect(afterVerdict(gaveWay, last)).toMatchObject({ kind: "buried" });
  });
});

describe("after the end of a worker", () => {
  const crashed = { reason: "crashed" };

  it("that ran out of memory gives up the only job in hand at its second attempt", () => {
    const end = { ...crashed, outOfMemory: true };
    expect(afterCrash({ attempt: 1, starts: 7 }, end, true)).toMatchObject({ kind: "waiting" });
    expect(afterCrash({ attempt: 2, starts: 8 }, end, true)).toMatchObject({ kind: "buried" });
    expect(afterCrash({ attempt: 2, starts: 8 }, end, false)).toMatchObject({ suspect: true });
  });

  it("counts the attempt of the only job in hand: at once the first time, later and later then", () => {
    const delays = [1, 2, 3].map((attempt) => {
      const outcome = afterCrash({ attempt, starts: attempt }, crashed, true);
      return outcome.kind === "waiting" && [outcome.attempt, outcome.delay];
    });
    expect(delays).toEqual([
      [1, 0],
      [2, 1000],
      [3, 4000],
    ]);
    expect(afterCrash(last, crashed, true)).toEqual({ kind: "buried", reason: "crashed" });
  });

  it("suspects each of several jobs in hand, and counts no attempt", () => {
    expect(afterCrash(last, crashed, false)).toEqual({
      kind: "waiting",
      delay: 0,
      reason: "crashed",
      attempt: MAX_ATTEMPTS - 1,
      starts: MAX_ATTEMPTS,
      suspect: true,
    });
  });

  it("counts a machine that went down in the total only, and an orderly stop not at all", () => {
    expect(afterHostDown({ attempt: 2, starts: 2 })).toMatchObject({ attempt: 1, starts: 2 });
    expect(afterHostDown({ attempt: 1, starts: MAX_STARTS })).toMatchObject({ kind: "buried" });
    expect(afterStop({ attempt: 2, starts: 2 })).toMatchObject({ attempt: 1, starts: 1 });
  });
});
