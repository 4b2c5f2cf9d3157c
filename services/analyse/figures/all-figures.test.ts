// Tests of the figures: what each counts, which messages its rows open, and what it says when empty.
import { describe, expect, it } from "vitest";
import {
  aFrame,
  diceOf,
  type SomeMessage,
  someTopics,
} from "#services/analyse/frame/frame-columns.builders.ts";
import { flagBits } from "#services/analyse/frame/frame-columns.ts";
import { selectMessages } from "#services/analyse/frame/select.ts";
import { figure as contractFigure, figureName } from "#services/contract/figures.ts";
import { figuresOf } from "./all-figures.ts";
import { type Figure, type FigureName, figureNames, MOST_DATA } from "./figure.ts";
import { openView, type ViewWanted } from "./view.ts";

const zone = "Europe/Berlin";
const HOUR = 3_600_000;
const start = Date.UTC(2023, 11, 1);
const topics = someTopics(6);

/** The author of each message: a user and an assistant alternate, or people write among themselves. */
const speakerOf = (talk: number, turn: number): SomeMessage => {
  const person = `p${talk % 7}`;
  if (talk % 2 === 1) return { author: turn % 2 === 0 ? person : "zoe", source: "slack" };
  if (turn % 2 === 0) return { role: "user", author: person, source: "openai" };
  return {
    role: "assistant",
    author: "bot",
    source: "openai",
    model: talk % 4 === 0 ? "m1" : "m2",
  };
};

/** Random properties of a message. */
const looksOf = (dice: () => number, speaker: SomeMessage): SomeMessage => {
  const flag = speaker.role === "assistant" ? flagBits.refusal : flagBits.frustration;
  return {
    flags: dice() < 0.1 ? flag : 0,
    length: Math.floor(dice() * 300),
    ...(dice() < 0.5 ? { sentiment: Math.floor(dice() * 120) - 60 } : {}),
    ...(dice() < 0.8 ? { language: dice() < 0.9 ? "en" : "de" } : {}),
  };
};

/** Conversations over a year and a half, later ones mostly about topic 0. */
const aYear = (): SomeMessage[] => {
  const dice = diceOf(11);
  return Array.from({ length: 400 }, (_, talk) => {
    const topic = talk > 260 && dice() < 0.7 ? 0 : Math.floor(dice() * 6);
    return Array.from({ length: 1 + Math.floor(dice() * 14) }, (_, turn): SomeMessage => {
      const speaker = speakerOf(talk, turn);
      return {
        conversation: `c${talk}`,
        at: start + talk * 33 * HOUR + turn * 90_000,
        topic: dice() < 0.1 ? -1 : topic,
        channel: `ch${talk % 3}`,
        ...speaker,
        ...looksOf(dice, speaker),
      };
    });
  }).flat();
};

const frame = aFrame(aYear());
const everything = new Uint8Array(frame.messages.count).fill(1);
const draw = (wanted: Partial<ViewWanted> = {}, names: readonly FigureName[] = figureNames) =>
  figuresOf(openView(frame, topics, { mask: everything, zone, ...wanted }), names);
const one = (name: FigureName, wanted: Partial<ViewWanted> = {}): Figure => {
  const [made] = draw(wanted, [name]);
  if (made === undefined) throw new Error(`there is no figure ${name}`);
  return made;
};
const column = (made: Figure, key: string) => {
  const place = made.columns.findIndex((known) => known.key === key);
  return made.rows.map((row) => row[place] ?? null);
};

/** The column that counts the messages a row opens; the rows of figures missing here open more than they count. */
const counted: Partial<Record<FigureName, string>> = {
  volume: "messages",
  "topics-over-time": "messages",
  "rising-fading": "messages",
  hours: "messages",
  people: "messages",
  "thread-lengths": "messages",
  languages: "messages",
  sentiment: "messages",
  "sentiment-by-topic": "messages",
  longest: "messages",
  liveliest: "peak",
  models: "messages",
  refusals: "hits",
  frustration: "hits",
};

describe("the figures", () => {
  it("are the ones that the contract names", () => {
    expect([...figureNames]).toEqual(figureName.options);
  });

  it("say why they are empty, for a frame and for a selection without messages", () => {
    const none = aFrame([]);
    const views = [
      openView(none, someTopics(0), { mask: new Uint8Array(0), zone }),
      openView(frame, topics, { mask: new Uint8Array(frame.messages.count), zone }),
    ];
    for (const view of views)
      for (const made of figuresOf(view, figureNames)) {
        expect(made.rows, made.name).toEqual([]);
        expect(made.empty, made.name).not.toBeNull();
        expect(() => contractFigure.parse(made)).not.toThrow();
      }
  });

  it("accept one message, equal messages, and messages without a time", () => {
    const worlds: SomeMessage[][] = [
      [{ at: start, topic: 0 }],
      [{ topic: null }],
      Array.from({ length: 30 }, () => ({ at: start, topic: 1, sentiment: 10, language: "en" })),
      [{ at: -6e13 }, { at: start }, { at: 2e14 }],
    ];
    for (const world of worlds) {
      const small = aFrame(world);
      const mask = new Uint8Array(world.length).fill(1);
      for (const made of figuresOf(openView(small, topics, { mask, zone }), figureNames)) {
        expect(() => contractFigure.parse(made), made.name).not.toThrow();
        expect(made.rows.length).toBeLessThanOrEqual(MOST_DATA);
        expect(made.says).not.toMatch(/NaN|undefined|Infinity|\p{L},\S/u);
      }
    }
  });

  it.each(figureNames)(
    "keeps the contract (at most 500 data, a selection per row, a sentence): %s",
    (name) => {
      const made = one(name);
      expect(() => contractFigure.parse(made)).not.toThrow();
      expect(made.empty).toBeNull();
      expect(made.rows.length).toBeGreaterThan(0);
      expect(made.rows.length).toBeLessThanOrEqual(MOST_DATA);
      expect(made.selections).toHaveLength(made.rows.length);
      for (const row of made.rows) expect(row).toHaveLength(made.columns.length);
      const keys = made.columns.map(({ key }) => key);
      expect(keys).toContain(made.chart.x);
      expect(keys).toContain(made.chart.y);
      expect(made.says).toMatch(/\.$/);
      expect(made.says).not.toMatch(/NaN|undefined|Infinity|\p{L},\S/u);
    },
  );

  it.each(Object.entries(counted))(
    "opens exactly the messages that it counts: %s by %s",
    (name, key) => {
      const made = one(name as FigureName);
      const counts = column(made, key);
      for (const [place, opens] of made.selections.entries()) {
        if (opens === null) continue;
        const inside = selectMessages(frame, topics, opens, { zone });
        expect(
          inside.reduce((sum, byte) => sum + byte, 0),
          JSON.stringify(opens),
        ).toBe(counts[place]);
      }
    },
  );

  it("use the step that a person asks for, unless it is too fine to draw", () => {
    const month = one("volume", { step: "month" });
    const starts = column(month, "time").map((at) =>
      new Intl.DateTimeFormat("en", {
        timeZone: zone,
        day: "numeric",
        hour: "numeric",
        hourCycle: "h23",
      }).format(Number(at)),
    );
    expect(new Set(starts).size).toBe(1);
    const hour = one("volume", { step: "hour" });
    expect(hour.rows.length).toBeLessThanOrEqual(MOST_DATA);
    expect(hour.says).toContain("too many to draw");
  });

  it("count every dated message once over time and over topics", () => {
    const sum = (name: FigureName) =>
      column(one(name), "messages").reduce((all: number, value) => all + Number(value), 0);
    expect(sum("volume")).toBe(frame.messages.count);
    expect(sum("topics-over-time")).toBe(frame.messages.count);
    expect(sum("hours")).toBe(frame.messages.count);
    expect(sum("thread-lengths")).toBe(frame.messages.count);
  });

  it("show the topics of the requested level, and smaller ones together", () => {
    const parents = new Set(column(one("topics-over-time", { level: 0 }), "topic"));
    expect(parents).toEqual(new Set(["All even", "All odd", "No topic"]));
    const few = new Set(column(one("topics-over-time", { top: 2 }), "topic"));
    expect(few.size).toBe(4);
    expect(few).toContain("Other topics");
  });

  it("count hidden topics among the others", () => {
    const hiding = topics.map((topic) => ({ ...topic, hidden: topic.id === "top_0" }));
    const view = openView(frame, hiding, { mask: everything, zone });
    const [over, change] = figuresOf(view, ["topics-over-time", "rising-fading"]);
    expect(over && column(over, "topic")).not.toContain("Topic 0");
    expect(over && column(over, "topic")).toContain("Other topics");
    expect(change && column(change, "topic")).not.toContain("Topic 0");
  });

  it("find the topic that grew, and say since when it grew", () => {
    const made = one("rising-fading");
    expect(made.rows[0]?.slice(0, 2)).toEqual(["Topic 0", "rising"]);
    expect(made.says).toMatch(/^Rising since \d+ \w+ 202[45]: Topic 0\./);
  });

  it("measure response times from the other author's last message, and none after a long silence", () => {
    const at = (minutes: number) => start + minutes * 60_000;
    const talk = aFrame([
      { author: "ann", at: at(0) },
      { author: "ann", at: at(5) },
      { author: "bob", at: at(7) },
      { author: "bob", at: at(8) },
      { author: "ann", at: at(8 + 13 * 60) },
      { author: "bob", at: at(8 + 13 * 60 + 1) },
      { author: "cid", at: at(4), conversation: "other" },
    ]);
    const mask = new Uint8Array(talk.messages.count).fill(1);
    const [made] = figuresOf(openView(talk, [], { mask, zone }), ["response-times"]);
    expect(made?.rows[0]?.slice(0, 4)).toEqual(["Everyone", "all", 2, 90]);
    const onlyBob = selectMessages(talk, [], { authors: ["bob"] }, { zone });
    const [his] = figuresOf(openView(talk, [], { mask: onlyBob, zone }), ["response-times"]);
    expect(his?.rows[0]?.slice(2, 4)).toEqual([2, 90]);
  });

  it("find the hour in which a conversation was liveliest", () => {
    const times = [0, 10, 200, 201, 202, 203, 204, 259, 261];
    const talk = aFrame(
      times.map((minute, n) => ({ author: `p${n % 2}`, at: start + minute * 60_000 })),
    );
    const mask = new Uint8Array(times.length).fill(1);
    const [made] = figuresOf(openView(talk, [], { mask, zone }), ["liveliest"]);
    expect(made?.rows[0]?.[3]).toBe(6);
    expect(made?.selections[0]?.after).toBe(start + 200 * 60_000);
  });

  it("give shares of refusals with an interval around them", () => {
    const made = one("refusals");
    const [share, low, high] = ["share", "low", "high"].map((key) => column(made, key));
    for (const [place, value] of (share ?? []).entries()) {
      expect(Number(low?.[place])).toBeLessThanOrEqual(Number(value));
      expect(Number(high?.[place])).toBeGreaterThanOrEqual(Number(value));
    }
    expect(new Set(column(made, "by"))).toEqual(new Set(["all", "model", "topic", "time"]));
  });

  it("count the sentiment of people, not of assistants, where people write", () => {
    const made = one("sentiment");
    const opened = made.selections.find((opens) => opens !== null);
    expect(opened?.roles).toEqual(["user", "person"]);
    for (const [place, mean] of column(made, "mean").entries()) {
      const low = column(made, "low")[place];
      if (mean !== null && low !== null && low !== undefined)
        expect(Number(low)).toBeLessThanOrEqual(Number(mean));
    }
  });
});
