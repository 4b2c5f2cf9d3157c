// Conversations as Intercom's API gives them: what somebody asked, then its parts (answers, notes, and what became of it). Read by the API's public description.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "../chatgpt.ts";
import { htmlText } from "../html-text.ts";
import { asOf, identity } from "../identity.ts";
import { asId, asString, isObject, type Json, message, objectsOf, without } from "../message.ts";
import type { Times } from "../times.ts";

const partsIn = (record: Json): unknown => {
  const parts = record["conversation_parts"];
  return isObject(parts) ? parts["conversation_parts"] : parts;
};

/** Whether a record is a conversation. */
export const isIntercom = (record: Json): boolean =>
  isObject(record["source"]) &&
  (Array.isArray(partsIn(record)) ||
    (record["type"] === "conversation" && "body" in record["source"]));

const filesOf = (item: Json): Attachment[] =>
  objectsOf(item["attachments"]).map((file) => ({
    name: asString(file["name"]) ?? asString(file["url"]) ?? "file",
    mediaType: asString(file["content_type"]),
    size: typeof file["filesize"] === "number" ? file["filesize"] : null,
  }));

const roles: ReadonlyMap<string, ParsedMessage["role"]> = new Map([["bot", "assistant"]]);

/** What a part is called that says nothing: "assignment" to "close". */
const noticeText = (part: Json): string => {
  const to = isObject(part["assigned_to"]) ? part["assigned_to"] : {};
  const name = asString(to["name"]) ?? asId(to["id"]);
  const what = (asString(part["part_type"]) ?? "part").replaceAll("_", " ");
  return name === null ? what : `${what}: ${name}`;
};

interface Place {
  readonly key: string;
  readonly positionOf: (at: number | null) => number;
}

const intercomMessage = (item: Json, { key, positionOf }: Place, times: Times): ParsedMessage => {
  const author = isObject(item["author"]) ? item["author"] : {};
  const files = filesOf(item);
  const text = htmlText(asString(item["body"]) ?? "");
  const isFile = text === "" && files.length > 0;
  const isNotice = text === "" && !isFile;
  const type = asString(author["type"]) ?? "";
  const time = times.read(item["created_at"]);
  return message({
    key,
    sourceId: key,
    position: positionOf(time.at),
    author: asString(author["name"]) ?? asString(author["email"]) ?? (type || "Unknown"),
    authorId: asId(author["id"]),
    role: isNotice ? "system" : (roles.get(type) ?? "person"),
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...time,
    text: isFile ? files.map(({ name }) => name).join("\n") : isNotice ? noticeText(item) : text,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

/** Parts of one second follow each other by milliseconds. */
const WITHIN_MS = 1;

/**
 * Positions by time: the API leaves out the oldest of many parts, so that the place in the list changes from export to export.
 * A part without a time stands behind the one before it.
 */
const openPositions = () => {
  let last = { at: 0, within: 0 };
  return (written: number | null): number => {
    const at = written ?? last.at;
    last = { at, within: at === last.at ? last.within + WITHIN_MS : 0 };
    return last.at + last.within;
  };
};

/** Reads a conversation. */
export const fromIntercom = (record: Json, times: Times): ConvertedRecord => {
  const source = isObject(record["source"]) ? record["source"] : {};
  const given = partsIn(record);
  const list = Array.isArray(given) ? given : [];
  const parts = objectsOf(list);
  const keys = new Set<string>(["source"]);
  const positionOf = openPositions();
  const first = intercomMessage(
    { ...source, created_at: record["created_at"] },
    { key: "source", positionOf },
    times,
  );
  const answers = parts.map((part, nth) => {
    const id = asId(part["id"]);
    const key = id === null || keys.has(id) ? `#${nth}` : id;
    keys.add(key);
    return intercomMessage(part, { key, positionOf }, times);
  });
  const messages = first.kind === "system" ? answers : [first, ...answers];
  const subject = htmlText(asString(source["subject"]) ?? "");
  return {
    conversation: {
      source: "intercom",
      ...identity(record, asId(record["id"])),
      asOf: asOf(record, messages, times),
      title: asString(record["title"]) ?? asString(subject),
      tree: false,
      channel: null,
      messages,
      raw: JSON.stringify(without(record, "conversation_parts")),
      continues: false,
    },
    strange: list.length - parts.length,
    unreadable: missing(record, parts.length),
  };
};

/** The API gives the newest 500 parts, and how many there are. */
const missing = (record: Json, there: number): NonNullable<ConvertedRecord["unreadable"]> => {
  const parts = record["conversation_parts"];
  const total = isObject(parts) ? Number(parts["total_count"]) : there;
  const reason = "This part of a conversation is counted in the file, but is not in it.";
  return total > there ? [{ code: "missing-part", reason, count: total - there }] : [];
};
