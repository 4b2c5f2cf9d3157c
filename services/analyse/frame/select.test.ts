// Tests of selections: every field alone and together, lists, facets, pages, and areas against a plain ray test.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aFrame, someTopics } from "./frame-columns.builders.ts";
import { flagBits } from "./frame-columns.ts";
import { type MessageSelection, rowsOf, type SelectExtra, selectMessages } from "./select.ts";
import { openArea } from "./select-area.ts";
import { facetsOf, sizeOf } from "./select-facets.ts";
import { narrowSelection } from "./select-narrow.ts";
import { pageOf, type SortName } from "./select-page.ts";

const MONDAY = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

const topics = someTopics(4);
const frame = aFrame([
  {
    conversation: "a",
    author: "ann",
    role: "user",
    at: MONDAY,
    topic: 0,
    language: "en",
    length: 10,
    x: 0,
    y: 0,
    channel: "dev",
  },
  {
    conversation: "a",
    author: "bot",
    role: "assistant",
    at: MONDAY + HOUR,
    topic: 1,
    model: "m1",
    flags: flagBits.refusal,
    length: 900,
    x: 1,
    y: 1,
    channel: "dev",
    similarity: 0.9,
  },
  {
    conversation: "b",
    author: "cid",
    at: MONDAY + 24 * HOUR,
    topic: 2,
    sentiment: -60,
    language: "de",
    source: "slack",
    x: 2,
    y: 2,
    similarity: 0.7,
  },
  {
    conversation: "b",
    author: "ann",
    at: MONDAY + 25 * HOUR,
    topic: -1,
    sentiment: 0,
    x: 3,
    y: 3,
    source: "slack",
    similarity: 0.95,
  },
  { conversation: "c", author: "ann", topic: null, sentiment: 40, flags: flagBits.question },
]);
const extra: SelectExtra = {
  zone: "America/New_York",
  labels: new Map([["lab_1", new Set(["chk_0", "chk_3", "chk_gone"])]]),
  concepts: new Map([["con_x", Uint8Array.of(0, 1, 0, 0)]]),
  versions: new Map([[2, Uint8Array.of(1, 1, 0, 0)]]),
};
const selected = (selection: MessageSelection) => [
  ...rowsOf(selectMessages(frame, topics, selection, extra)),
];

describe("a selection", () => {
  it("selects everything where it is empty, and nothing where an empty one is inverted", () => {
    expect(selected({})).toEqual([0, 1, 2, 3, 4]);
    expect(selected({ not: true })).toEqual([]);
  });

  it("narrows by each field", () => {
    expect(selected({ after: MONDAY + HOUR })).toEqual([1, 2, 3]);
    expect(selected({ before: MONDAY + HOUR })).toEqual([0]);
    expect(selected({ topics: ["top_even"] })).toEqual([0, 2]);
    expect(selected({ topics: ["top_1", "none"] })).toEqual([1, 3, 4]);
    expect(selected({ authors: ["ann", "nobody"] })).toEqual([0, 3, 4]);
    expect(selected({ roles: ["user", "assistant"] })).toEqual([0, 1]);
    expect(selected({ sources: ["slack"] })).toEqual([2, 3]);
    expect(selected({ channels: ["dev"] })).toEqual([0, 1]);
    expect(selected({ languages: ["de"] })).toEqual([2]);
    expect(selected({ languages: [null, "en"] })).toEqual([0, 1, 3, 4]);
    expect(selected({ conversations: ["c", "a"] })).toEqual([0, 1, 4]);
    expect(selected({ models: ["m1"] })).toEqual([1]);
    expect(selected({ sentiment: ["negative"] })).toEqual([2]);
    expect(selected({ sentiment: ["neutral", "positive"] })).toEqual([3, 4]);
    expect(selected({ flags: ["refusal"] })).toEqual([1]);
    expect(selected({ flags: ["refusal", "question"] })).toEqual([1, 4]);
    expect(selected({ labels: ["lab_1"] })).toEqual([0, 3]);
    expect(selected({ concepts: ["con_x", "con_gone"] })).toEqual([1]);
    // A message without a point stays: it is not known to be newer than the version.
    expect(selected({ version: 2 })).toEqual([0, 1, 4]);
    expect(selected({ version: 9 })).toEqual([]);
  });

  it("reads hours and weekdays in the collection's zone", () => {
    // Monday 00:00 UTC is Sunday 19:00 in New York.
    expect(selected({ hours: [19] })).toEqual([0, 2]);
    expect(selected({ weekdays: [7] })).toEqual([0, 1]);
  });

  it("takes an area in map coordinates; messages without a place are outside", () => {
    const area: [number, number][] = [
      [-0.5, -0.5],
      [2.5, -0.5],
      [2.5, 1.5],
      [-0.5, 1.5],
    ];
    expect(selected({ area })).toEqual([0, 1]);
    expect(selected({ area, not: true })).toEqual([2, 3, 4]);
  });

  it("narrows by all fields together", () => {
    expect(selected({ authors: ["ann"], sources: ["slack"], topics: ["none"] })).toEqual([3]);
    expect(selected({ authors: ["ann"], models: ["m1"] })).toEqual([]);
  });

  it("selects nothing where a list is empty", () => {
    expect(selected({ topics: [] })).toEqual([]);
  });

  it("works on a frame without messages", () => {
    const none = aFrame([]);
    const mask = selectMessages(none, [], { topics: ["top_0"], hours: [3] }, extra);
    expect(mask).toHaveLength(0);
    expect(facetsOf(none, [], mask).topics).toEqual([]);
    expect(sizeOf(none, mask).messages).toBe(0);
    expect(pageOf(none, mask, { sort: "newest", limit: 5 }).nextCursor).toBeNull();
  });
});

describe("an area", () => {
  it("contains the same points as a plain ray test, for any polygon", () => {
    const coordinate = fc.double({ min: -10, max: 10, noNaN: true });
    const corner = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(
        fc.array(corner, { minLength: 3, maxLength: 60 }),
        fc.array(corner),
        (area, points) => {
          const isIn = openArea(area);
          for (const [x, y] of points) {
            let plain = false;
            for (const [at, [ax, ay]] of area.entries()) {
              const [bx, by] = area[(at + 1) % area.length] ?? [0, 0];
              if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) plain = !plain;
            }
            expect(isIn(x, y)).toBe(plain);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe("facets", () => {
  it("give values that select the counted messages again", () => {
    const mask = selectMessages(frame, topics, {}, extra);
    const facets = facetsOf(frame, topics, mask);
    for (const [name, values] of Object.entries(facets))
      for (const { value, count } of values)
        expect(selected({ [name]: [value] }), `${name} ${value}`).toHaveLength(count);
    expect(facets.authors[0]).toEqual({ value: "ann", label: "ann", count: 3 });
  });

  it("count what is selected", () => {
    const mask = selectMessages(frame, topics, { authors: ["ann"] }, extra);
    expect(sizeOf(frame, mask)).toEqual({ messages: 3, conversations: 3, points: 2, people: 1 });
  });
});

describe("a page of messages", () => {
  const all = selectMessages(frame, topics, {}, extra);

  it("orders by time, similarity to the topic and length, with unknown values last", () => {
    const rows = (sort: SortName) => [...pageOf(frame, all, { sort, limit: 10 }).rows];
    expect(rows("newest")).toEqual([3, 2, 1, 0, 4]);
    expect(rows("oldest")).toEqual([0, 1, 2, 3, 4]);
    expect(rows("typical")).toEqual([1, 2, 0, 3, 4]);
    expect(rows("longest").slice(0, 2)).toEqual([1, 2]);
  });

  it("continues where the page before ended, with each message once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 20 }), length: fc.nat(9) }), {
          maxLength: 120,
        }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<SortName>("newest", "oldest", "typical", "longest"),
        (messages, limit, sort) => {
          const many = aFrame(messages);
          const mask = new Uint8Array(messages.length).fill(1);
          const whole = [...pageOf(many, mask, { sort, limit: 500 }).rows];
          const paged: number[] = [];
          let cursor: string | undefined;
          for (let turn = 0; turn <= messages.length; turn++) {
            const page = pageOf(many, mask, { sort, limit, cursor });
            paged.push(...page.rows);
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
          }
          expect(paged).toEqual(whole);
          expect(new Set(paged).size).toBe(messages.length);
        },
      ),
      { numRuns: 100, seed: 2 },
    );
  });

  it("refuses a cursor of another list", () => {
    const { nextCursor } = pageOf(frame, all, { sort: "newest", limit: 1 });
    expect(() =>
      pageOf(frame, all, { sort: "longest", limit: 1, cursor: nextCursor ?? "" }),
    ).toThrow("does not belong");
    expect(() => pageOf(frame, all, { sort: "newest", limit: 1, cursor: "newest" })).toThrow();
  });
});

describe("narrowing", () => {
  it("gives the intersection of two selections, or null where one selection cannot express it", () => {
    const cases: [MessageSelection, MessageSelection][] = [
      [{}, { authors: ["ann"] }],
      [{ after: MONDAY }, { after: MONDAY + HOUR, before: MONDAY + 9 * HOUR }],
      [{ topics: ["top_even", "none"] }, { topics: ["top_0"] }],
      [{ topics: ["top_odd"] }, { topics: ["top_0", "top_1"] }],
      [{ topics: ["none", "top_2"] }, { topics: ["none"] }],
      [{ authors: ["ann", "cid"] }, { authors: ["cid"], topics: ["top_2"] }],
      [{ authors: ["ann"], not: true }, { topics: ["top_2"] }],
      [{ flags: ["refusal"] }, { flags: ["question"] }],
      [{ labels: ["lab_1"] }, { labels: ["lab_1"] }],
    ];
    const outcomes = cases.map(([page, by]) => {
      const both = narrowSelection(page, by, topics);
      if (both !== null)
        expect(selected(both)).toEqual(selected(page).filter((row) => selected(by).includes(row)));
      return both === null ? "no" : "yes";
    });
    expect(outcomes).toEqual(["yes", "yes", "yes", "yes", "yes", "yes", "no", "no", "yes"]);
  });
});
