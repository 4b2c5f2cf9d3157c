// Messages → the rows of a conversation: a head at each new day, a name at each new speaker.
import type { Message } from "#services/contract/conversations.ts";
import { dayKey } from "../words/times.ts";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      /** The same speaker goes on: no name again. */
      readonly continued: boolean;
    };

// After a pause the name is said again, even if nobody else spoke.
const pauseMs = 10 * 60_000;

const goesOn = (before: Message | undefined, now: Message) =>
  before !== undefined &&
  before.author === now.author &&
  before.role === now.role &&
  before.kind === now.kind &&
  now.replyTo === null &&
  now.siblings.length < 2 &&
  Math.abs((now.at ?? 0) - (before.at ?? 0)) < pauseMs;

// Exports begin many trees with an empty root; its place in the tree matters, to look at there is nothing.
const isHollow = (message: Message) =>
  message.kind === "system" && message.text.trim() === "" && message.attachments.length === 0;

export const messageRows = (messages: readonly Message[]): readonly Row[] => {
  const rows: Row[] = [];
  let day: string | undefined;
  let before: Message | undefined;
  for (const message of messages.filter((one) => !isHollow(one))) {
    const today = message.at === null ? day : dayKey(message.at);
    if (message.at !== null && today !== day) {
      rows.push({ kind: "day", key: `day-${message.id}`, at: message.at });
      before = undefined;
      day = today;
    }
    rows.push({ kind: "message", key: message.id, message, continued: goesOn(before, message) });
    before = message;
  }
  return rows;
};

/** Pages may overlap where the conversation grew in between: each message once, in order. */
export const mergedMessages = (
  pages: readonly { readonly messages: readonly Message[] }[],
): readonly Message[] => {
  const seen = new Set<string>();
  return pages
    .flatMap((page) => page.messages)
    .filter((message) => {
      if (seen.has(message.id)) return false;
      seen.add(message.id);
      return true;
    });
};
