// The messages.json of Skype and of Teams' free accounts: conversations with their messages, newest first, words in HTML with marks of its own. Read by public readers of it.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { htmlText } from "./html-text.ts";
import { identity } from "./identity.ts";
import { asId, asString, isObject, type Json, message, without } from "./message.ts";
import type { RoomFormat } from "./room.ts";
import type { Times } from "./times.ts";

const LIST = "MessageList";

const isSkypeMessage = (item: unknown): item is Json =>
  isObject(item) && asString(item["messagetype"]) !== null && "originalarrivaltime" in item;

/** A conversation; one without messages is known by its list of them. */
export const isSkype = (record: Json): boolean =>
  Array.isArray(record[LIST]) &&
  (record[LIST].length === 0 ? asString(record["id"]) !== null : record[LIST].some(isSkypeMessage));

const room: RoomFormat["room"] = (record, { otherwise }) => {
  const title = asString(record["displayName"]);
  return {
    source: "skype",
    ...identity(record, asId(record["id"]), otherwise),
    title,
    channel: title,
    raw: JSON.stringify(without(record, LIST)),
  };
};

/** An attribute of the first element of a name. */
const attributeIn = (content: string, element: string, name: string): string | null => {
  const start = content.indexOf(`<${element}`);
  if (start < 0) return null;
  const tag = content.slice(start, content.indexOf(">", start) + 1 || start).slice(0, 4000);
  return new RegExp(String.raw`\s${name}="([^"]*)"`).exec(tag)?.[1] ?? null;
};

const insideOf = (content: string, element: string): string[] =>
  content
    .split(`<${element}>`)
    .slice(1)
    .map((part) => part.split(`</${element}>`, 1)[0] ?? "");

/** Words that a message quotes stand before its own, each line with a mark. */
const quoted = (content: string): string => {
  const start = content.indexOf("<quote");
  const end = content.indexOf("</quote>", start);
  if (start < 0 || end < 0) return content;
  const words = htmlText(content.slice(content.indexOf(">", start) + 1, end));
  const marked = words
    .split("\n")
    .map((line) => `&gt; ${line.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}`)
    .join("<br>");
  return `${content.slice(0, start)}${marked}<br>${content.slice(end + "</quote>".length)}`;
};

/** Marks of edits, and the names and times that older programs show for a quote. */
const marks = /<e_m\b[^<>]{0,400}>(?:<\/e_m>)?|<legacyquote>[^<]{0,4000}<\/legacyquote>/g;

const wordsOf = (content: string): string => htmlText(quoted(content.replaceAll(marks, "")));

const fileOf = (content: string): Attachment => {
  const size = Number(attributeIn(content, "FileSize", "v"));
  return {
    name:
      attributeIn(content, "OriginalName", "v") ??
      attributeIn(content, "URIObject", "type") ??
      "file",
    mediaType: null,
    size: Number.isSafeInteger(size) && size > 0 ? size : null,
  };
};

/** "Call (ended): Anna, Ben". */
const callText = (content: string): string => {
  const names = insideOf(content, "name").map(htmlText);
  const state = attributeIn(content, "partlist", "type");
  return `Call${state === null ? "" : ` (${state})`}${names.length > 0 ? `: ${names.join(", ")}` : ""}`;
};

/** "AddMember: 8:ben". */
const activityText = (type: string, content: string): string => {
  const what = type.slice(type.indexOf("/") + 1);
  const named = [...insideOf(content, "target"), ...insideOf(content, "value")].map(htmlText);
  return named.length > 0 ? `${what}: ${named.join(", ")}` : what;
};

type Said = Pick<ParsedMessage, "kind" | "text" | "attachments">;

const saidIn = (type: string, content: string): Said => {
  const none = { attachments: [] };
  if (type === "Event/Call") return { kind: "system", text: callText(content), ...none };
  if (/^(?:ThreadActivity|EndToEndEncryption|Event)\//.test(type))
    return { kind: "system", text: activityText(type, content), ...none };
  if (content.includes("<URIObject")) {
    const file = fileOf(content);
    return { kind: "attachment", text: file.name, attachments: [file] };
  }
  const text = wordsOf(content);
  if (text === "" && content !== "") return { kind: "text", text: content, ...none };
  return { kind: "text", text, ...none };
};

const DELETED: Said = { kind: "system", text: "This message was deleted.", attachments: [] };

const editedIn = (content: string, properties: Json, times: Times) =>
  times.read(properties["edittime"]).at ??
  times.read(attributeIn(content, "e_m", "ts_ms") ?? attributeIn(content, "e_m", "ts")).at;

const skypeMessage: RoomFormat["message"] = (item, nth, { times }): ParsedMessage => {
  const id = asId(item["id"]);
  const properties = isObject(item["properties"]) ? item["properties"] : {};
  const content = asString(item["content"]) ?? "";
  const isDeleted = content === "" && "deletetime" in properties;
  const said = isDeleted ? DELETED : saidIn(asString(item["messagetype"]) ?? "", content);
  const from = asString(item["from"]) ?? "unknown";
  const time = times.read(item["originalarrivaltime"]);
  const isNotice = said.kind === "system";
  return message({
    ...said,
    key: id ?? `#${nth}`,
    sourceId: id,
    replyTo: attributeIn(content, "quote", "messageid"),
    // The place in the list changes from export to export.
    position: time.at ?? 0,
    author: asString(item["displayName"]) ?? from.replace(/^\d+:/, ""),
    authorId: from,
    // 28: is what bots are called.
    role: isNotice ? "system" : from.startsWith("28:") ? "tool" : "person",
    ...time,
    editedAt: editedIn(content, properties, times),
    raw: JSON.stringify(item),
  });
};

export const skype: RoomFormat = {
  member: LIST,
  isMessage: isSkypeMessage,
  room,
  message: skypeMessage,
  newestFirst: true,
};
