// Slices: how long they last, and how little time is spent on skipping what is saved, however often others wait.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSlice } from "./slice.ts";

const aSlice = (options: { leastMs?: number; waiting?: () => boolean } = {}) => {
  const clock = { at: 1000, isNew: true, asked: 0 };
  const isOver = openSlice({
    leastMs: options.leastMs ?? 5000,
    isNew: () => clock.isNew,
    othersWait: async () => {
      clock.asked++;
      return options.waiting?.() ?? true;
    },
    now: () => clock.at,
  });
  return { clock, isOver };
};

describe("a slice", () => {
  it("ends after its least time where others wait, and never where nobody does", async () => {
    let waiting = false;
    const { clock, isOver } = aSlice({ waiting: () => waiting });
    expect(await isOver()).toBe(false);
    clock.at += 4999;
    waiting = true;
    expect(await isOver()).toBe(false);
    waiting = false;
    clock.at += 60_000;
    expect(await isOver()).toBe(false);
    waiting = true;
    clock.at += 500;
    expect(await isOver()).toBe(true);
  });

  it("begins when everything saved has been skipped, and then lasts at least as long as that took", async () => {
    const { clock, isOver } = aSlice();
    clock.isNew = false;
    clock.at += 20_000;
    expect(await isOver()).toBe(false);
    clock.isNew = true;
    expect(await isOver()).toBe(false);
    clock.at += 19_999;
    expect(await isOver()).toBe(false);
    clock.at += 1;
    expect(await isOver()).toBe(true);
  });

  it("asks the bus twice a second at most", async () => {
    const { clock, isOver } = aSlice({ waiting: () => false });
    for (let at = 0; at < 10_000; at++) {
      await isOver();
      clock.at += 1;
    }
    expect(clock.asked).toBe(10);
  });
});

/** Reads a file of so many ms with others waiting all the time. */
const readThrough = async (file: number, { leastMs = 5000, overShare = 1 }) => {
  let saved = 0;
  let over = 0;
  for (;;) {
    const { clock, isOver } = aSlice({ leastMs });
    clock.isNew = false;
    await isOver();
    over += saved * overShare;
    clock.at += saved * overShare;
    clock.isNew = true;
    while (!(await isOver())) {
      if (saved >= file) return { over };
      clock.at += 100;
      saved += 100;
    }
  }
};

describe("skipping what is saved", () => {
  it("takes no longer than the reading, and skipping the whole file once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.integer({ min: 200, max: 20_000 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (file, leastMs, overShare) => {
          const { over } = await readThrough(file, { leastMs, overShare });
          // The work goes in steps of 100 ms: the last one may go beyond the end of the file.
          expect(over).toBeLessThanOrEqual((file + 100) * (1 + overShare) + 1);
        },
      ),
      { numRuns: 50 },
    );
  });
});
