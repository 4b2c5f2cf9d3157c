// Messenger's and Instagram's downloads: a file a thread or a part of one, newest message first, its UTF-8 written as if it were Latin-1. The newer files of end-to-end encrypted chats are read from descriptions, without having been seen.
import { isUtf8 } from "node:buffer";
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { identity } from "./identity.ts";
import { asArray, asString, isObject, type Json, message, objectsOf, without } from "./message.ts";
import type { RoomFormat } from "./room.ts";

/** Tools that change such files write numbers as text. */
const isTime = (value: unknown): boolean =>
  typeof value === "number" || (typeof value === "string" && /^\d{12,14}$/.test(value));

export const isMessengerMessage = (item: unknown): item is Json =>
  isObject(item) &&
  (("sender_name" in item && isTime(item["timestamp_ms"])) ||
    ("senderName" in item && isTime(item["timestamp"])));

/** A thread; one without messages is known by its people and its path. */
export const isMessenger = (record: Json): boolean => {
  const { messages, participants } = record;
  if (!Array.isArray(messages)) return false;
  return (
    messages.some(isMessengerMessage) ||
    (messages.length === 0 &&
      Array.isArray(participants) &&
      ("thread_path" in record || "threadName" in record))
  );
};

/** Bytes of UTF-8 that stand as one character each become the characters that they are; other text stays. */
const mended = (text: string): string => {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  const bytes = Buffer.from(text, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : text;
};

const words = (value: unknown): string | null => {
  const text = asString(value);
  return text === null ? null : mended(text);
};

const MOST_NAMED = 4;

/** Threads move between folders (inbox, archive, requests): only the last part of a path stays. */
const room: RoomFormat["room"] = (record, { otherwise }) => {
  const path = asString(record["thread_path"])?.replace(/\/+$/, "");
  const id = path?.slice(path.lastIndexOf("/") + 1) ?? asString(record["threadName"]);
  const people = asArray(record["participants"]).map((one) =>
    words(isObject(one) ? one["name"] : one),
  );
  const named = people.filter((name) => name !== null).slice(0, MOST_NAMED);
  const own = words(record["title"]) ?? words(record["threadName"])?.replace(/_\d+$/, "") ?? null;
  const title = own ?? (named.length > 0 ? named.join(", ") : null);
  return {
    source: "messenger",
    ...identity(record, id ?? null, otherwise),
    title,
    channel: title,
    raw: JSON.stringify(without(record, "messages")),
  };
};

const fileLists = ["photos", "videos", "audio_files", "files", "gifs", "media"] as const;

const fileOf = (file: Json): Attachment => {
  const uri = words(file["uri"]);
  const name = uri?.slice(uri.lastIndexOf("/") + 1) || "file";
  return { name, mediaType: null, size: null, ...(uri !== null && { file: uri }) };
};

const filesOf = (item: Json): Attachment[] => [
  ...fileLists.flatMap((list) => objectsOf(item[list]).map(fileOf)),
  ...(isObject(item["sticker"]) ? [fileOf(item["sticker"])] : []),
];

/** The words of a message, with the link that it shares. */
const textOf = (item: Json): string => {
  const own = words(item["content"]) ?? words(item["text"]) ?? "";
  const share = isObject(item["share"]) ? item["share"] : {};
  const shared = [words(share["share_text"]), words(share["link"])];
  const parts = [own, ...shared.filter((part) => part !== null && !own.includes(part))];
  return parts.filter((part) => part !== "").join("\n");
};

const notices = new Set(["Subscribe", "Unsubscribe", "Call", "call", "system"]);

const isUnsent = (item: Json): boolean => item["is_unsent"] === true || item["isUnsent"] === true;

const messengerMessage: RoomFormat["message"] = (item, nth, { times }): ParsedMessage => {
  const files = filesOf(item);
  const text = textOf(item);
  const isGone = isUnsent(item) && text === "" && files.length === 0;
  const isNotice =
    isGone || notices.has(String(item["type"])) || typeof item["call_duration"] === "number";
  const isFile = !isNotice && text === "" && files.length > 0;
  const said = isGone ? "This message was unsent." : text;
  const time = times.read(item["timestamp_ms"] ?? item["timestamp"]);
  return message({
    key: String(nth),
    // No ids: by time, which has milliseconds.
    position: time.at ?? 0,
    author: words(item["sender_name"]) ?? words(item["senderName"]) ?? "Unknown",
    role: isNotice ? "system" : "person",
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...time,
    text: isFile ? files.map(({ name }) => name).join("\n") : said,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

export const messenger: RoomFormat = {
  member: "messages",
  isMessage: isMessengerMessage,
  room,
  message: messengerMessage,
  newestFirst: true,
};
