// The merge policy by simulation: how often rows are rewritten and how many segments a search meets.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LARGEST, planMerges, planRest, type SegmentSize } from "./merge-policy.ts";

/** @param lag commits that come while a merge is made: it takes the segments of before them away only then */
const simulate = (commits: readonly number[], lag = 0) => {
  let segments: SegmentSize[] = [];
  let rewritten = 0;
  let most = 0;
  let largest = 0;
  let running: { readonly group: readonly string[]; readonly until: number } | undefined;
  const finish = (name: string, group: readonly string[]) => {
    const members = segments.filter(({ id }) => group.includes(id));
    const live = members.reduce((sum, member) => sum + member.live, 0);
    segments = segments.filter(({ id }) => !group.includes(id));
    segments.push({ id: name, rows: live, live });
    rewritten += live;
    largest = Math.max(largest, live);
  };
  for (const [at, rows] of commits.entries()) {
    segments.push({ id: `c${at}`, rows, live: rows });
    if (running !== undefined && at >= running.until) {
      finish(`m${at}`, running.group);
      running = undefined;
    }
    for (let merge = 0; running === undefined; merge++) {
      const [group] = planMerges(segments);
      if (group === undefined) break;
      if (lag === 0) finish(`m${at}.${merge}`, group);
      else running = { group, until: at + lag };
    }
    most = Math.max(most, segments.length);
  }
  const total = commits.reduce((sum, rows) => sum + rows, 0);
  return { rewritten: rewritten / total, segments: segments.length, most, largest };
};

const until = (total: number, next: (at: number) => number): number[] => {
  const commits: number[] = [];
  for (let sum = 0; sum < total; ) {
    const rows = Math.min(next(commits.length), total - sum);
    commits.push(rows);
    sum += rows;
  }
  return commits;
};

describe("merge policy", () => {
  it.each([
    ["commits growing to 20,000", until(250_000, (at) => Math.min(500 * 2 ** at, 20_000)), 2],
    ["commits of 10,000", until(250_000, () => 10_000), 2],
    ["commits of 5,000", until(250_000, () => 5000), 2],
    ["250 commits of 1,000", until(250_000, () => 1000), 3],
  ])("rewrites a row of an import seldom: %s", (_, commits, times) => {
    const { rewritten, most } = simulate(commits);
    expect(rewritten).toBeLessThanOrEqual(times);
    expect(most).toBeLessThanOrEqual(16);
  });

  it("leaves few segments whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 150 }), (commits) => {
        const { rewritten, most } = simulate(commits);
        return most <= 30 && (commits.length === 0 || rewritten <= 5);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves few segments though twelve commits come during each merge", () => {
    const { most, largest, rewritten } = simulate(
      until(3_000_000, () => 8000),
      12,
    );
    expect(most).toBeLessThanOrEqual(60);
    expect(largest).toBeLessThanOrEqual(LARGEST);
    expect(rewritten).toBeLessThanOrEqual(3);
  });

  it("rewrites no large segment for a few rows, however many come", () => {
    const large = Array.from({ length: 9 }, (_, at) => ({
      id: `l${at}`,
      rows: LARGEST / 2,
      live: LARGEST / 2,
    }));
    const few = Array.from({ length: 8 }, (_, at) => ({ id: `f${at}`, rows: 500, live: 500 }));
    expect(planMerges([...large, ...few])).toEqual([few.map(({ id }) => id)]);
  });

  it("rewrites a segment that is mostly dead", () => {
    expect(planMerges([{ id: "a", rows: 1000, live: 500 }])).toEqual([["a"]]);
    expect(planMerges([{ id: "a", rows: 1000, live: 900 }])).toEqual([]);
    expect(planMerges([{ id: "a", rows: 10, live: 1 }])).toEqual([]);
  });

  it("leaves the largest alone", () => {
    const huge = Array.from({ length: 8 }, (_, at) => ({
      id: `h${at}`,
      rows: LARGEST,
      live: LARGEST,
    }));
    expect(planMerges(huge)).toEqual([]);
    const third = huge.map((segment) => ({ ...segment, live: LARGEST / 3, rows: LARGEST / 3 }));
    const [group = []] = planMerges(third);
    expect(group.length).toBeLessThanOrEqual(3);
  });
});

describe("a merge at rest", () => {
  const sized = (sizes: readonly number[]): SegmentSize[] =>
    sizes.map((rows, at) => ({ id: `s${at}`, rows, live: rows }));

  it("makes one segment of an import", () => {
    const commits = [256, 5120, 4096, 8192, 12_288, 16_384, 24_576, 36_864, 57_344, 45_300];
    expect(planRest(sized(commits))).toHaveLength(10);
  });

  it("does not rewrite a large segment for a few rows", () => {
    expect(planRest(sized([200_000, 100]))).toEqual([]);
    expect(planRest(sized([200_000, 100, 100]))).toEqual(["s1", "s2"]);
    expect(planRest(sized([200_000, 60_000, 50_000]))).toHaveLength(3);
    expect(planRest(sized([5]))).toEqual([]);
  });

  it("ends, and leaves few segments that grow threefold", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 40 }), (sizes) => {
        let segments = sized(sizes);
        for (let round = 0; ; round++) {
          const group = planRest(segments);
          if (group.length === 0) break;
          const rows = segments
            .filter(({ id }) => group.includes(id))
            .reduce((sum, { live }) => sum + live, 0);
          expect(group.length).toBeGreaterThan(1);
          expect(rows).toBeLessThanOrEqual(LARGEST);
          segments = segments.filter(({ id }) => !group.includes(id));
          segments.push({ id: `m${round}`, rows, live: rows });
        }
        const total = sizes.reduce((sum, rows) => sum + rows, 0);
        return segments.length <= 12 + total / (LARGEST / 2);
      }),
      { numRuns: 200 },
    );
  });
});
