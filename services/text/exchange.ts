// An exchange: what somebody asked or opened with, and what others said to it. The shapes, and how far its members may lie apart.
import type { MessageId } from "#services/domain/ids.ts";
import type { ChunkableMessage } from "./chunk.ts";

/** The part of a message that finding exchanges needs. */
export interface ExchangeableMessage extends ChunkableMessage {
  /** The message that it answers, where the log says so. */
  readonly replyTo?: MessageId | null;
}

/** The messages of one exchange, before its text is made. */
export interface ExchangeParts {
  /** All of them, in order; the first is the opening. At most `MOST_MEMBERS`. */
  readonly members: readonly ExchangeableMessage[];
  /** Whether a message is a part of the question, or of the answers. */
  readonly isAnswer: (message: ExchangeableMessage) => boolean;
}

/** Neighbouring members of an exchange in a channel lie at most so far apart. */
export const REACH_MS = 10 * 60_000;
export const REACH_LINES = 40;
/** An exchange in a channel takes nothing more that comes so long after its opening: so it is known how far back a new line can change one. */
export const SPAN_MS = 60 * 60_000;
export const SPAN_LINES = 240;
/** Later messages of an exchange are not its members: its text would not hold a word of them. */
export const MOST_MEMBERS = 60;
/** The asker's next question after so many opens another exchange. */
export const LONG = 16;
