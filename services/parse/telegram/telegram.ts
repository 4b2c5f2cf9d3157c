// Telegram Desktop's result.json: a chat with its messages, or an account with a list of chats. Its writer's source is public; numeric ids of old exports and actions of service messages beyond the common ones are read without having been seen in an export.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { identity } from "../identity.ts";
import { asId, asString, isObject, type Json, message, objectsOf, without } from "../message.ts";
import type { RoomFormat } from "../room.ts";
import type { Times } from "../times.ts";
import { contentOf } from "./content.ts";
import { serviceText } from "./service.ts";

const messageTypes = new Set(["message", "service", "unsupported"]);

export const isTelegramMessage = (item: unknown): item is Json =>
  isObject(item) &&
  messageTypes.has(String(item["type"])) &&
  ("date_unixtime" in item || "date" in item) &&
  // Slack's messages have a type too.
  !("ts" in item);

const chatTypes: ReadonlyMap<string, string> = new Map([
  ["saved_messages", "user"],
  ["replies", "user"],
  ["verification_codes", "user"],
  ["personal_chat", "user"],
  ["bot_chat", "user"],
  ["private_group", "chat"],
  ["private_supergroup", "channel"],
  ["public_supergroup", "channel"],
  ["private_channel", "channel"],
  ["public_channel", "channel"],
]);

/** A chat with its messages; of one without messages only its type tells. */
export const isTelegram = (record: Json): boolean =>
  Array.isArray(record["messages"]) &&
  (record["messages"].some(isTelegramMessage) ||
    (record["messages"].length === 0 && chatTypes.has(String(record["type"]))));

/** `user44`: of each kind of peer the ids are counted apart. */
const chatId = (record: Json): string | null => {
  const id = asId(record["id"]);
  return id === null ? null : `${chatTypes.get(String(record["type"])) ?? ""}${id}`;
};

const room: RoomFormat["room"] = (record, { otherwise }) => {
  const isSaved = record["type"] === "saved_messages";
  const title = asString(record["name"]) ?? (isSaved ? "Saved Messages" : null);
  return {
    source: "telegram",
    ...identity(record, chatId(record), otherwise),
    title,
    channel: title,
    raw: JSON.stringify(without(record, "messages")),
  };
};

const PEER_BITS = 0x1_0000_0000;
/** Old exports write a number that holds the kind of the peer above its lowest 32 bits. */
const peers = ["user", "chat", "channel"];
const peerId = (value: unknown): string | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? `${peers[Math.floor(value / PEER_BITS)] ?? ""}${value % PEER_BITS}`
    : asId(value);

const authorOf = (item: Json, record: Json) => {
  const [name, id] =
    item["type"] === "service"
      ? [asString(item["actor"]), peerId(item["actor_id"])]
      : [asString(item["from"]), peerId(item["from_id"])];
  // Deleted accounts have no name any more.
  const author = name ?? id ?? asString(record["name"]) ?? "Deleted Account";
  const isBot = record["type"] === "bot_chat" && author === record["name"];
  return { author, authorId: id, isBot };
};

const timeOf = (item: Json, times: Times) => {
  const known = times.read(item["date_unixtime"]);
  // Exports before 2021 have local times only.
  return known.at === null ? times.read(item["date"]) : known;
};

const edited = (item: Json, times: Times) =>
  times.read(item["edited_unixtime"] ?? item["edited"]).at;

const attachmentsOf = (files: readonly Attachment[]) => files.map(({ name }) => name).join("\n");

const telegramMessage: RoomFormat["message"] = (item, nth, { record, times }): ParsedMessage => {
  const id = asId(item["id"]);
  const isNotice = item["type"] !== "message";
  const { author, authorId, isBot } = authorOf(item, record);
  const { text, files } = contentOf(item);
  const isFile = text === "" && files.length > 0;
  const said = isNotice ? serviceText(item, text) : isFile ? attachmentsOf(files) : text;
  const elsewhere = item["reply_to_peer_id"] !== undefined;
  return message({
    key: id ?? `#${nth}`,
    sourceId: id,
    replyTo: elsewhere ? null : asId(item["reply_to_message_id"]),
    // Ids of a chat are given in order; those of the group that it once was are negative.
    position: typeof item["id"] === "number" ? item["id"] : nth,
    author,
    authorId,
    role: isNotice ? "system" : isBot ? "tool" : "person",
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...timeOf(item, times),
    text: said,
    editedAt: edited(item, times),
    attachments: files,
    raw: JSON.stringify(item),
  });
};

export const telegram: RoomFormat = {
  member: "messages",
  isMessage: isTelegramMessage,
  room,
  message: telegramMessage,
};

/** An account: its chats stand in lists inside of it. */
export const isTelegramAccount = (record: Json): boolean =>
  ["chats", "left_chats"].some(
    (name) => isObject(record[name]) && Array.isArray(record[name]["list"]),
  ) ||
  // Contacts and sessions stand before the chats, and may be more than what is looked at.
  (asString(record["about"]) !== null &&
    isObject(record["personal_information"]) &&
    "user_id" in record["personal_information"]) ||
  (isObject(record["contacts"]) &&
    objectsOf(record["contacts"]["list"]).some((contact) => "date_unixtime" in contact));
