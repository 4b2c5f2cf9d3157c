// OpenAI-style records: `{ messages: [{ role, content }] }`, one conversation each.
import type { Attachment, ParsedMessage, Role } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { claudeParts } from "./claude-content.ts";
import { asOf, identity } from "./identity.ts";
import {
  asArray,
  asId,
  asString,
  isObject,
  type Json,
  message,
  objectsOf,
  without,
} from "./message.ts";
import { isResponseItem, itemParts } from "./response-items.ts";
import type { Times } from "./times.ts";

const roleOf: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["user", "user"],
  ["human", "user"],
  ["assistant", "assistant"],
  ["model", "assistant"],
  ["system", "system"],
  ["developer", "system"],
  ["tool", "tool"],
  ["function", "tool"],
]);

const authorOf = {
  user: "User",
  assistant: "Assistant",
  system: "System",
  tool: "Tool",
  person: "User",
};

/** The member that holds the messages: `conversation` in logs of prompts (LMSYS, WildChat). */
export const memberOf = (record: Json): string =>
  Array.isArray(record["messages"]) ? "messages" : "conversation";

export const isOpenai = (record: Json): boolean => asArray(record[memberOf(record)]).some(hasRole);

interface Content {
  readonly text: string;
  readonly files: readonly Attachment[];
  /** Parts of no kind that is known: their words are kept as they stand. */
  readonly unknown: number;
}

/** Parts that are files: `image_url`, `input_audio`, `document` and the like. */
const isFile = /image|audio|video|file|document/;

/** The words of a part; "" for one that is empty, undefined for one that has none. */
const wordsOf = (part: Json): string | undefined => {
  const text = isObject(part["text"]) ? part["text"]["value"] : part["text"];
  if (typeof text === "string") return text;
  return asString(part["refusal"]) ?? asString(part["content"]) ?? undefined;
};

/** A string, or parts: texts are joined, files are placeholders, and of anything else the record is kept as text. */
const contentOf = (content: unknown): Content => {
  if (typeof content === "string") return { text: content, files: [], unknown: 0 };
  const parts = Array.isArray(content) ? content : content == null ? [] : [content];
  const texts: string[] = [];
  const files: Attachment[] = [];
  let unknown = 0;
  for (const part of parts) {
    const type = isObject(part) ? (asString(part["type"]) ?? "part") : "";
    const words = isObject(part) ? wordsOf(part) : typeof part === "string" ? part : undefined;
    if (words !== undefined) texts.push(words);
    else if (isObject(part) && isFile.test(type)) files.push(fileOf(type, part));
    else if (part !== null) {
      texts.push(JSON.stringify(part));
      unknown += 1;
    }
  }
  return { text: texts.filter((text) => text !== "").join("\n"), files, unknown };
};

const fileOf = (type: string, part: Json): Attachment => {
  const named = Object.hasOwn(part, type) ? part[type] : undefined;
  const inner = isObject(named) ? named : {};
  const url = asString(inner["url"]) ?? "";
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)[;,]/.exec(url.slice(0, 100))?.[1] ?? null;
  const name = asString(inner["filename"]) ?? (url === "" || mediaType !== null ? type : url);
  return { name: name.slice(0, 500), mediaType, size: null };
};

const callText = (call: Json): string => {
  const inner = isObject(call["function"]) ? call["function"] : call;
  const given = inner["arguments"];
  const args = typeof given === "string" ? given : JSON.stringify(given ?? {});
  return `${asString(inner["name"]) ?? "tool"}(${args})`;
};

type Part = Pick<ParsedMessage, "kind" | "text"> & {
  readonly files?: readonly Attachment[];
  /** The id of the call that this part is. */
  readonly call?: string | null;
};

/** Blocks of Anthropic's Messages API, which no part of OpenAI's is called. */
const anthropicBlocks = new Set(["thinking", "redacted_thinking", "tool_use", "tool_result"]);

/** A message in Anthropic's blocks; undefined for others. */
const anthropicParts = (item: Json): Part[] | undefined => {
  const blocks = objectsOf(item["content"]);
  if (!blocks.some((block) => anthropicBlocks.has(asString(block["type"]) ?? ""))) return undefined;
  const call = blocks.find((block) => asString(block["type"]) === "tool_use");
  return claudeParts({ content: item["content"] }).map((part) => ({
    ...part,
    files: part.attachments ?? [],
    call: part.kind === "tool" ? asString(call?.["id"]) : null,
  }));
};

const partsOf = (item: Json, role: Role): Part[] => {
  if (!hasRole(item))
    return itemParts(item).map(({ attachments, ...part }) => ({
      ...part,
      files: attachments ?? [],
    }));
  const anthropic = anthropicParts(item);
  if (anthropic !== undefined) return anthropic;
  const spoken = role === "tool" || role === "system" ? role : "text";
  const parts: Part[] = [];
  const thinking = asString(item["reasoning_content"]) ?? asString(item["reasoning"]);
  if (thinking !== null) parts.push({ kind: "thinking", text: thinking });
  const { text, files } = contentOf(item["content"]);
  if (text !== "") parts.push({ kind: spoken, text });
  if (files.length > 0)
    parts.push({ kind: "attachment", text: files.map((file) => file.name).join("\n"), files });
  const single = item["function_call"];
  for (const call of [...objectsOf(item["tool_calls"]), ...(isObject(single) ? [single] : [])])
    parts.push({ kind: "tool", text: callText(call), call: asString(call["id"]) });
  return parts.length > 0 ? parts : [{ kind: spoken, text: "" }];
};

/** What a record says of all of its messages. */
export interface OpenaiRecord {
  readonly model: string | null;
  /** A log of one request has one time; so has a row of a log of prompts. */
  readonly at: unknown;
}

/** What a record says of its messages where they say nothing themselves. */
export const aboutOf = (record: Json): OpenaiRecord => ({
  model: asString(record["model"]),
  at: record["loggedAt"] ?? (record["messages"] === undefined ? record["timestamp"] : undefined),
});

/** When a message was written. */
export const openaiTime = (item: Json, times: Times, { at }: OpenaiRecord) =>
  times.read(
    item["timestamp"] ?? item["created_at"] ?? item["create_time"] ?? item["created"] ?? at,
  );

/** The prompt that stands beside the messages, as Anthropic's API has it. */
export const systemOf = (record: Json): Json | undefined => {
  const { system } = record;
  const isThere = Array.isArray(system) ? system.length > 0 : asString(system) !== null;
  return isThere ? { role: "system", content: system } : undefined;
};

/** The call whose result a message is: OpenAI's member, or that of Anthropic's block. */
const answeredCall = (item: Json): string | null =>
  asString(item["tool_call_id"]) ??
  (hasRole(item) ? null : asString(item["call_id"])) ??
  asString(
    objectsOf(item["content"]).find((block) => block["type"] === "tool_result")?.["tool_use_id"],
  );

/** Of an item without a role: a result is the tool's, anything else the model's. */
const itemRole = (item: Json): Role =>
  asString(item["type"])?.endsWith("_output") === true ? "tool" : "assistant";

export interface OpenaiContext {
  /** Call id → the key of the message that made the call; filled on the way. */
  readonly calls: Map<string, string>;
  readonly times: Times;
  readonly about: OpenaiRecord;
}

/**
 * One record's message → one or several of ours, their keys `3`, `3/1`, …
 * @param index its place; −1 for the prompt beside the messages
 */
export const openaiMessages = (
  item: Json,
  index: number,
  { calls, times, about }: OpenaiContext,
): ParsedMessage[] => {
  const named = asString(item["role"]) ?? "";
  const role = hasRole(item) ? (roleOf.get(named.toLowerCase()) ?? "person") : itemRole(item);
  const id = asId(item["id"]);
  const time = openaiTime(item, times, about);
  const raw = JSON.stringify(item);
  const replyTo = calls.get(answeredCall(item) ?? "") ?? null;
  const fallback = role === "person" ? named || "Unknown" : authorOf[role];
  return partsOf(item, role).map((part, nth) => {
    const suffix = nth === 0 ? "" : `/${nth}`;
    const key = `${index}${suffix}`;
    if (part.call) calls.set(part.call, key);
    return message({
      key,
      sourceId: id === null ? null : `${id}${suffix}`,
      // Room for the parts of a message, so that a message's place depends on none before it.
      position: index * 1000 + nth,
      replyTo,
      author: asString(item["name"]) ?? fallback,
      role,
      kind: part.kind,
      ...time,
      authorId: role === "user" ? asString(item["hashed_ip"]) : null,
      model: asString(item["model"]) ?? (role === "assistant" ? about.model : null),
      text: part.text,
      attachments: part.files ?? [],
      raw,
    });
  });
};

const hasRole = (item: unknown): item is Json => isObject(item) && typeof item["role"] === "string";

export const isOpenaiMessage = (item: unknown): item is Json =>
  hasRole(item) || isResponseItem(item);

/** WildChat's hash is that of the words, which two people may have had alike. */
const rowId = (record: Json): string | null => {
  const hash = asId(record["conversation_hash"]);
  if (hash === null) return null;
  return [hash, asId(record["hashed_ip"]) ?? "", asId(record["timestamp"]) ?? ""].join("/");
};

export const idOf = (record: Json): string | null =>
  rowId(record) ??
  asId(record["id"]) ??
  asId(record["uuid"]) ??
  asId(record["conversation_id"]) ??
  asId(record["chat_id"]);

export const titleOf = (record: Json): string | null => {
  const metadata = isObject(record["metadata"]) ? record["metadata"] : {};
  return asString(record["title"]) ?? asString(metadata["title"]) ?? asString(record["name"]);
};

/** Parts of a message of no kind that is known. */
export const unknownParts = (item: Json): number =>
  anthropicParts(item) || !hasRole(item) ? 0 : contentOf(item["content"]).unknown;

export const fromOpenai = (record: Json, times: Times): ConvertedRecord => {
  const member = memberOf(record);
  const items = asArray(record[member]);
  const context = { calls: new Map<string, string>(), times, about: aboutOf(record) };
  const system = systemOf(record);
  const spoken = [
    ...(system ? openaiMessages(system, -1, context) : []),
    ...items.flatMap((item, index) =>
      isOpenaiMessage(item) ? openaiMessages(item, index, context) : [],
    ),
  ];
  const known = items.filter(isOpenaiMessage);
  return {
    conversation: {
      source: "openai",
      ...identity(record, idOf(record)),
      asOf: asOf(record, spoken, times),
      title: titleOf(record),
      tree: false,
      channel: null,
      messages: spoken,
      raw: JSON.stringify(without(record, member)),
      continues: false,
    },
    strange: items.length - known.length,
    unknown: known.reduce((sum, item) => sum + unknownParts(item), 0),
  };
};
