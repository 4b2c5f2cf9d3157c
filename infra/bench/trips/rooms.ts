// Chats as Skype, Google Chat, Matrix, Rocket.Chat, Mattermost, LINE and KakaoTalk write them: what was said, by whom and when.
import { escaped, idOf, json, jsonLines, localIn, spoken } from "./chat-apps.ts";
import type { Chat, Turn } from "./made-up-chats.ts";
import type { Carried, Writer, Written } from "./trip.ts";

const spokenIn = (chat: Chat): readonly Carried[] => chat.turns.map(spoken);

/** HTML has no more than one blank line. */
const inHtml = (chat: Chat): Chat => ({
  ...chat,
  turns: chat.turns.map((turn) => ({ ...turn, text: turn.text.replaceAll(/\n{3,}/g, "\n\n") })),
});

const skype = (chat: Chat): Written => ({
  bytes: json({
    userId: "8:live:me",
    exportDate: "2026-01-01T00:00",
    conversations: [
      {
        ...{ id: "19:a@thread.skype", displayName: chat.title },
        MessageList: chat.turns
          .map(({ author, text, at }, nth) => ({
            ...{
              id: String(at + nth),
              displayName: author,
              originalarrivaltime: new Date(at).toISOString(),
            },
            ...{
              messagetype: "RichText",
              content: escaped(text),
              conversationid: "19:a@thread.skype",
            },
            from: `8:live:${idOf(chat, author)}`,
          }))
          .toReversed(),
      },
    ],
  }),
  filename: "messages.json",
  carried: spokenIn(chat),
  title: chat.title,
});

const matrix = (chat: Chat): Written => ({
  bytes: json({
    ...{
      room_name: chat.title,
      room_creator: "@a:example.org",
      topic: "",
      exported_by: "@a:example.org",
    },
    messages: chat.turns.map(({ author, text, at }, nth) => ({
      ...{
        type: "m.room.message",
        event_id: `$e${nth}`,
        room_id: "!r:example.org",
        origin_server_ts: at,
      },
      ...{ sender: `@${author}:example.org`, content: { msgtype: "m.text", body: text } },
    })),
  }),
  filename: "export.json",
  carried: spokenIn(chat).map((one) => ({ ...one, author: undefined })),
});

const mattermost = (chat: Chat): Written => ({
  bytes: jsonLines([
    { type: "version", version: 1 },
    ...chat.turns.map(({ author, text, at }) => ({
      type: "post",
      post: { team: "t", channel: "garden", user: author, message: text, create_at: at },
    })),
  ]),
  filename: "import.jsonl",
  carried: spokenIn(chat),
});

const rocketchat = (chat: Chat): Written => ({
  bytes: jsonLines(
    chat.turns.map(({ author, text, at }) => ({
      msg: text,
      username: author,
      ts: new Date(at).toISOString(),
    })),
  ),
  filename: "garden.json",
  carried: spokenIn(chat),
});

/** @see https://support.google.com: `Wednesday, May 1, 2024 at 10:00:00 AM UTC` */
const googleTime = new Intl.DateTimeFormat("en-US", {
  dateStyle: "full",
  timeStyle: "long",
  timeZone: "UTC",
});

const googleChat = (chat: Chat): Written => ({
  bytes: json({
    messages: chat.turns.map(({ author, text, at }, nth) => ({
      creator: { name: author, email: `u${idOf(chat, author)}@example.org`, user_type: "Human" },
      ...{
        created_date: googleTime.format(at),
        text,
        topic_id: `t${nth}`,
        message_id: `s/t${nth}/t${nth}`,
      },
    })),
  }),
  filename: "messages.json",
  carried: spokenIn(chat),
});

const twelve = (at: number, zone: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    hour: "numeric",
    minute: "2-digit",
    hour12: true,
    timeZone: zone,
  }).format(at);

const minutes = (one: Carried): Carried => ({
  ...one,
  at: Math.floor((one.at ?? 0) / 60_000) * 60_000,
});

/** Lines of what is written, each under the day on which it was said. */
const byDays = (
  chat: Chat,
  { day, entry }: { readonly day: (at: number) => string; readonly entry: (turn: Turn) => string },
) => {
  let last = "";
  return chat.turns
    .flatMap((turn) => {
      const today = day(turn.at);
      const isNew = today !== last;
      last = today;
      return [...(isNew ? [today] : []), entry(turn)];
    })
    .join("\n");
};

/** In one line, and not in brackets: those stand for files. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/\s+/gu, " ")
    .trim()
    .replace(/^\[(.*)\]$/u, "($1)");
const flat = (chat: Chat): Chat => ({
  ...chat,
  turns: chat.turns.map((turn) => ({ ...turn, text: inOneLine(turn.text) })),
});

const line = (given: Chat): Written => {
  const chat = flat(given);
  const weekday = (at: number) =>
    new Date(at).toLocaleString("en", { weekday: "short", timeZone: chat.zone });
  const written = byDays(chat, {
    day: (at) => `${localIn(at, chat.zone).slice(0, 10).replaceAll("-", "/")}(${weekday(at)})`,
    entry: ({ author, text, at }) => `${localIn(at, chat.zone).slice(11, 16)}\t${author}\t${text}`,
  });
  return {
    bytes: `[LINE] Chat history with ${chat.title}\nSaved on: 2026/01/01 10:00\n\n${written}\n`,
    filename: "[LINE] Chat.txt",
    zone: chat.zone,
    title: chat.title,
    carried: spokenIn(chat).map(minutes),
  };
};

const kakaotalk = (given: Chat): Written => {
  const chat = flat(given);
  const date = new Intl.DateTimeFormat("ko-KR", { dateStyle: "full", timeZone: chat.zone });
  const written = byDays(chat, {
    day: (at) => `--------------- ${date.format(at)} ---------------`,
    entry: ({ author, text, at }) => `[${author}] [${twelve(at, chat.zone, "ko-KR")}] ${text}`,
  });
  return {
    bytes: `${chat.title} 님과 카카오톡 대화\n저장한 날짜 : 2026-01-01 10:00:00\n\n${written}\n`,
    filename: "KakaoTalk.txt",
    zone: chat.zone,
    title: chat.title,
    carried: spokenIn(chat).map(minutes),
  };
};
export const rooms: readonly Writer[] = [
  { name: "skype", write: (chat) => skype(inHtml(chat)) },
  { name: "matrix", write: matrix },
  { name: "mattermost", write: mattermost },
  { name: "rocketchat", write: rocketchat },
  { name: "google-chat", write: googleChat },
  { name: "line", write: line },
  { name: "kakaotalk", write: kakaotalk },
];
