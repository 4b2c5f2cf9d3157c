// LibreChat's export of one conversation: its messages in a list, or, in recursive exports, each with those that follow it.
import type {
  Attachment,
  ParsedConversation,
  ParsedMessage,
} from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf, identity } from "./identity.ts";
import { type ListTree, readListTree } from "./list-tree.ts";
import { type Context, type LongChat, longAsOf } from "./long-context.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { asArray, asId, asString, isObject, type Json, objectsOf, without } from "./message.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

/** What a first message names as its parent. */
const NONE = "00000000-0000-0000-0000-000000000000";
const TREE = "messagesTree";

const isLibrechatMessage = (item: unknown): item is Json =>
  isObject(item) && asString(item["messageId"]) !== null;

/** Whether a record is a conversation of LibreChat. */
export const isLibrechat = (record: Json): boolean =>
  asString(record["conversationId"]) !== null &&
  (asArray(record["messages"]).some(isLibrechatMessage) ||
    asArray(record[TREE]).some(isLibrechatMessage));

type Spoken = Pick<Draft, "kind" | "role" | "text" | "attachments">;

const textOf = (value: unknown): string => asString(isObject(value) ? value["value"] : value) ?? "";

const fileOf = (file: Json): Attachment => ({
  name:
    asString(file["filename"]) ?? asString(file["filepath"]) ?? asString(file["file_id"]) ?? "file",
  mediaType: asString(file["type"])?.includes("/") ? asString(file["type"]) : null,
  size: typeof file["bytes"] === "number" ? file["bytes"] : null,
});

const filesPart = (files: readonly Json[], role: Draft["role"]): Spoken[] => {
  const attachments = files.map(fileOf);
  const text = attachments.map(({ name }) => name).join("\n");
  return attachments.length === 0 ? [] : [{ kind: "attachment", role, text, attachments }];
};

const callParts = (call: Json): Spoken[] => {
  const named = isObject(call["function"]) ? call["function"] : call;
  const given = named["args"] ?? named["arguments"];
  const args = typeof given === "string" ? given : JSON.stringify(given ?? {});
  const output = asString(named["output"]) ?? asString(call["output"]);
  return [
    { kind: "tool", role: "assistant", text: `${asString(named["name"]) ?? "tool"}(${args})` },
    ...(output === null ? [] : [{ kind: "tool" as const, role: "tool" as const, text: output }]),
  ];
};

/** One part of a message's content. */
const contentParts = (part: Json, role: Draft["role"]): Spoken[] => {
  switch (asString(part["type"])) {
    case "text":
      return [{ kind: "text", role, text: textOf(part["text"]) }];
    case "think":
      return [{ kind: "thinking", role, text: textOf(part["think"]) }];
    case "error":
      return [{ kind: "system", role: "system", text: textOf(part["error"] ?? part["text"]) }];
    case "tool_call":
      return isObject(part["tool_call"]) ? callParts(part["tool_call"]) : [];
    case "image_file":
      return filesPart(objectsOf([part["image_file"]]), role);
    case "image_url":
      return filesPart([{ filename: "image" }], role);
    default:
      return [{ kind: "tool", role, text: JSON.stringify(part) }];
  }
};

const spokenIn = (item: Json, role: Draft["role"]): Spoken[] => {
  const parts = objectsOf(item["content"]).flatMap((part) => contentParts(part, role));
  const flat = asString(item["text"]);
  const isError = item["error"] === true;
  if (flat !== null && !parts.some(({ kind }) => kind === "text"))
    parts.push({ kind: isError ? "system" : "text", role: isError ? "system" : role, text: flat });
  parts.push(...filesPart([...objectsOf(item["files"]), ...objectsOf(item["attachments"])], role));
  return parts.filter(({ text, attachments }) => text !== "" || attachments !== undefined);
};

/** The messages of a record. */
const librechatDrafts = (item: Json, times: Times): Draft[] => {
  const isAsked = item["isCreatedByUser"] === true;
  const role = isAsked ? "user" : "assistant";
  const model = asString(item["model"]);
  const shared = {
    author: isAsked ? "You" : (asString(item["sender"]) ?? model ?? "Assistant"),
    ...times.read(item["createdAt"]),
    raw: JSON.stringify(without(item, "children")),
  };
  const spoken = spokenIn(item, role);
  // An empty turn is kept, but nothing was said in it.
  const parts: Spoken[] = spoken.length > 0 ? spoken : [{ kind: "system", role, text: "" }];
  return parts.map((part) => ({
    ...shared,
    ...part,
    model: part.role === "assistant" ? model : null,
  }));
};

const parentOf = (item: Json): string | null => {
  const parent = asId(item["parentMessageId"]);
  return parent === NONE ? null : parent;
};

/** All messages, of lists in lists too. */
const itemsIn = (record: Json): unknown[] => {
  const items: unknown[] = [];
  const waiting: unknown[] = [...asArray(record["messages"]), ...asArray(record[TREE])].reverse();
  while (waiting.length > 0) {
    const item = waiting.pop();
    items.push(item);
    if (isObject(item)) waiting.push(...[...asArray(item["children"])].reverse());
  }
  return items;
};

/** What is known of a conversation without its messages. */
const described = (record: Json) =>
  ({
    source: "librechat",
    ...identity(record, asId(record["conversationId"])),
    title: asString(record["title"]),
    tree: true,
    channel: null,
    raw: JSON.stringify(without(without(record, "messages"), TREE)),
  }) as const satisfies Partial<ParsedConversation>;

/** Reads a conversation. */
export const fromLibrechat = (record: Json, times: Times): ConvertedRecord => {
  const items = itemsIn(record);
  const nodes = new Map<string, TreeNode>();
  for (const item of items) {
    if (!isLibrechatMessage(item)) continue;
    const id = String(item["messageId"]);
    if (!nodes.has(id))
      nodes.set(id, { id, parent: parentOf(item), drafts: librechatDrafts(item, times) });
  }
  const { messages, circles } = layTree([...nodes.values()], null);
  return {
    conversation: {
      ...described(record),
      asOf: asOf({}, messages, times),
      messages,
      continues: false,
    },
    strange: items.length - nodes.size + circles,
  };
};

const format: ListTree = {
  isMessage: isLibrechatMessage,
  idOf: (item) => String(item["messageId"]),
  parentOf,
  drafts: librechatDrafts,
};

/** A conversation that is one long record, its messages in a list. */
export const librechatChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const { survey, messages } = readListTree(list, format, context);
  return {
    conversation: {
      ...described(record.envelope ?? {}),
      asOf: longAsOf({ ...record, envelope: {} }, survey, context.times),
    },
    damaged: survey.damaged,
    messages: messages satisfies Iterable<ParsedMessage>,
  };
};
