// Builders of small invented frames for tests and of large ones for benchmarks.
import { type Frame, type FrameTopic, NO_SENTIMENT, roles, type Texts } from "./frame-columns.ts";

/** The fields of a message that matter to a test; the others get invented values. */
export interface SomeMessage {
  readonly conversation?: string;
  readonly author?: string;
  readonly role?: (typeof roles)[number];
  /** Milliseconds since 1970; not known where absent. */
  readonly at?: number;
  readonly language?: string;
  readonly model?: string;
  readonly length?: number;
  readonly sentiment?: number;
  readonly flags?: number;
  /** Leaf topic; −1 for an outlier, null for a message without a point. */
  readonly topic?: number | null;
  readonly similarity?: number;
  readonly x?: number;
  readonly y?: number;
  readonly source?: string;
  readonly channel?: string;
}

/** Numbers names in the order in which they first appear. */
const places = () => {
  const known = new Map<string, number>();
  return {
    of: (name: string | undefined): number => {
      if (name === undefined) return -1;
      const place = known.get(name) ?? known.size;
      known.set(name, place);
      return place;
    },
    names: (): string[] => [...known.keys()],
  };
};

export const textsOf = (all: readonly string[]): Texts => ({
  length: all.length,
  at: (row) => all[row] ?? "",
});

/** A frame of these messages, grouped by conversation; each message with a topic is a point of its own. */
export const aFrame = (messages: readonly SomeMessage[]): Frame => {
  const conversations = places();
  const authors = places();
  const languages = places();
  const models = places();
  const sources = places();
  const channels = places();
  const inOrder = messages
    .map((message) => ({ message, home: conversations.of(message.conversation ?? "con_1") }))
    .sort((a, b) => a.home - b.home);
  const onMap = inOrder
    .map(({ message }, row) => ({ message, row }))
    .filter(({ message }) => message.topic !== null);
  const pointOf = new Int32Array(messages.length).fill(-1);
  for (const [point, { row }] of onMap.entries()) pointOf[row] = point;
  const firstOf: SomeMessage[] = [];
  for (const { message, home } of inOrder) firstOf[home] ??= message;
  const source = Uint8Array.from(firstOf, (first) => sources.of(first.source ?? "irc"));
  const channel = Int32Array.from(firstOf, (first) => channels.of(first.channel));
  const own = inOrder.map(({ message }) => message);
  return {
    unit: "chunk",
    messages: {
      count: own.length,
      ids: textsOf(own.map((_, row) => `msg_${row}`)),
      conversation: Uint32Array.from(inOrder, ({ home }) => home),
      author: Uint32Array.from(own, ({ author }) => authors.of(author ?? "ann")),
      role: Uint8Array.from(own, ({ role }) => roles.indexOf(role ?? "person")),
      at: Float64Array.from(own, ({ at }) => at ?? Number.NaN),
      language: Int16Array.from(own, ({ language }) => languages.of(language)),
      model: Int16Array.from(own, ({ model }) => models.of(model)),
      length: Uint32Array.from(own, ({ length }) => length ?? 40),
      sentiment: Int8Array.from(own, ({ sentiment }) => sentiment ?? NO_SENTIMENT),
      flags: Uint8Array.from(own, ({ flags }) => flags ?? 0),
      point: pointOf,
    },
    points: {
      count: onMap.length,
      ids: textsOf(onMap.map(({ row }) => `chk_${row}`)),
      message: Uint32Array.from(onMap, ({ row }) => row),
      topic: Int32Array.from(onMap, ({ message }) => message.topic ?? 0),
      similarity: Float32Array.from(onMap, ({ message }) => message.similarity ?? 0.5),
      x: Float32Array.from(onMap, ({ message }) => message.x ?? Number.NaN),
      y: Float32Array.from(onMap, ({ message }) => message.y ?? Number.NaN),
    },
    conversations: {
      count: firstOf.length,
      ids: textsOf(conversations.names()),
      titles: textsOf(conversations.names().map((id) => `About ${id}`)),
      source,
      channel,
    },
    authors: authors.names(),
    channels: channels.names(),
    sources: sources.names(),
    languages: languages.names(),
    models: models.names(),
  };
};

/** Leaf topics "top_0" … below two parents ("top_even", "top_odd"). */
export const someTopics = (leaves: number): FrameTopic[] => {
  const all = Array.from({ length: leaves }, (_, leaf) => leaf);
  const parent = (id: string, rest: number) => ({
    id,
    title: `All ${id.slice(4)}`,
    level: 0,
    hidden: false,
    colour: rest,
    leaves: all.filter((leaf) => leaf % 2 === rest),
  });
  return [
    parent("top_even", 0),
    parent("top_odd", 1),
    ...all.map((leaf) => ({
      id: `top_${leaf}`,
      title: `Topic ${leaf}`,
      level: 1,
      hidden: false,
      colour: leaf + 2,
      leaves: [leaf],
    })),
  ];
};

/** Seeded pseudo-random numbers in [0, 1): the same for the same seed (mulberry32). */
export const diceOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};
