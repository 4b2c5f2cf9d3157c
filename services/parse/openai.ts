// OpenAI-style records: `{ messages: [{ role, content }] }`, one conversation each.
import type { Attachment, ParsedMessage, Role } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import {
  asArray,
  asId,
  asString,
  fingerprint,
  fromAny,
  isObject,
  type Json,
  message,
  objectsOf,
  without,
} from "./message.ts";

const roleOf: Readonly<Record<string, Role>> = {
  user: "user",
  human: "user",
  assistant: "assistant",
  model: "assistant",
  system: "system",
  developer: "system",
  tool: "tool",
  function: "tool",
};

const authorOf = {
  user: "User",
  assistant: "Assistant",
  system: "System",
  tool: "Tool",
  person: "User",
};

export const isOpenai = (record: Json): boolean => {
  const messages = record["messages"];
  if (!Array.isArray(messages)) return false;
  return messages.some((item) => isObject(item) && typeof item["role"] === "string");
};

interface Content {
  readonly text: string;
  readonly files: readonly Attachment[];
}

/** A string, or parts: texts are joined, everything else is a placeholder. */
const contentOf = (content: unknown): Content => {
  if (typeof content === "string") return { text: content, files: [] };
  const texts: string[] = [];
  const files: Attachment[] = [];
  for (const part of asArray(content)) {
    if (typeof part === "string") texts.push(part);
    if (!isObject(part)) continue;
    const text = asString(part["text"]) ?? asString(part["refusal"]);
    const type = asString(part["type"]) ?? "part";
    if (text !== null) texts.push(text);
    else if (type !== "text") files.push(fileOf(type, part));
  }
  return { text: texts.join("\n"), files };
};

const fileOf = (type: string, part: Json): Attachment => {
  const inner = isObject(part[type]) ? part[type] : {};
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

interface Calls {
  /** Call id → the message that made it. */
  readonly made: Map<string, string>;
}

/** One record's message → one or several of ours, their keys `3`, `3/1`, … */
const messagesOf = (item: Json, index: number, calls: Calls): ParsedMessage[] => {
  const role = roleOf[String(item["role"]).toLowerCase()] ?? "person";
  const id = asId(item["id"]);
  const author =
    asString(item["name"]) ?? (role === "person" ? String(item["role"]) : authorOf[role]);
  const raw = JSON.stringify(item);
  const answered = asString(item["tool_call_id"]);
  const replyTo = answered === null ? null : (calls.made.get(answered) ?? null);
  const at = fromAny(
    item["timestamp"] ?? item["created_at"] ?? item["create_time"] ?? item["created"],
  );
  const made: ParsedMessage[] = [];
  const add = (
    kind: ParsedMessage["kind"],
    text: string,
    attachments: readonly Attachment[] = [],
  ) => {
    const nth = made.length;
    const suffix = nth === 0 ? "" : `/${nth}`;
    made.push(
      message({
        key: `${index}${suffix}`,
        sourceId: id === null ? null : `${id}${suffix}`,
        // Room for the parts of a message, so that a message's place depends on none before it.
        position: index * 1000 + nth,
        replyTo,
        author,
        role,
        kind,
        at,
        zoneKnown: at !== null,
        model: asString(item["model"]),
        text,
        attachments,
        raw,
      }),
    );
  };

  const thinking = asString(item["reasoning_content"]) ?? asString(item["reasoning"]);
  if (thinking !== null) add("thinking", thinking);
  const { text, files } = contentOf(item["content"]);
  if (text !== "") add(role === "tool" ? "tool" : role === "system" ? "system" : "text", text);
  if (files.length > 0) add("attachment", files.map((file) => file.name).join("\n"), files);
  const single = item["function_call"];
  for (const call of [...objectsOf(item["tool_calls"]), ...(isObject(single) ? [single] : [])]) {
    const callId = asString(call["id"]);
    if (callId !== null)
      calls.made.set(callId, made.length === 0 ? `${index}` : `${index}/${made.length}`);
    add("tool", callText(call));
  }
  if (made.length === 0) add(role === "tool" ? "tool" : role === "system" ? "system" : "text", "");
  return made;
};

export const idOf = (record: Json): string =>
  asId(record["id"]) ??
  asId(record["uuid"]) ??
  asId(record["conversation_id"]) ??
  fingerprint(JSON.stringify(record));

export const titleOf = (record: Json): string | null => {
  const metadata = isObject(record["metadata"]) ? record["metadata"] : {};
  return asString(record["title"]) ?? asString(metadata["title"]) ?? asString(record["name"]);
};

export const fromOpenai = (record: Json): ConvertedRecord => {
  const items = asArray(record["messages"]);
  const calls: Calls = { made: new Map() };
  const spoken = items.flatMap((item, index) =>
    isObject(item) && typeof item["role"] === "string" ? messagesOf(item, index, calls) : [],
  );
  const known = items.filter((item) => isObject(item) && typeof item["role"] === "string");
  return {
    conversation: {
      source: "openai",
      sourceId: idOf(record),
      title: titleOf(record),
      tree: false,
      channel: null,
      messages: spoken,
      raw: JSON.stringify(without(record, "messages")),
      continues: false,
    },
    strange: items.length - known.length,
  };
};
