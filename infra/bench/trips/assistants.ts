// Chats with assistants: exports of ChatGPT, Claude, Grok, Open WebUI and LibreChat, sessions of coding agents, and files of datasets.
import type { Chat } from "./made-up-chats.ts";
import type { Carried, Writer, Written } from "./trip.ts";

interface Names {
  readonly user: string | undefined;
  readonly assistant: string | undefined;
}

/** The first of the people asks, the others are the assistant. */
const isUser = (chat: Chat, author: string): boolean => author === chat.people[0];

const carriedBy = (chat: Chat, { user, assistant }: Names, hasTimes = true): readonly Carried[] =>
  chat.turns.map(({ author, text, at }) => ({
    author: isUser(chat, author) ? user : assistant,
    kind: "text",
    text,
    at: hasTimes ? at : null,
  }));

const iso = (at: number): string => new Date(at).toISOString();
const above = (nth: number): string | null => (nth === 0 ? null : `n${nth - 1}`);
const jsonLines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

const chatgpt = (chat: Chat): Written => {
  const last = chat.turns.length - 1;
  const nodes = chat.turns.map(({ author, text, at }, nth) => ({
    id: `n${nth}`,
    parent: above(nth) ?? "root",
    children: nth === last ? [] : [`n${nth + 1}`],
    message: {
      id: `n${nth}`,
      author: { role: isUser(chat, author) ? "user" : "assistant", name: null, metadata: {} },
      create_time: at / 1000,
      content: { content_type: "text", parts: [text] },
      ...{ status: "finished_successfully", weight: 1, recipient: "all", metadata: {} },
    },
  }));
  const record = {
    title: chat.title,
    create_time: 1,
    mapping: {
      root: { id: "root", parent: null, children: ["n0"], message: null },
      ...Object.fromEntries(nodes.map((node) => [node.id, node])),
    },
    ...{ current_node: `n${last}`, conversation_id: `c${chat.number}` },
  };
  return {
    bytes: JSON.stringify([record]),
    filename: "conversations.json",
    title: chat.title,
    carried: carriedBy(chat, { user: "You", assistant: "ChatGPT" }),
  };
};

const claude = (chat: Chat): Written => ({
  bytes: JSON.stringify([
    {
      ...{ uuid: `c${chat.number}`, name: chat.title, account: { uuid: "a" } },
      ...{ created_at: iso(chat.turns[0]?.at ?? 0), updated_at: iso(chat.turns.at(-1)?.at ?? 0) },
      chat_messages: chat.turns.map(({ author, text, at }, nth) => ({
        uuid: `n${nth}`,
        sender: isUser(chat, author) ? "human" : "assistant",
        ...(nth % 2 === 0
          ? { text, content: [] }
          : { text: "", content: [{ type: "text", text }] }),
        created_at: iso(at),
        ...(chat.number % 2 === 0 && {
          parent_message_uuid: above(nth) ?? "00000000-0000-4000-8000-000000000000",
        }),
        ...{ attachments: [], files: [] },
      })),
    },
  ]),
  filename: "conversations.json",
  title: chat.title,
  carried: carriedBy(chat, { user: "You", assistant: "Claude" }),
});

const grok = (chat: Chat): Written => ({
  bytes: JSON.stringify({
    conversations: [
      {
        conversation: { id: "g", title: chat.title, create_time: iso(0) },
        responses: chat.turns.map(({ author, text, at }, nth) => ({
          response: {
            ...{ _id: `n${nth}`, parent_response_id: above(nth), message: text },
            sender: isUser(chat, author) ? "human" : "assistant",
            create_time: { $date: { $numberLong: String(at) } },
          },
        })),
      },
    ],
  }),
  filename: "prod-grok-backend.json",
  title: chat.title,
  carried: carriedBy(chat, { user: "You", assistant: undefined }),
});

const openwebui = (chat: Chat): Written => {
  const messages = chat.turns.map(({ author, text, at }, nth) => ({
    ...{ id: `n${nth}`, parentId: above(nth), content: text, timestamp: at / 1000 },
    role: isUser(chat, author) ? "user" : "assistant",
    childrenIds: nth === chat.turns.length - 1 ? [] : [`n${nth + 1}`],
  }));
  const history = {
    messages: Object.fromEntries(messages.map((one) => [one.id, one])),
    currentId: messages.at(-1)?.id,
  };
  return {
    bytes: JSON.stringify([{ id: "w", title: chat.title, chat: { title: chat.title, history } }]),
    filename: "chat-export.json",
    title: chat.title,
    carried: carriedBy(chat, { user: undefined, assistant: undefined }),
  };
};

const librechat = (chat: Chat): Written => ({
  bytes: JSON.stringify({
    ...{ conversationId: "l", title: chat.title, endpoint: "openAI" },
    messages: chat.turns.map(({ author, text, at }, nth) => ({
      ...{ messageId: `n${nth}`, parentMessageId: above(nth), text, createdAt: iso(at) },
      isCreatedByUser: isUser(chat, author),
    })),
  }),
  filename: "chat.json",
  title: chat.title,
  carried: carriedBy(chat, { user: undefined, assistant: undefined }),
});

const claudeCode = (chat: Chat): Written => ({
  bytes: jsonLines(
    chat.turns.map(({ author, text, at }, nth) => ({
      ...{
        uuid: `n${nth}`,
        parentUuid: above(nth),
        sessionId: "s",
        timestamp: iso(at),
        cwd: "/home/a",
        version: "2",
      },
      ...(isUser(chat, author)
        ? { type: "user", message: { role: "user", content: text } }
        : {
            type: "assistant",
            message: { id: `m${nth}`, role: "assistant", content: [{ type: "text", text }] },
          }),
    })),
  ),
  filename: "s.jsonl",
  carried: carriedBy(chat, { user: "You", assistant: "Claude" }),
});

const codex = (chat: Chat): Written => ({
  bytes: jsonLines([
    { timestamp: iso(chat.turns[0]?.at ?? 0), type: "session_meta", payload: { id: "s" } },
    ...chat.turns.map(({ author, text, at }) => ({
      timestamp: iso(at),
      type: "response_item",
      payload: {
        type: "message",
        role: isUser(chat, author) ? "user" : "assistant",
        content: [{ type: isUser(chat, author) ? "input_text" : "output_text", text }],
      },
    })),
  ]),
  filename: "rollout.jsonl",
  carried: carriedBy(chat, { user: "You", assistant: undefined }),
});

const openai = (chat: Chat): Written => ({
  bytes: jsonLines([
    {
      id: `c${chat.number}`,
      messages: chat.turns.map(({ author, text }) => ({
        role: isUser(chat, author) ? "user" : "assistant",
        content: text,
      })),
    },
  ]),
  filename: "chats.jsonl",
  carried: carriedBy(chat, { user: "User", assistant: "Assistant" }, false),
});

const sharegpt = (chat: Chat): Written => ({
  bytes: JSON.stringify([
    {
      id: `c${chat.number}`,
      conversations: chat.turns.map(({ author, text }) => ({
        from: isUser(chat, author) ? "human" : "gpt",
        value: text,
      })),
    },
  ]),
  filename: "sharegpt.json",
  carried: carriedBy(chat, { user: undefined, assistant: undefined }, false),
});

export const assistants: readonly Writer[] = [
  { name: "chatgpt", write: chatgpt },
  { name: "claude", write: claude },
  { name: "grok", write: grok },
  { name: "openwebui", write: openwebui },
  { name: "librechat", write: librechat },
  { name: "claude-code", write: claudeCode },
  { name: "codex", write: codex },
  { name: "openai", write: openai },
  { name: "sharegpt", write: sharegpt },
];
