// Parlance's own export of a collection: a conversation a line, which comes back as the conversation that it was.
import {
  type AuthorNames,
  messageKinds,
  type ParsedConversation,
  type ParsedMessage,
  roles,
  type SourceKind,
  sourceKinds,
  talkSources,
} from "#services/domain/conversation.ts";
import { millis } from "#services/domain/units.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf } from "./identity.ts";
import { asArray, asString, isObject, type Json, message, objectsOf, without } from "./message.ts";

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((one) => one === value);

/** The format that the conversation was imported from; undefined where the record is none of Parlance's. */
export const exportedFrom = (record: Json): SourceKind | undefined =>
  typeof record["id"] === "string" &&
  record["id"].startsWith("cnv_") &&
  typeof record["sourceId"] === "string" &&
  Array.isArray(record["messages"])
    ? oneOf(sourceKinds, record["source"])
    : undefined;

const timeOf = (value: unknown) => (typeof value === "number" ? millis(value) : null);

export const isExportedMessage = (item: unknown): item is Json =>
  isObject(item) &&
  asString(item["id"]) !== null &&
  oneOf(roles, item["role"]) !== undefined &&
  oneOf(messageKinds, item["kind"]) !== undefined;

/** When a message was written and edited. */
export const exportedTimes = (item: Json) => ({
  at: timeOf(item["at"]),
  editedAt: timeOf(item["editedAt"]),
});

/** @param place of the message in its conversation; @returns undefined where it is none of Parlance's */
export const exportedMessage = (item: Json, place: number): ParsedMessage | undefined => {
  const key = asString(item["id"]);
  const role = oneOf(roles, item["role"]);
  const kind = oneOf(messageKinds, item["kind"]);
  if (key === null || role === undefined || kind === undefined) return undefined;
  const { author, text, position } = item;
  return message({
    key,
    sourceId: asString(item["sourceId"]),
    parent: asString(item["parent"]),
    replyTo: asString(item["replyTo"]),
    onMainPath: item["onMainPath"] !== false,
    gone: item["gone"] === true,
    position: typeof position === "number" ? position : place,
    author: typeof author === "string" ? author : "",
    authorId: asString(item["authorId"]),
    role,
    kind,
    ...exportedTimes(item),
    zoneKnown: item["zoneKnown"] === true,
    localTime: asString(item["localTime"]),
    text: typeof text === "string" ? text : "",
    model: asString(item["model"]),
    attachments: objectsOf(item["attachments"]).map((file) => ({
      name: asString(file["name"]) ?? "file",
      mediaType: asString(file["mediaType"]),
      size: typeof file["size"] === "number" ? file["size"] : null,
    })),
    raw: JSON.stringify(item),
  });
};

const authorOf = (item: Json): AuthorNames[] => {
  const [id, shown] = [asString(item["id"]), asString(item["shown"])];
  const others = asArray(item["others"]).map(asString);
  return id === null || shown === null
    ? []
    : [{ id, shown, others: others.filter((name) => name !== null) }];
};

/** A fingerprint, which stands for the id of a conversation without one. */
const isFingerprint = (id: string): boolean => /^[0-9a-f]{32}$/.test(id);

/** Formats whose conversations may have no id of their own. */
const mayLackId: ReadonlySet<SourceKind> = new Set<SourceKind>([
  "openai",
  "sharegpt",
  "telegram",
  "messenger",
  "transcript",
  "gemini",
  "google-chat",
  "matrix",
  "rocketchat",
  "cursor",
  "line",
  "kakaotalk",
]);

/** What is known of a conversation without its messages. */
export const exportedConversation = (
  record: Json,
  source: SourceKind,
): Omit<ParsedConversation, "messages" | "continues" | "asOf"> => {
  const sourceId = String(record["sourceId"]);
  return {
    source,
    sourceId,
    hasId: !(mayLackId.has(source) && isFingerprint(sourceId)),
    title: asString(record["title"]),
    tree: record["tree"] === true,
    channel: asString(record["channel"]),
    authors: objectsOf(record["authors"]).flatMap(authorOf),
    raw: JSON.stringify(without(record, "messages")),
  };
};

/** Whether the files of a format are parts of a log. */
export const isLog = (source: SourceKind): boolean =>
  talkSources.has(source) || source === "live" || source === "mail" || source === "gemini";

export const fromParlance = (record: Json, source: SourceKind): ConvertedRecord => {
  const items = asArray(record["messages"]);
  const messages = items
    .map((item, place) => (isObject(item) ? exportedMessage(item, place) : undefined))
    .filter((item) => item !== undefined);
  const conversation: ParsedConversation = {
    ...exportedConversation(record, source),
    asOf: isLog(source) ? null : asOf(record, messages),
    messages,
    continues: false,
  };
  return { conversation, strange: items.length - messages.length };
};
