// Messages → the rows of a conversation: a heading for each day, the author's name where the author changes.
import type { Message } from "#services/contract/conversations.ts";
import { dayKey } from "../words/times.ts";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      /** Same author as the message before: the name is not repeated. */
      readonly continued: boolean;
    };

// After a pause of this length the name is repeated, even if nobody else wrote.
const pauseMs = 10 * 60_000;

const goesOn = (before: Message | undefined, now: Message) =>
  before !== undefined &&
  before.author === now.author &&
  before.role === now.role &&
  before.kind === now.kind &&
  before.gone === now.gone &&
  now.replyTo === null &&
  now.siblings.length < 2 &&
  Math.abs((now.at ?? 0) - (before.at ?? 0)) < pauseMs;

// Exports often begin a conversation with an empty system message as the root of the tree: it is not shown.
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

/** The messages of all pages in order, each once: pages overlap where the conversation grew between two requests. */
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
