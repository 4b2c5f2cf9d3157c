// Element's export of a Matrix room as JSON: its events as the server has them, decrypted. Its writer's source is public; names that people show stand in their joins only.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { identity } from "./identity.ts";
import { asString, isObject, type Json, message, objectsOf, without } from "./message.ts";
import type { RoomFormat } from "./room.ts";

const isMatrixEvent = (item: unknown): item is Json =>
  isObject(item) &&
  asString(item["event_id"]) !== null &&
  asString(item["sender"]) !== null &&
  asString(item["type"]) !== null;

/** A room; one without events is known by who exported it. */
export const isMatrix = (record: Json): boolean =>
  Array.isArray(record["messages"]) &&
  (record["messages"].some(isMatrixEvent) ||
    (record["messages"].length === 0 && "room_name" in record && "exported_by" in record));

const room: RoomFormat["room"] = (record, { otherwise, first }) => {
  const title = asString(record["room_name"]);
  return {
    source: "matrix",
    ...identity(record, asString(first?.["room_id"]), otherwise),
    title,
    channel: title,
    raw: JSON.stringify(without(record, "messages")),
  };
};

const inner = (record: Json, name: string): Json => {
  const value = record[name];
  return isObject(value) ? value : {};
};

/** What the event was edited to, where the server says so. */
const editOf = (item: Json): Json | undefined => {
  const edit = inner(inner(inner(item, "unsigned"), "m.relations"), "m.replace");
  return isObject(edit["content"]) ? edit : undefined;
};

const contentOf = (item: Json): Json => {
  const content = inner(editOf(item) ?? item, "content");
  return isObject(content["m.new_content"]) ? content["m.new_content"] : content;
};

const files = new Set(["m.image", "m.file", "m.audio", "m.video"]);

const fileOf = (content: Json): Attachment => {
  const info = inner(content, "info");
  return {
    name: asString(content["filename"]) ?? asString(content["body"]) ?? "file",
    mediaType: asString(info["mimetype"]),
    size: typeof info["size"] === "number" ? info["size"] : null,
  };
};

/** The lines of the answered message that clients write before an answer. */
const withoutQuote = (body: string): string =>
  body.startsWith("> <") ? body.replace(/^(?:> .{0,4000}\n){1,200}\n?/, "") : body;

const pollText = (content: Json): string => {
  const poll = ["m.poll.start", "m.poll", "org.matrix.msc3381.poll.start"]
    .map((name) => content[name])
    .find(isObject);
  const textOf = (part: unknown): string =>
    isObject(part)
      ? (asString(part["body"]) ??
        asString(part["org.matrix.msc1767.text"]) ??
        objectsOf(part["m.text"])
          .map((text) => asString(text["body"]) ?? "")
          .join(" "))
      : "";
  const answers = objectsOf(poll?.["answers"]).map((answer) => `• ${textOf(answer)}`);
  return [textOf(poll?.["question"]), ...answers].join("\n");
};

/** "room.member: join", and what of a state people read. */
const noticeText = (item: Json): string => {
  const content = inner(item, "content");
  const what = (asString(item["type"]) ?? "").replace(/^m\./, "");
  const told = ["membership", "name", "topic", "alias", "reason"].map((name) =>
    asString(content[name]),
  );
  const said = told.filter((text) => text !== null).join(", ");
  return said === "" ? what : `${what}: ${said}`;
};

const ENCRYPTED = {
  code: "encrypted-message",
  reason: "This message is encrypted: the program that exported it had no key for it.",
};

type Said = Pick<ParsedMessage, "kind" | "text" | "attachments">;
const notice = (text: string): Said => ({ kind: "system", text, attachments: [] });

const spoken = (item: Json): Said => {
  const content = contentOf(item);
  const type = asString(item["type"]);
  if (type === "m.sticker" || files.has(asString(content["msgtype"]) ?? "")) {
    const file = fileOf(content);
    const caption = asString(content["body"]);
    const isCaptioned = asString(content["filename"]) !== null && caption !== file.name;
    return isCaptioned && caption !== null
      ? { kind: "text", text: caption, attachments: [file] }
      : { kind: "attachment", text: file.name, attachments: [file] };
  }
  const body = asString(content["body"]) ?? "";
  const text = content["msgtype"] === "m.emote" ? `* ${body}` : withoutQuote(body);
  return { kind: "text", text, attachments: [] };
};

const saidIn = (item: Json): Said => {
  const type = asString(item["type"]) ?? "";
  if (isObject(inner(item, "unsigned")["redacted_because"]))
    return notice("This message was deleted.");
  if (type === "m.room.encrypted") return notice("This message could not be decrypted.");
  // An edit that stands by itself: its words are no message of their own.
  if (relationOf(item)["rel_type"] === "m.replace")
    return notice(`Edited: ${asString(contentOf(item)["body"]) ?? ""}`);
  if (type === "m.room.message" || type === "m.sticker") return spoken(item);
  if (type.endsWith("poll.start"))
    return { kind: "text", text: pollText(contentOf(item)), attachments: [] };
  return notice(noticeText(item));
};

const relationOf = (item: Json): Json => inner(inner(item, "content"), "m.relates_to");

const answered = (item: Json): string | null => {
  const relation = relationOf(item);
  const direct = asString(inner(relation, "m.in_reply_to")["event_id"]);
  return direct ?? asString(relation["event_id"]);
};

/** `@anna:example.org` */
const nameOf = (sender: string): string => /^@([^:]{1,255}):/.exec(sender)?.[1] ?? sender;

const matrixMessage: RoomFormat["message"] = (item, nth, { times }): ParsedMessage => {
  const id = asString(item["event_id"]);
  const sender = asString(item["sender"]) ?? "unknown";
  const said = saidIn(item);
  const time = times.read(item["origin_server_ts"]);
  const edit = editOf(item);
  const isBot = contentOf(item)["msgtype"] === "m.notice";
  return message({
    ...said,
    key: id ?? `#${nth}`,
    sourceId: id,
    replyTo: answered(item),
    position: time.at ?? nth,
    author: nameOf(sender),
    authorId: sender,
    role: said.kind === "system" ? "system" : isBot ? "tool" : "person",
    ...time,
    editedAt: edit ? times.read(edit["origin_server_ts"]).at : null,
    raw: JSON.stringify(item),
  });
};

export const matrix: RoomFormat = {
  member: "messages",
  isMessage: isMatrixEvent,
  room,
  message: matrixMessage,
  unreadable: (item) => (item["type"] === "m.room.encrypted" ? ENCRYPTED : undefined),
  namesOf: (item) => {
    const shown = asString(inner(item, "content")["displayname"]);
    return item["type"] === "m.room.member" && shown !== null ? [shown] : [];
  },
};
