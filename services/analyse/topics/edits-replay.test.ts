// Tests of replaying hand edits: they still hold in later analyses, after warm starts and refits, and no row is ever lost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HandEdit } from "./edits.ts";
import { applyEdits, type EditedTopics, type MachineTopics } from "./edits-replay.ts";

const dim = 4;

/** A unit vector at this angle from x towards y: rows and prototypes of these tests lie on one circle. */
const degrees = (angle: number): Float32Array =>
  Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180), 0, 0);

const part = (topic: string, angle: number) => ({ topic, prototype: [...degrees(angle)] });

/** Prototypes by identity and angle; rows, named by their number, by angle; each at the nearest prototype. */
const machineOf = (
  prototypes: Readonly<Record<string, number>>,
  rows: readonly number[],
): MachineTopics<string> => {
  const angles = Object.values(prototypes);
  const data = new Float32Array(angles.length * dim);
  for (const [at, angle] of angles.entries()) data.set(degrees(angle), at * dim);
  const nearestTo = (angle: number) =>
    angles.reduce(
      (best, other, at) =>
        Math.abs(other - angle) < Math.abs((angles[best] ?? 999) - angle) ? at : best,
      0,
    );
  return {
    prototypes: { vectors: { dim, rows: angles.length, data }, origins: Object.keys(prototypes) },
    labels: Int32Array.from(rows, (angle) =>
      angle < 0 || angles.length === 0 ? -1 : nearestTo(angle),
    ),
    points: rows.map((_, at) => `p${at}`),
    vectorOf: (at) => degrees(rows[at] ?? 0),
  };
};

/** Topic → its rows; "" for rows in no topic. */
const placesOf = (edited: EditedTopics<string>) => {
  const places: Record<string, number[]> = {};
  for (const [row, place] of edited.topicOfRow.entries()) {
    const topic = edited.topics[place] ?? "";
    places[topic] = [...(places[topic] ?? []), row];
  }
  return places;
};

const again = (machine: MachineTopics<string>, edited: EditedTopics<string>) => ({
  ...machine,
  prototypes: edited.prototypes,
  labels: edited.labels,
  workedIn: edited.workedIn,
});

const rows = [0, 5, 10, 40, 45, 50, 80, 85, -1];
const three = machineOf({ a: 5, b: 45, c: 82 }, rows);
const merge: HandEdit<string> = { id: "m", kind: "merge", topics: ["b"], into: "a" };
const undo = (edit: string): HandEdit<string> => ({ id: `undo ${edit}`, kind: "undo", edit });

describe("a merge", () => {
  it("gives one topic the rows and the prototypes of both", () => {
    const edited = applyEdits(three, [merge]);
    expect(placesOf(edited)).toEqual({ a: [0, 1, 2, 3, 4, 5], c: [6, 7], "": [8] });
    expect([...edited.topicOfPrototype]).toEqual([0, 0, 1]);
  });

  it("applies again after a refit that finds the topics as one cluster or as two", () => {
    expect(placesOf(applyEdits(machineOf({ b: 25, c: 82 }, rows), [merge]))).toEqual({
      a: [0, 1, 2, 3, 4, 5],
      c: [6, 7],
      "": [8],
    });
  });

  it("separates them again when it is undone, and merges them when the undo is undone", () => {
    const merged = applyEdits(three, [merge]);
    const parted = applyEdits(again(three, merged), [merge, undo("m")]);
    expect(placesOf(parted)).toEqual(placesOf(applyEdits(three, [])));
    expect(parted.states.get("m")).toBe("undone");
    const rejoined = applyEdits(again(three, parted), [merge, undo("m"), undo("undo m")]);
    expect(placesOf(rejoined)).toEqual(placesOf(merged));
  });

  it("may follow another merge, in either direction", () => {
    const back: HandEdit<string> = { id: "n", kind: "merge", topics: ["a"], into: "b" };
    expect(applyEdits(three, [merge, back]).topics).toEqual(["b", "c"]);
    const on: HandEdit<string> = { id: "o", kind: "merge", topics: ["a"], into: "c" };
    expect(applyEdits(three, [merge, on]).topics).toEqual(["c"]);
  });
});

describe("a split", () => {
  const split: HandEdit<string> = {
    id: "s",
    kind: "split",
    topic: "b",
    parts: [part("b", 40), part("b2", 50)],
  };

  it("replaces the topic by the parts, each with the rows nearest to it", () => {
    const edited = applyEdits(three, [split]);
    expect(placesOf(edited)).toEqual({ a: [0, 1, 2], b: [3, 4], b2: [5], c: [6, 7], "": [8] });
    expect(edited.states.get("s")).toBe("applied");
  });

  it("does not move parts that have moved since", () => {
    const drifted = machineOf({ a: 5, b: 38, b2: 44, c: 82 }, rows);
    expect(placesOf(applyEdits(drifted, [split]))).toMatchObject({ b: [3], b2: [4, 5] });
  });

  it("divides a cluster again in which a refit joined the parts, whichever part that cluster continues", () => {
    for (const carried of ["b", "b2"])
      expect(
        placesOf(applyEdits(machineOf({ a: 5, [carried]: 45, c: 82 }, rows), [split])),
      ).toEqual(placesOf(applyEdits(three, [split])));
  });

  it("removes the topic's own id where no part has it", () => {
    const renamed: HandEdit<string> = { ...split, parts: [part("b1", 40), part("b2", 50)] };
    expect(placesOf(applyEdits(three, [renamed]))).toMatchObject({ b1: [3, 4], b2: [5] });
  });

  it("gives the parts back to the topic when it is undone", () => {
    const done = applyEdits(three, [split]);
    expect(placesOf(applyEdits(again(three, done), [split, undo("s")]))).toEqual(
      placesOf(applyEdits(three, [])),
    );
  });

  it("holds when a part is split further", () => {
    const further: HandEdit<string> = {
      id: "t",
      kind: "split",
      topic: "b",
      parts: [part("b3", 39), part("b4", 46)],
    };
    const once = applyEdits(three, [split, further]);
    expect(placesOf(once)).toMatchObject({ b3: [3], b4: [4], b2: [5] });
    const twice = applyEdits(again(three, once), [split, further]);
    expect(placesOf(twice)).toEqual(placesOf(once));
    expect(twice.states.get("s")).toBe("applied");
  });

  it("splits a topic made by a merge", () => {
    const apart: HandEdit<string> = {
      id: "t",
      kind: "split",
      topic: "a",
      parts: [part("a", 20), part("a2", 50)],
    };
    const once = applyEdits(three, [merge, apart]);
    expect(placesOf(once)).toMatchObject({ a: [0, 1, 2], a2: [3, 4, 5] });
    expect(placesOf(applyEdits(again(three, once), [merge, apart]))).toEqual(placesOf(once));
  });
});

describe("a move", () => {
  const move: HandEdit<string> = { id: "v", kind: "move", points: ["p0", "p8"], to: "c" };

  it("pins rows to a topic as long as that exists", () => {
    expect(placesOf(applyEdits(three, [move]))).toMatchObject({ a: [1, 2], c: [0, 6, 7, 8] });
    const without = applyEdits(machineOf({ a: 5, b: 45 }, rows), [move]);
    expect(placesOf(without)).toMatchObject({ a: [0, 1, 2], "": [8] });
    expect(without.states.get("v")).toBe("waits");
  });

  it("follows its topic when that is merged, and goes to the nearest part when it is split", () => {
    const on: HandEdit<string> = { id: "m", kind: "merge", topics: ["c"], into: "b" };
    expect(placesOf(applyEdits(three, [move, on]))["b"]).toContain(0);
    const apart: HandEdit<string> = {
      id: "t",
      kind: "split",
      topic: "c",
      parts: [part("c1", 80), part("c2", 85)],
    };
    expect(placesOf(applyEdits(three, [move, apart]))["c1"]).toContain(0);
  });

  it("takes rows out of all topics, and a later one puts them back", () => {
    const out: HandEdit<string> = { id: "w", kind: "move", points: ["p1"], to: null };
    expect(placesOf(applyEdits(three, [out]))[""]).toEqual([1, 8]);
    const back: HandEdit<string> = { id: "x", kind: "move", points: ["p1"], to: "b" };
    expect(placesOf(applyEdits(three, [out, back]))["b"]).toEqual([1, 3, 4, 5]);
  });
});

describe("an edit of a topic that does not exist", () => {
  const log: HandEdit<string>[] = [
    { id: "r", kind: "rename", topic: "c", title: "Refunds" },
    { id: "h", kind: "hide", topic: "c", hidden: true },
    { id: "m", kind: "merge", topics: ["c"], into: "a" },
  ];

  it("waits, and applies again when lineage revives the topic", () => {
    const without = applyEdits(machineOf({ a: 5, b: 45 }, rows), log);
    expect([...without.states.values()]).toEqual(["waits", "waits", "waits"]);
    expect(without.titles.get("c")).toBe("Refunds");
    const revived = applyEdits(three, log.slice(0, 2));
    expect([...revived.states.values()]).toEqual(["applied", "applied"]);
    expect([...revived.hidden]).toEqual(["c"]);
  });
});

describe("titles", () => {
  it("are the last ones given; an empty one restores the machine's title", () => {
    const log: HandEdit<string>[] = [
      { id: "1", kind: "rename", topic: "a", title: "One" },
      { id: "2", kind: "rename", topic: "a", title: "Two" },
      { id: "3", kind: "rename", topic: "b", title: "Three" },
      { id: "4", kind: "rename", topic: "b", title: "" },
    ];
    expect([...applyEdits(three, log).titles]).toEqual([["a", "Two"]]);
  });
});

const topicNames = ["a", "b", "c", "d"];
const anyTopic = fc.constantFrom(...topicNames);
const anyEdit: fc.Arbitrary<(place: number) => HandEdit<string>> = fc.oneof(
  anyTopic.map((topic) => (place: number) => ({
    id: `e${place}`,
    kind: "rename" as const,
    topic,
    title: `t${place}`,
  })),
  fc.tuple(anyTopic, anyTopic).map(([one, into]) => (place: number) => ({
    id: `e${place}`,
    kind: "merge" as const,
    topics: [one],
    into,
  })),
  fc
    .tuple(anyTopic, fc.nat(90), fc.nat(90), fc.boolean())
    .map(([topic, one, other, own]) => (place: number) => ({
      id: `e${place}`,
      kind: "split" as const,
      topic,
      parts: [part(own ? topic : `${topic}${place}x`, one), part(`${topic}${place}y`, other)],
    })),
  fc.tuple(fc.array(fc.nat(14)), fc.option(anyTopic)).map(([points, to]) => (place: number) => ({
    id: `e${place}`,
    kind: "move" as const,
    points: points.map((at) => `p${at}`),
    to,
  })),
  fc.tuple(anyTopic, fc.boolean()).map(([topic, hidden]) => (place: number) => ({
    id: `e${place}`,
    kind: "hide" as const,
    topic,
    hidden,
  })),
  fc.nat(10).map((edit) => (place: number) => ({
    id: `e${place}`,
    kind: "undo" as const,
    edit: `e${edit}`,
  })),
);
/** The edit, with these topics. */
const spokenOf = (edit: HandEdit<string>, one: string, other: string): HandEdit<string> => {
  if (edit.kind === "merge") return { ...edit, topics: [one], into: other };
  if (edit.kind === "move") return { ...edit, to: edit.to === null ? null : one };
  if (edit.kind !== "split") return edit;
  const parts = edit.parts.map((each) =>
    each.topic === edit.topic ? { ...each, topic: one } : each,
  );
  return { ...edit, topic: one, parts };
};
const anyLog = fc
  .array(anyEdit, { maxLength: 8 })
  .map((edits) => edits.map((make, place) => make(place)));
const anyMachine = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...topicNames), { maxLength: 4 }),
    fc.array(fc.integer({ min: -1, max: 90 }), { maxLength: 14 }),
    fc.array(fc.nat(90), { minLength: 4, maxLength: 4 }),
  )
  .map(([names, angles, places]) =>
    machineOf(Object.fromEntries(names.map((name, at) => [name, places[at] ?? 0])), angles),
  );

describe("any log on any topics", () => {
  it("gives every row exactly one place, and sizes that add up to all rows", () => {
    fc.assert(
      fc.property(anyMachine, anyLog, (machine, log) => {
        const edited = applyEdits(machine, log);
        expect(edited.topicOfRow.length).toBe(machine.points.length);
        const sum = edited.sizes.reduce((total, size) => total + size, 0);
        expect(sum + edited.outliers).toBe(machine.points.length);
        for (const place of edited.topicOfRow) expect(place).toBeLessThan(edited.topics.length);
        for (const label of edited.labels)
          expect(label).toBeLessThan(edited.prototypes.origins.length);
        expect(new Set(edited.prototypes.origins).size).toBe(edited.prototypes.origins.length);
        expect(edited.prototypes.vectors.data.every(Number.isFinite)).toBe(true);
        expect(edited.states.size).toBe(new Set(log.map(({ id }) => id)).size);
      }),
      { numRuns: 400 },
    );
  });

  it("replayed twice gives the same as replayed once, where each edit names topics that people saw", () => {
    fc.assert(
      fc.property(
        anyMachine,
        fc.array(fc.tuple(anyEdit, fc.nat(), fc.nat()), { maxLength: 8 }),
        (machine, drafts) => {
          const log: HandEdit<string>[] = [];
          for (const [make, one, other] of drafts) {
            const { topics } = applyEdits(machine, log);
            const pick = (number: number) => topics[number % topics.length] ?? "none";
            log.push(spokenOf(make(log.length), pick(one), pick(other)));
          }
          const once = applyEdits(machine, log);
          const twice = applyEdits(again(machine, once), log);
          expect(placesOf(twice)).toEqual(placesOf(once));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("gives the same result in any order, where edits concern different topics", () => {
    const independent: HandEdit<string>[] = [
      { id: "1", kind: "rename", topic: "a", title: "One" },
      { id: "2", kind: "hide", topic: "b", hidden: true },
      { id: "3", kind: "merge", topics: ["b"], into: "a" },
      { id: "4", kind: "split", topic: "c", parts: [part("c", 78), part("c2", 86)] },
      { id: "5", kind: "move", points: ["p8"], to: "a" },
      { id: "6", kind: "move", points: ["p0"], to: null },
    ];
    const expected = applyEdits(three, independent);
    fc.assert(
      fc.property(fc.shuffledSubarray(independent, { minLength: 6 }), (log) => {
        const edited = applyEdits(three, log);
        expect(placesOf(edited)).toEqual(placesOf(expected));
        expect(new Map([...edited.titles].sort())).toEqual(expected.titles);
        expect(edited.hidden).toEqual(expected.hidden);
      }),
    );
  });
});
