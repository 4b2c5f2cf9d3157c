// Where a long conversation may be divided, so that it is cut into chunks a piece at a time: at a pause or a new question where there is one.
import { type ExchangeableMessage, REACH_MS } from "./exchange.ts";
import { isSaid } from "./turn-exchanges.ts";

/** Shorter conversations are one segment; a longer one is divided at the first good place after so many messages … */
const LEAST = 4000;
/** … or here, where nobody paused: an exchange that goes on beyond this place is two. */
const MOST = 8000;
/** So many messages are enough to find the end of the first segment, unless hundreds share a place there. */
export const SEGMENT_WINDOW = MOST + 200;

/** A message with its place in the conversation; those on branches of a tree may share one. */
export interface PlacedMessage extends ExchangeableMessage {
  readonly position: number;
}

const isLine = ({ role, kind, text }: PlacedMessage): boolean =>
  role === "person" && kind === "text" && /\S/.test(text);

const isNewQuestion = (before: PlacedMessage, here: PlacedMessage): boolean =>
  before.role === "assistant" &&
  isSaid(before) &&
  here.role === "user" &&
  isSaid(here) &&
  (here.parent === null || here.parent === before.id);

const isAfterPause = (last: PlacedMessage | undefined, here: PlacedMessage): boolean =>
  isLine(here) && last?.at != null && here.at !== null && here.at - last.at > REACH_MS;

/**
 * The number of messages in the first segment; undefined where all of them are, or where more have to be read to know. Depends on
 * nothing after that place, so that a conversation that grows, or is read in pieces, is divided as if it were whole. After a pause
 * of ten minutes in a channel, or at a question after an answer in a chat, no chunk and no exchange goes on.
 * @param messages a conversation in order, from the beginning of a segment on
 */
export const segmentEnd = (messages: readonly PlacedMessage[]): number | undefined => {
  let lastLine: PlacedMessage | undefined;
  for (const [place, here] of messages.entries()) {
    const before = messages[place - 1];
    if (before !== undefined && place >= LEAST && before.position < here.position) {
      if (place >= MOST || isAfterPause(lastLine, here)) return place;
      if (lastLine === undefined && isNewQuestion(before, here)) return place;
    }
    if (isLine(here)) lastLine = here;
  }
  return undefined;
};

/** The segments of a whole conversation. */
export function* segmentsOf<M extends PlacedMessage>(
  messages: readonly M[],
): Generator<readonly M[], void, undefined> {
  let rest = messages;
  for (let end = segmentEnd(rest); end !== undefined; end = segmentEnd(rest)) {
    yield rest.slice(0, end);
    rest = rest.slice(end);
  }
  yield rest;
}
