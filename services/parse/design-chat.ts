// Chats of Claude's design tool, in `design_chats/` of its exports: OpenAI's member names around content of Claude's own kind.
import { asArray, asString, isObject, type Json, objectsOf } from "./message.ts";

const contentOf = (item: unknown): Json | undefined =>
  isObject(item) && typeof item["role"] === "string" && isObject(item["content"])
    ? item["content"]
    : undefined;

/** The content of a message is an object, with its words in it or in blocks: in no other format it is. */
export const isDesignChat = (record: Json): boolean =>
  asArray(record["messages"]).some((item) => {
    const content = contentOf(item);
    return (
      content !== undefined &&
      (Array.isArray(content["contentBlocks"]) || typeof content["content"] === "string")
    );
  });

/** A block as Claude's conversations have it. */
const asBlock = (block: Json): Json => {
  const call = isObject(block["toolCall"]) ? block["toolCall"] : undefined;
  if (call !== undefined) return { ...call, type: "tool_use" };
  if (block["type"] === "thinking") return { type: "thinking", thinking: block["text"] };
  const { message } = block;
  const said = isObject(message) ? message["content"] : message;
  return typeof said === "string" ? { type: "text", text: said } : block;
};

/** One of its messages, as one of Claude's; anything else as it is. */
export const asClaudeMessage = (item: unknown): unknown => {
  if (!isObject(item)) return item;
  const content = isObject(item["content"]) ? item["content"] : {};
  const blocks = objectsOf(content["contentBlocks"]).map(asBlock);
  const files = objectsOf(content["attachments"]).map((file) => ({
    file_name: file["name"],
    extracted_content: file["content"],
  }));
  return {
    ...item,
    sender: item["role"] === "assistant" ? "assistant" : "human",
    text: asString(content["content"]) ?? "",
    content: blocks,
    attachments: files,
  };
};

/** The record as one of Claude's conversations. */
export const asClaude = (record: Json): Json => {
  const { messages, ...own } = record;
  return {
    ...own,
    name: asString(record["name"]) ?? asString(record["title"]),
    chat_messages: asArray(messages).map(asClaudeMessage),
  };
};
