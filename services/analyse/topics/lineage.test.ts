// Tests of lineage: which cluster continues which topic, and what is reported about it.
import { describe, expect, it } from "vitest";
import { lineageCase, operations } from "./lineage.builders.ts";
import { traceTopics, type Versions } from "./lineage.ts";
import { tellEvents } from "./lineage-events.ts";
import { judge } from "./lineage-judge.builders.ts";

/** Unit vectors along axes, or between two: "x", "xy". */
const axes = (...names: readonly string[]) => {
  const data = new Float32Array(names.length * 4);
  for (const [at, name] of names.entries())
    for (const letter of name) data[at * 4 + "xyzw".indexOf(letter)] = 1 / Math.sqrt(name.length);
  return { dim: 4, rows: names.length, data };
};

/** `flows[old][new]`: number of shared rows; there are no other rows unless said. */
const versionsOf = (given: {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly flows: readonly (readonly number[])[];
  readonly fresh?: readonly number[];
}): Versions<string> => {
  const moves = given.flows.flatMap((row, old) =>
    row.flatMap((count, fresh) => Array.from({ length: count }, () => [old, fresh] as const)),
  );
  const sizesOf = (count: number, side: 0 | 1) =>
    Array.from({ length: count }, (_, at) => moves.filter((move) => move[side] === at).length);
  const after = sizesOf(given.after.length, 1).map((size, at) => size + (given.fresh?.[at] ?? 0));
  return {
    before: {
      ids: given.before.map((name) => `top_${name}`),
      centroids: axes(...given.before),
      sizes: sizesOf(given.before.length, 0),
      rows: moves.length,
    },
    after: {
      centroids: axes(...given.after),
      sizes: after,
      rows: after.reduce((sum, size) => sum + size, 0),
    },
    shared: { before: moves.map(([old]) => old), after: moves.map(([, fresh]) => fresh) },
  };
};

const counter = () => {
  let count = 0;
  return () => `new${count++}`;
};
const kinds = (versions: Versions<string>) =>
  traceTopics(versions, counter()).events.map(({ kind, topic }) => `${kind} ${topic}`);

describe("traceTopics", () => {
  it("gets every event right in at least 15 of 16 invented histories", () => {
    let right = 0;
    const seen = new Set<string>();
    for (let seed = 501; seed <= 516; seed++) {
      const given = lineageCase(seed);
      for (const operation of given.done) seen.add(operation);
      if (judge(given, traceTopics(given.versions, counter())).right) right++;
    }
    expect(right).toBeGreaterThanOrEqual(15);
    expect(seen.size).toBe(operations.length);
  });

  it("keeps every id where nothing changed, and asks for no new one", () => {
    const versions = versionsOf({
      before: ["x", "y"],
      after: ["y", "x"],
      flows: [
        [0, 50],
        [40, 0],
      ],
    });
    const { ids, events } = traceTopics(versions, () => {
      throw new Error("nothing is new");
    });
    expect(ids).toEqual(["top_y", "top_x"]);
    expect(events.map(({ kind }) => kind)).toEqual(["kept", "kept"]);
  });

  it("keeps the larger of two topics that merge, though the smaller one's centroid is nearer", () => {
    const versions = versionsOf({ before: ["x", "y"], after: ["x"], flows: [[40], [60]] });
    expect(traceTopics(versions, counter()).events).toMatchObject([
      { kind: "merged", topic: "top_y", from: ["top_x"] },
    ]);
  });

  it("leaves the id with the larger part where a topic splits, and reports no growth or shrinking as well", () => {
    const versions = versionsOf({
      before: ["xy", "z"],
      after: ["x", "y", "z"],
      flows: [
        [40, 60, 0],
        [0, 0, 50],
      ],
    });
    const { ids, events } = traceTopics(versions, counter());
    expect(ids).toEqual(["new0", "top_xy", "top_z"]);
    expect(events).toMatchObject([
      { kind: "split", topic: "top_xy", into: ["new0"] },
      { kind: "kept", topic: "top_z" },
    ]);
  });

  it("compares centroids where no row is shared", () => {
    const versions = versionsOf({
      before: ["x", "y"],
      after: ["y", "w"],
      flows: [],
      fresh: [50, 50],
    });
    const before = { ...versions.before, sizes: [50, 50], rows: 100 };
    expect(kinds({ ...versions, before })).toEqual(["died top_x", "kept top_y", "born new0"]);
  });

  it("revives a dead topic once where a new cluster has its centroid", () => {
    const versions = versionsOf({
      before: ["x"],
      after: ["x", "y", "y"],
      flows: [[50, 0, 0]],
      fresh: [0, 30, 30],
    });
    const resting = { ids: ["top_old"], centroids: axes("y") };
    expect(kinds({ ...versions, resting })).toEqual([
      "shrank top_x",
      "revived top_old",
      "born new0",
    ]);
  });

  it("does not revive a topic that exists", () => {
    const versions = versionsOf({
      before: ["x"],
      after: ["x", "y"],
      flows: [[50, 0]],
      fresh: [0, 30],
    });
    const resting = { ids: ["top_x"], centroids: axes("y") };
    expect(traceTopics({ ...versions, resting }, counter()).ids).toEqual(["top_x", "new0"]);
  });

  it("reports no change where a few rows could have caused it by chance", () => {
    const timesAsMany = (factor: number) =>
      versionsOf({
        before: ["x", "y"],
        after: ["x", "y"],
        flows: [
          [10 * factor, 0],
          [0, 90 * factor],
        ],
        fresh: [8 * factor, 32 * factor],
      });
    expect(kinds(timesAsMany(1))).toEqual(["kept top_x", "kept top_y"]);
    expect(kinds(timesAsMany(40))).toEqual(["grew top_x", "kept top_y"]);
  });

  it("reports births in the first version, and deaths where no topics are left", () => {
    expect(kinds(versionsOf({ before: [], after: ["x"], flows: [], fresh: [9] }))).toEqual([
      "born new0",
    ]);
    const gone = versionsOf({ before: ["x"], after: [], flows: [] });
    expect(kinds({ ...gone, before: { ...gone.before, sizes: [9], rows: 9 } })).toEqual([
      "died top_x",
    ]);
    expect(kinds(versionsOf({ before: [], after: [], flows: [] }))).toEqual([]);
  });
});

describe("tellEvents", () => {
  it("reports a merge made by hand as a merge", () => {
    const { before, after, shared } = versionsOf({
      before: ["x", "y"],
      after: ["xy"],
      flows: [[70], [30]],
    });
    const events = tellEvents({ before, after: { ...after, ids: ["top_y"] }, shared });
    expect(events).toMatchObject([{ kind: "merged", topic: "top_y", from: ["top_x"] }]);
  });

  it("refuses rows of a topic that does not exist", () => {
    const { before, after } = versionsOf({ before: ["x"], after: ["x"], flows: [[5]] });
    const shared = { before: [0], after: [7] };
    expect(() => tellEvents({ before, after: { ...after, ids: ["top_x"] }, shared })).toThrow(
      RangeError,
    );
  });
});
