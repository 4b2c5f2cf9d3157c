// A frame in which a person is one author, whatever names they write under, and bots are marked.
import { talkSources } from "#services/domain/conversation.ts";
import type { People } from "#services/domain/people.ts";
import { type Frame, type FrameTopic, roles } from "./frame-columns.ts";
import { keptPerFrame, leafOfMessages } from "./select-columns.ts";

/** Values of a frame's `bots`. */
const marks = { unknown: 0, bot: 1, none: 2 } as const;

/** Authors are people from here on, by what they are shown as. The frame itself where nothing is known of its people. */
export const frameOfPeople = (frame: Frame, people: People): Frame => {
  if (people.isPlain && people.bots.length === 0 && people.notBots.length === 0) return frame;
  const { messages, conversations, sources } = frame;
  const authors: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (shown: string): number => {
    const known = places.get(shown);
    if (known !== undefined) return known;
    places.set(shown, authors.length);
    return authors.push(shown) - 1;
  };
  // By source and author of the frame, as they are met: in the order of the frame's authors where nobody is joined.
  const known = new Int32Array(sources.length * frame.authors.length).fill(-1);
  const author = messages.author.map((written, row) => {
    const source = conversations.source[messages.conversation[row] ?? 0] ?? 0;
    const key = source * frame.authors.length + written;
    if ((known[key] ?? -1) < 0)
      known[key] = placeOf(people.shownAs(sources[source] ?? "", frame.authors[written] ?? ""));
    return known[key] ?? 0;
  });
  const bots = Uint8Array.from(authors, (shown) => {
    const bot = people.botOf(shown)?.bot;
    return bot === undefined ? marks.unknown : bot ? marks.bot : marks.none;
  });
  return { ...frame, authors, bots, messages: { ...messages, author } };
};

/** One byte per message, 1 where a bot wrote it: one that is marked, guessed, or told by its source. */
export const botOfMessages = keptPerFrame((frame): Uint8Array => {
  const { messages, conversations, sources, bots } = frame;
  const tool = roles.indexOf("tool");
  const isTalk = sources.map((source) => talkSources.has(source));
  return Uint8Array.from(messages.author, (author, row) => {
    const mark = bots?.[author] ?? marks.unknown;
    if (mark !== marks.unknown) return mark === marks.bot ? 1 : 0;
    const source = conversations.source[messages.conversation[row] ?? 0] ?? 0;
    return messages.role[row] === tool && isTalk[source] === true ? 1 : 0;
  });
});

const isPersonsRole = roles.map((role) => role === "person" || role === "user");

/** One byte per message, 1 where a person wrote it: no assistant, system, tool or bot. */
export const personOfMessages = keptPerFrame((frame): Uint8Array => {
  const { messages, bots } = frame;
  return Uint8Array.from(messages.author, (author, row) => {
    const mark = bots?.[author] ?? marks.unknown;
    return mark === marks.unknown
      ? Number(isPersonsRole[messages.role[row] ?? 0] === true)
      : Number(mark === marks.none);
  });
});

/** How many people wrote in each topic, in the order of the topics. */
export const peopleOfTopics = (frame: Frame, topics: readonly FrameTopic[]): number[] => {
  const leaves = leafOfMessages(frame);
  const isPerson = personOfMessages(frame);
  const ofLeaf = new Map<number, Set<number>>();
  for (let row = 0; row < leaves.length; row++) {
    if (isPerson[row] !== 1) continue;
    const leaf = leaves[row] ?? -1;
    const met = ofLeaf.get(leaf);
    if (met === undefined) ofLeaf.set(leaf, new Set([frame.messages.author[row] ?? 0]));
    else met.add(frame.messages.author[row] ?? 0);
  }
  return topics.map(
    ({ leaves: own }) => new Set(own.flatMap((leaf) => [...(ofLeaf.get(leaf) ?? [])])).size,
  );
};
