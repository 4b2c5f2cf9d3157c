// One record of a Zulip list → a message, and the room that it is in.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { htmlText } from "./html-text.ts";
import { asArray, asId, asString, isObject, type Json, message } from "./message.ts";
import type { Times } from "./times.ts";

export const isZulipMessage = (item: unknown): item is Json =>
  isObject(item) &&
  typeof item["content"] === "string" &&
  typeof item["timestamp"] === "number" &&
  asString(item["sender_full_name"]) !== null;

export interface Room {
  readonly id: string;
  readonly title: string;
  readonly channel: string | null;
}

/** Lists of one topic name no channel: then the topic alone is its id. */
export const roomOf = (item: Json): Room => {
  const topic = asString(item["subject"]) ?? asString(item["topic"]) ?? "";
  const stream = item["display_recipient"];
  const people = asArray(stream).map((one) => (isObject(one) ? asString(one["full_name"]) : null));
  if (people.length > 0) {
    const ids = asArray(stream).map((one) => (isObject(one) ? asId(one["id"]) : null));
    const title = people.filter((name) => name !== null).join(", ");
    return { id: `@${ids.toSorted().join(",")}`, title, channel: title };
  }
  const channel = asString(stream) ?? asId(item["stream_id"]);
  const shown = topic === "" ? "general chat" : topic;
  return {
    id: channel === null ? shown : `${asId(item["stream_id"]) ?? channel}/${topic}`,
    title: channel === null ? shown : `${shown} (#${channel})`,
    channel: channel === null ? null : `#${channel}`,
  };
};

/** The address at which Zulip's own notices are sent. */
const isNotice = (item: Json): boolean =>
  asString(item["sender_email"])?.startsWith("notification-bot@") === true;

export const zulipMessage = (item: Json, nth: number, times: Times): ParsedMessage => {
  const id = asId(item["id"]);
  const content = String(item["content"]);
  const isHtml = item["content_type"] !== "text/x-markdown";
  const notice = isNotice(item);
  const isBot = asString(item["sender_email"])?.includes("-bot@") === true;
  return message({
    key: id ?? `#${nth}`,
    sourceId: id,
    position: typeof item["id"] === "number" ? item["id"] : nth,
    author: String(item["sender_full_name"]),
    authorId: asId(item["sender_id"]),
    role: notice ? "system" : isBot ? "tool" : "person",
    kind: notice ? "system" : "text",
    ...times.read(item["timestamp"]),
    text: isHtml ? htmlText(content) : content,
    editedAt: times.read(item["last_edit_timestamp"]).at,
    raw: JSON.stringify(item),
  });
};
