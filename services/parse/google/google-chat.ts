// Google Chat as Takeout gives it (Groups/…/messages.json): a file a room, its name in the group_info.json beside it. Read by public readers of it.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { identity } from "../identity.ts";
import { asString, isObject, type Json, message, objectsOf, without } from "../message.ts";
import type { RoomFormat } from "../room.ts";
import type { Times } from "../times.ts";
import { writtenTime } from "../written-time.ts";

const isGoogleChatMessage = (item: unknown): item is Json =>
  isObject(item) &&
  isObject(item["creator"]) &&
  asString(item["created_date"]) !== null &&
  ("topic_id" in item || "message_id" in item || "text" in item);

/** Whether a record is the file of a room. */
export const isGoogleChat = (record: Json): boolean =>
  Array.isArray(record["messages"]) && record["messages"].some(isGoogleChatMessage);

const MOST_NAMED = 4;

/** `AAAA/topic/message` */
const idsOf = (item: Json | undefined): readonly string[] =>
  (asString(item?.["message_id"]) ?? "").split("/");

const room: RoomFormat["room"] = (record, { otherwise, first, info }) => {
  const ids = idsOf(first);
  const people = objectsOf(info?.["members"]).map((one) => asString(one["name"]));
  const named = people.filter((name) => name !== null).slice(0, MOST_NAMED);
  const title = asString(info?.["name"]) ?? (named.length > 0 ? named.join(", ") : null);
  return {
    source: "google-chat",
    ...identity(record, ids.length === 3 ? (ids[0] ?? null) : null, otherwise),
    title,
    channel: title,
    raw: JSON.stringify(info ?? without(record, "messages")),
  };
};

const timeOf = (value: unknown, times: Times) => {
  const text = asString(value) ?? "";
  return times.read(writtenTime(text) ?? text);
};

const filesOf = (item: Json): Attachment[] =>
  objectsOf(item["attached_files"]).map((file) => {
    const exported = asString(file["export_name"]);
    return {
      name: asString(file["original_name"]) ?? exported ?? "file",
      mediaType: null,
      size: null,
      ...(exported !== null && { file: exported }),
    };
  });

/** The message with which a topic begins has the topic's id. */
const answered = (item: Json): string | null => {
  const quoted = item["quoted_message_metadata"];
  if (isObject(quoted) && asString(quoted["message_id"]) !== null)
    return asString(quoted["message_id"]);
  const [space, topic, own] = idsOf(item);
  return own === undefined || topic === own ? null : `${space}/${topic}/${topic}`;
};

const googleChatMessage: RoomFormat["message"] = (item, nth, { times }): ParsedMessage => {
  const id = asString(item["message_id"]);
  const creator = isObject(item["creator"]) ? item["creator"] : {};
  const isDeleted = item["message_state"] === "DELETED" || isObject(item["deletion_metadata"]);
  const files = filesOf(item);
  const text = asString(item["text"]) ?? "";
  const isGone = isDeleted && text === "" && files.length === 0;
  const isFile = text === "" && files.length > 0;
  const time = timeOf(item["created_date"], times);
  return message({
    key: id ?? `#${nth}`,
    sourceId: id,
    replyTo: answered(item),
    // Seconds are as exact as its times are: within one, the order of the file decides.
    position: (time.at ?? 0) + (nth % 1_000_000) / 1000,
    author: asString(creator["name"]) ?? asString(creator["email"]) ?? "Deleted user",
    authorId: asString(creator["email"]),
    role: isGone ? "system" : creator["user_type"] === "Bot" ? "tool" : "person",
    kind: isGone ? "system" : isFile ? "attachment" : "text",
    ...time,
    text: isGone
      ? "This message was deleted."
      : isFile
        ? files.map(({ name }) => name).join("\n")
        : text,
    editedAt: timeOf(item["updated_date"], times).at,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

export const googleChat: RoomFormat = {
  member: "messages",
  isMessage: isGoogleChatMessage,
  room,
  message: googleChatMessage,
};
