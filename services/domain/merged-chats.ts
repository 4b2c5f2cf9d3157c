// Several conversations that are one chat, as one: each message once, in one order, by the first one's clock and names of people.
import { type ChatMessage, sameMessages } from "./same-messages.ts";

/** A message of one of the chats. */
export interface ChatPlace {
  readonly chat: number;
  readonly place: number;
}

/** A message of all of them together. */
export interface WovenMessage {
  /** Where it stands: of the first chat that has it, then of the others. */
  readonly of: readonly ChatPlace[];
  /** By the first chat's clock. */
  readonly at: number | null;
  /** As the first chat calls them. */
  readonly author: string;
}

/** How a chat fits in with those before it. */
export interface Fit {
  /** Its counted messages that one of those before has too, and those that none has. */
  readonly same: number;
  readonly only: number;
  /** What is added to its clock, in milliseconds, and for how many of the messages that are the same; most first. */
  readonly shifts: readonly { readonly shift: number; readonly messages: number }[];
  /** Its names of people whom those before call otherwise. */
  readonly names: readonly { readonly name: string; readonly shown: string }[];
}

export interface WovenChats {
  readonly messages: readonly WovenMessage[];
  /** One for each chat but the first. */
  readonly fits: readonly Fit[];
}

interface Growing extends WovenMessage {
  readonly of: ChatPlace[];
  readonly message: ChatMessage;
}

/** By place: the latest time of all up to it. */
const latestTimes = (messages: readonly Growing[]): number[] => {
  let latest = Number.NEGATIVE_INFINITY;
  return messages.map(({ at }) => {
    if (at !== null && at > latest) latest = at;
    return latest;
  });
};

/** How many are not later than a time. */
const notLater = (latest: readonly number[], time: number): number => {
  let low = 0;
  let high = latest.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((latest[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** By place in the other chat: where the next message stands that both have; the end where none follows. */
const nextShared = (length: number, pairs: ReadonlyMap<number, number>, end: number): number[] => {
  const next: number[] = [];
  let known = end;
  for (let place = length - 1; place >= 0; place--) {
    next[place] = known;
    known = pairs.get(place) ?? known;
  }
  return next;
};

const fitOf = (
  chat: readonly ChatMessage[],
  { pairs, shifts, names }: ReturnType<typeof sameMessages>,
): Fit => {
  const counts = new Map<number, number>();
  let same = 0;
  for (const place of pairs.keys()) {
    if (chat[place]?.counted !== true) continue;
    same++;
    const shift = shifts[place] ?? 0;
    counts.set(shift, (counts.get(shift) ?? 0) + 1);
  }
  return {
    same,
    only: chat.filter(({ counted }) => counted).length - same,
    shifts: [...counts]
      .map(([shift, messages]) => ({ shift, messages }))
      .sort((a, b) => b.messages - a.messages || a.shift - b.shift),
    names: [...names].map(([name, shown]) => ({ name, shown })),
  };
};

/** Adds a chat: what only it has stands between the messages that both have, and there by its time. */
const woven = (
  before: readonly Growing[],
  chat: readonly ChatMessage[],
  number: number,
): { readonly messages: Growing[]; readonly fit: Fit } => {
  const same = sameMessages(
    before.map(({ message, at, author }) => ({ ...message, at, author })),
    chat,
  );
  const latest = latestTimes(before);
  const next = nextShared(chat.length, same.pairs, before.length);
  const added = new Map<number, Growing[]>();
  let after = 0;
  for (const [place, message] of chat.entries()) {
    const there = same.pairs.get(place);
    if (there !== undefined) {
      before[there]?.of.push({ chat: number, place });
      after = there + 1;
      continue;
    }
    const at = message.at === null ? null : message.at + (same.shifts[place] ?? 0);
    const author = same.names.get(message.author) ?? message.author;
    const byTime = at === null ? after : notLater(latest, at);
    const stands = Math.max(after, Math.min(byTime, next[place] ?? before.length));
    const known = added.get(stands) ?? [];
    known.push({ of: [{ chat: number, place }], at, author, message });
    added.set(stands, known);
  }
  const messages: Growing[] = [];
  for (let place = 0; place <= before.length; place++) {
    for (const one of added.get(place) ?? []) messages.push(one);
    const one = before[place];
    if (one) messages.push(one);
  }
  return { messages, fit: fitOf(chat, same) };
};

/** @param chats each in its own order */
export const weaveChats = (chats: readonly (readonly ChatMessage[])[]): WovenChats => {
  const [first = [], ...others] = chats;
  let messages: Growing[] = first.map((message, place) => ({
    of: [{ chat: 0, place }],
    at: message.at,
    author: message.author,
    message,
  }));
  const fits: Fit[] = [];
  for (const [number, chat] of others.entries()) {
    const added = woven(messages, chat, number + 1);
    messages = added.messages;
    fits.push(added.fit);
  }
  return { messages: messages.map(({ of, at, author }) => ({ of, at, author })), fits };
};

/** How far one clock is from another, for people: "+1 h", "−5 h 30 min", "same". */
export const shiftLabel = (minutes: number): string => {
  if (minutes === 0) return "same";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  const parts = [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])];
  return `${minutes < 0 ? "−" : "+"}${parts.join(" ")}`;
};
