// DeepSeek's export: a mapping of nodes as ChatGPT's, whose messages are fragments: a request, thoughts, an answer.
import type { ParsedConversation } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import type { Part } from "./chatgpt-content.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asId, asString, isObject, type Json, objectsOf, without } from "./message.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

/** ChatGPT's messages have an author and content instead. */
export const isDeepseek = (record: Json): boolean =>
  isObject(record["mapping"]) &&
  Object.values(record["mapping"]).some(
    (node) =>
      isObject(node) && isObject(node["message"]) && Array.isArray(node["message"]["fragments"]),
  );

const kinds: ReadonlyMap<string, Part["kind"]> = new Map<string, Part["kind"]>([
  ["REQUEST", "text"],
  ["RESPONSE", "text"],
  ["THINK", "thinking"],
]);

/** Whether all fragments of a message can be read. */
export const isReadable = (item: Json): boolean => asArray(item["fragments"]).every(isObject);

/** The messages of a node. */
export const deepseekDrafts = (item: Json, times: Times): Draft[] => {
  const fragments = objectsOf(item["fragments"]);
  const isAsked = fragments.some((fragment) => fragment["type"] === "REQUEST");
  const time = times.read(item["inserted_at"]);
  const raw = JSON.stringify(item);
  const files = objectsOf(item["files"]).map((file) => ({
    name: asString(file["file_name"]) ?? asString(file["name"]) ?? "file",
    mediaType: null,
    size: typeof file["file_size"] === "number" ? file["file_size"] : null,
  }));
  const parts: Part[] = fragments.map((fragment) => ({
    kind: kinds.get(asString(fragment["type"]) ?? "") ?? "tool",
    text: asString(fragment["content"]) ?? JSON.stringify(without(fragment, "type")),
  }));
  if (files.length > 0)
    parts.push({
      kind: "attachment",
      text: files.map(({ name }) => name).join("\n"),
      attachments: files,
    });
  return parts.map((part) => ({
    ...part,
    author: isAsked ? "You" : "DeepSeek",
    role: isAsked ? "user" : "assistant",
    ...time,
    model: isAsked ? null : asString(item["model"]),
    raw,
  }));
};

/** What is known of a conversation without its messages. */
export const deepseekConversation = (
  record: Json,
  otherwise?: () => string,
): Omit<ParsedConversation, "messages" | "continues" | "asOf"> => ({
  source: "deepseek",
  ...identity(record, asId(record["id"]), otherwise),
  title: asString(record["title"]),
  tree: true,
  channel: null,
  raw: JSON.stringify(without(record, "mapping")),
});

export const fromDeepseek = (record: Json, times: Times): ConvertedRecord => {
  const mapping = isObject(record["mapping"]) ? record["mapping"] : {};
  const nodes: TreeNode[] = [];
  let strange = 0;
  let unknown = 0;
  for (const [id, node] of Object.entries(mapping)) {
    if (!isObject(node) || (node["message"] != null && !isObject(node["message"]))) {
      strange += 1;
      continue;
    }
    if (isObject(node["message"]) && !isReadable(node["message"])) unknown += 1;
    const drafts = isObject(node["message"]) ? deepseekDrafts(node["message"], times) : [];
    nodes.push({ id, parent: asString(node["parent"]), drafts });
  }
  const { messages, circles } = layTree(nodes, asString(record["current_message_id"]));
  return {
    conversation: {
      ...deepseekConversation(record),
      asOf: asOf(record, messages, times),
      messages,
      continues: false,
    },
    strange: strange + circles,
    unknown,
  };
};
