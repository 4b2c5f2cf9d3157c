// Exchanges where the log says who answers whom: turns of an assistant chat, with its branches, and threads of a channel.
import { type ExchangeableMessage, type ExchangeParts, MOST_MEMBERS } from "./exchange.ts";

/** Only these are read: reasoning, tool calls and their results, and files stand between what is said. */
export const isSaid = ({ kind, role, text }: ExchangeableMessage): boolean =>
  kind === "text" && (role === "user" || role === "assistant") && /\S/.test(text);

interface Turn {
  readonly messages: ExchangeableMessage[];
  isAnswered: boolean;
}

/**
 * What the user says and what the assistant says until the user speaks again, of each branch: answers that were made again belong
 * to the same question. What an assistant says before the user's first message belongs to none.
 * @param messages with roles of a chat, in order, also those that are not said: others may be their children
 */
export const turnExchanges = (messages: Iterable<ExchangeableMessage>): ExchangeParts[] => {
  const turns: Turn[] = [];
  const turnOf = new Map<string, Turn | undefined>();
  let before: Turn | undefined;
  for (const message of messages) {
    const { parent } = message;
    let turn = parent === null ? before : turnOf.get(parent);
    if (isSaid(message)) {
      const isUser = message.role === "user";
      if (isUser && turn?.isAnswered !== false) {
        turn = { messages: [], isAnswered: false };
        turns.push(turn);
      }
      if (turn && turn.messages.length < MOST_MEMBERS) turn.messages.push(message);
      if (turn && !isUser) turn.isAnswered = true;
    }
    turnOf.set(message.id, turn);
    before = turn;
  }
  return turns.map((turn) => ({
    members: turn.messages,
    isAnswer: ({ role }) => role === "assistant",
  }));
};

/** Each thread: its opening message, where it is there, and what was said in it. What its opener adds belongs to the question. */
export const threadExchanges = (
  messages: readonly ExchangeableMessage[],
): { readonly exchanges: ExchangeParts[]; readonly rest: ExchangeableMessage[] } => {
  const threads = new Map<string, ExchangeableMessage[]>();
  for (const message of messages)
    if (message.thread != null && !threads.has(message.thread)) threads.set(message.thread, []);
  const rest: ExchangeableMessage[] = [];
  for (const message of messages) {
    const thread = threads.get(message.thread ?? message.id);
    if (thread === undefined) rest.push(message);
    else if (thread.length < MOST_MEMBERS) thread.push(message);
  }
  const exchanges = [...threads.values()].map((members): ExchangeParts => {
    const opener = members[0]?.author;
    return { members, isAnswer: ({ author }) => author !== opener };
  });
  return { exchanges, rest };
};
