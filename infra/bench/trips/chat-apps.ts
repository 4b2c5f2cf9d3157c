// Chats as Telegram, Discord's exporter, Slack, Messenger and Signal write them: with replies, edits, files, deletions and notices.
import { zipOf } from "#services/parse/parse.builders.ts";
import type { Chat, Turn } from "./made-up-chats.ts";
import type { Carried, Writer, Written } from "./trip.ts";

export const idOf = (chat: Chat, author: string): number => chat.people.indexOf(author) + 1;

/** What a format without deletions, notices and files of its own carries of a message: its words. */
export const spoken = ({ author, text, at }: Turn): Carried => ({ author, kind: "text", text, at });

export const json = (value: unknown): string => JSON.stringify(value);
export const jsonLines = (records: readonly unknown[]): string =>
  records.map((record) => `${json(record)}\n`).join("");

/** A local time without a zone, as `sv` writes it: 2024-05-01 10:00:00. */
export const localIn = (at: number, zone: string): string =>
  new Date(at).toLocaleString("sv", { timeZone: zone });

/** With `+02:00` behind. */
const withOffset = (at: number, minutes: number): string => {
  const sign = minutes < 0 ? "-" : "+";
  const two = (figure: number) => String(Math.floor(Math.abs(figure))).padStart(2, "0");
  const local = new Date(at + minutes * 60_000).toISOString().replace("Z", "");
  return `${local}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
};

/** Telegram marks parts of a text, and writes a list of them then. */
const telegramText = (text: string, nth: number): unknown =>
  nth % 2 === 0 ? text : [text.slice(0, 3), { type: "bold", text: text.slice(3) }];

const telegram = (chat: Chat): Written => {
  const messages = chat.turns.map(({ sort, author, text, at, answers }, nth) => {
    const common = {
      id: nth + 1,
      date: localIn(at, chat.zone).replace(" ", "T"),
      date_unixtime: String(at / 1000),
    };
    const who = { from: author, from_id: `user${idOf(chat, author)}` };
    const reply = answers === null ? {} : { reply_to_message_id: answers + 1 };
    if (sort === "notice")
      return {
        ...{ ...common, type: "service", actor: author, actor_id: who.from_id },
        ...{ action: "pin_message", message_id: 1, text: "" },
      };
    if (sort === "file")
      return {
        ...common,
        ...who,
        ...reply,
        type: "message",
        photo: `photos/p_${nth}.jpg`,
        text: "",
      };
    const edited = sort === "edited" ? { edited_unixtime: String(at / 1000 + 5) } : {};
    return {
      ...common,
      ...who,
      ...reply,
      ...edited,
      type: "message",
      text: telegramText(text, nth),
    };
  });
  const carried = chat.turns.map((turn, nth): Carried => {
    const { sort, author, at } = turn;
    if (sort === "notice") return { author, at, kind: "system", text: undefined };
    const { answers } = turn;
    if (sort === "file")
      return {
        author,
        at,
        answers,
        kind: "attachment",
        text: `p_${nth}.jpg`,
        files: [`p_${nth}.jpg`],
      };
    return { ...spoken(turn), answers, edited: sort === "edited" };
  });
  const record = { name: chat.title, type: "private_group", id: chat.number, messages };
  return {
    bytes: JSON.stringify(record, null, 1),
    filename: "result.json",
    carried,
    title: chat.title,
  };
};

const DISCORD_BEGAN = 1_420_070_400_000;
const snowflake = (at: number, nth: number): string =>
  String((BigInt(Math.max(0, at - DISCORD_BEGAN)) << 22n) + BigInt(nth));

const discord = (chat: Chat): Written => {
  // Nothing is older than Discord.
  const turns = chat.turns.map((turn) => ({ ...turn, at: turn.at + 4 * 365 * 86_400_000 }));
  const ids = turns.map(({ at }, nth) => snowflake(at, nth));
  const minutes = ((chat.number % 49) - 24) * 30;
  const messages = turns.map(({ sort, author, text, at, answers }, nth) => ({
    id: ids[nth],
    type: sort === "notice" ? "ChannelPinnedMessage" : answers === null ? "Default" : "Reply",
    timestamp: withOffset(at, minutes),
    timestampEdited: sort === "edited" ? withOffset(at + 9000, minutes) : null,
    isPinned: false,
    content: sort === "notice" ? "Pinned a message." : sort === "file" ? "" : text,
    author: {
      id: String(idOf(chat, author)),
      name: `u${idOf(chat, author)}`,
      nickname: author,
      isBot: false,
    },
    attachments:
      sort === "file"
        ? [{ id: "1", url: `https://cdn.example.org/p${nth}.png`, fileName: `p${nth}.png` }]
        : [],
    ...(answers !== null &&
      sort !== "notice" && {
        reference: { messageId: ids[answers], channelId: "7", guildId: "3" },
      }),
  }));
  const carried = turns.map((turn, nth): Carried => {
    const { sort, author, at, answers } = turn;
    if (sort === "notice") return { author, at, kind: "system", text: "Pinned a message." };
    if (sort === "file")
      return {
        author,
        at,
        answers,
        kind: "attachment",
        text: `p${nth}.png`,
        files: [`p${nth}.png`],
      };
    return { ...spoken(turn), answers, edited: sort === "edited" };
  });
  const channel = {
    id: "7",
    type: "GuildTextChat",
    categoryId: "9",
    category: "c",
    name: "garden",
    topic: null,
  };
  const guild = { id: "3", name: "Club", iconUrl: "" };
  const record = {
    guild,
    channel,
    dateRange: { after: null, before: null },
    messages,
    messageCount: messages.length,
  };
  return { bytes: JSON.stringify(record, null, 2), filename: "Club - garden [7].json", carried };
};

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Whoever answers an answer writes into its thread. */
const threadOf = (turns: readonly Turn[], nth: number): number | null => {
  let root: number | null = turns[nth]?.answers ?? null;
  for (let above = root; above !== null; above = turns[above]?.answers ?? null) root = above;
  return root;
};

const slack = (chat: Chat): Written => {
  const stamps = chat.turns.map(
    ({ at }, nth) => `${at / 1000}.${String(100 + nth).padStart(6, "0")}`,
  );
  const files = new Map<string, unknown[]>();
  const carried = chat.turns.map((turn, nth): Carried => {
    const { sort, author, at } = turn;
    const thread = sort === "notice" ? null : threadOf(chat.turns, nth);
    const path = `garden/${new Date(at).toISOString().slice(0, 10)}.json`;
    const user = `U${idOf(chat, author)}`;
    const day = files.get(path) ?? [];
    files.set(path, day);
    day.push({
      ...{ type: "message", user, ts: stamps[nth] },
      text:
        sort === "notice"
          ? `<@${user}> has joined the channel`
          : sort === "file"
            ? ""
            : escaped(turn.text),
      ...(sort === "notice" && { subtype: "channel_join" }),
      ...(sort === "file" && {
        files: [{ id: `F${nth}`, name: `p${nth}.png`, mimetype: "image/png" }],
      }),
      ...(sort === "edited" && { edited: { user, ts: `${at / 1000 + 60}.000000` } }),
      ...(thread !== null && { thread_ts: stamps[thread] }),
    });
    const time = Math.trunc(at + (100 + nth) / 1000);
    if (sort === "notice") return { author, at: time, kind: "system", text: undefined };
    const answers = thread;
    if (sort === "file")
      return {
        author,
        at: time,
        answers,
        kind: "attachment",
        text: `p${nth}.png`,
        files: [`p${nth}.png`],
      };
    return { ...spoken(turn), at: time, answers, edited: sort === "edited" };
  });
  const users = chat.people.map((name, nth) => ({
    id: `U${nth + 1}`,
    name: `u${nth}`,
    profile: { display_name: name },
  }));
  const channels = [{ id: "C1", name: "garden", members: users.map(({ id }) => id) }];
  const bytes = zipOf(
    {
      "users.json": json(users),
      "channels.json": json(channels),
      ...Object.fromEntries(
        [...files].map(([path, list]) => [path, JSON.stringify(list, null, 4)]),
      ),
    },
    { level: 0 },
  );
  return { bytes, filename: "Club Slack export.zip", carried };
};

/** Bytes of UTF-8 written as if each were a letter. */
const broken = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const messenger = (chat: Chat): Written => {
  const messages = chat.turns.map(({ sort, author, text, at }, nth) => ({
    sender_name: broken(author),
    timestamp_ms: at,
    ...(sort === "file"
      ? {
          photos: [{ uri: `messages/inbox/x_1/photos/p${nth}.jpg`, creation_timestamp: at / 1000 }],
        }
      : sort === "deleted"
        ? { is_unsent: true }
        : { content: broken(text) }),
    ...(sort === "notice" && { type: "Subscribe" }),
    is_geoblocked_for_viewer: false,
  }));
  const carried = chat.turns.map((turn, nth): Carried => {
    const { sort, author, at } = turn;
    if (sort === "deleted") return { author, at, kind: "system", text: undefined };
    if (sort === "file")
      return { author, at, kind: "attachment", text: `p${nth}.jpg`, files: [`p${nth}.jpg`] };
    return { ...spoken(turn), kind: sort === "notice" ? "system" : "text" };
  });
  const participants = chat.people.map((name) => ({ name: broken(name) }));
  const record = {
    participants,
    messages: messages.toReversed(),
    title: broken(chat.title),
    thread_path: "inbox/x_1",
    magic_words: [],
  };
  return { bytes: json(record), filename: "message_1.json", carried, title: chat.title };
};

const signal = (chat: Chat): Written => {
  const sent = chat.turns.map(({ at }, nth) => String(at + nth));
  const items = chat.turns.map(({ sort, author, text, answers }, nth) => ({
    chatItem: {
      ...{ chatId: "9", authorId: String(idOf(chat, author)), dateSent: sent[nth], incoming: {} },
      ...(sort === "deleted"
        ? { remoteDeletedMessage: {} }
        : sort === "file"
          ? {
              standardMessage: {
                attachments: [{ pointer: { fileName: `p${nth}.png`, contentType: "image/png" } }],
              },
            }
          : {
              standardMessage: {
                text: { body: text },
                ...(answers !== null && {
                  quote: {
                    targetSentTimestamp: sent[answers],
                    authorId: String(idOf(chat, chat.turns[answers]?.author ?? "")),
                  },
                }),
              },
            }),
    },
  }));
  const carried = chat.turns.map((turn, nth): Carried => {
    const { sort, author } = turn;
    const at = turn.at + nth;
    if (sort === "deleted") return { author, at, kind: "system", text: undefined };
    if (sort === "file")
      return { author, at, kind: "attachment", text: `p${nth}.png`, files: [`p${nth}.png`] };
    return { ...spoken(turn), at, answers: turn.answers };
  });
  const frames = [
    { version: "1", backupTimeMs: "1" },
    ...chat.people.map((name, nth) => ({
      recipient: { id: String(nth + 1), contact: { aci: `aci${nth}`, profileGivenName: name } },
    })),
    {
      recipient: {
        id: "99",
        group: { masterKey: "k", snapshot: { title: { title: chat.title } } },
      },
    },
    { chat: { id: "9", recipientId: "99" } },
    ...items,
  ];
  return { bytes: jsonLines(frames), filename: "main.jsonl", carried, title: chat.title };
};

export const chatApps: readonly Writer[] = [
  { name: "telegram", write: telegram },
  { name: "discord", write: discord },
  { name: "slack", write: slack },
  { name: "messenger", write: messenger },
  { name: "signal", write: signal },
];
