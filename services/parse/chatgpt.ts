// ChatGPT's export: a conversation is a mapping of nodes, a tree whose main path ends at `current_node`.
import type { ParsedConversation, Role } from "#services/domain/conversation.ts";
import { type AssetNames, chatgptParts } from "./chatgpt-content.ts";
import {
  asArray,
  asId,
  asString,
  fingerprint,
  fromSeconds,
  isObject,
  type Json,
  without,
} from "./message.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

export interface ConvertedRecord {
  readonly conversation: ParsedConversation;
  /** Parts of the record that are no messages. */
  readonly strange: number;
}

const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["user", "user"],
  ["assistant", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
]);
const authors = {
  user: "You",
  assistant: "ChatGPT",
  system: "System",
  tool: "Tool",
  person: "You",
};

const draftsOf = (item: Json, names: AssetNames): Draft[] => {
  const author = isObject(item["author"]) ? item["author"] : {};
  const metadata = isObject(item["metadata"]) ? item["metadata"] : {};
  const role = roles.get(asString(author["role"]) ?? "") ?? "system";
  const at = fromSeconds(item["create_time"]);
  const model = asString(metadata["model_slug"]);
  const raw = JSON.stringify(item);
  return chatgptParts(item, names).map((part) => ({
    ...part,
    author:
      role === "tool" || role === "system"
        ? (asString(author["name"]) ?? authors[role])
        : authors[role],
    role,
    at,
    zoneKnown: at !== null,
    model: role === "assistant" ? model : null,
    raw,
  }));
};

export const fromChatgpt = (record: Json, names: AssetNames): ConvertedRecord => {
  const mapping = isObject(record["mapping"]) ? record["mapping"] : {};
  const nodes: TreeNode[] = [];
  let strange = 0;
  /** A node that does not name its parent is found under the one that names it as a child. */
  const adopted = new Map<string, string>();
  for (const [id, node] of Object.entries(mapping))
    if (isObject(node))
      for (const child of asArray(node["children"]))
        if (typeof child === "string") adopted.set(child, id);
  for (const [id, node] of Object.entries(mapping)) {
    if (!isObject(node) || (node["message"] != null && !isObject(node["message"]))) {
      strange += 1;
      continue;
    }
    const parent = asString(node["parent"]) ?? adopted.get(id) ?? null;
    nodes.push({
      id,
      parent,
      drafts: isObject(node["message"]) ? draftsOf(node["message"], names) : [],
    });
  }
  const { messages, circles } = layTree(nodes, asString(record["current_node"]));
  const own = without(record, "mapping");
  return {
    conversation: {
      source: "chatgpt",
      sourceId:
        asId(record["conversation_id"]) ??
        asId(record["id"]) ??
        fingerprint(JSON.stringify(record)),
      title: asString(record["title"]),
      tree: true,
      channel: null,
      messages,
      raw: JSON.stringify(own),
      continues: false,
    },
    strange: strange + circles,
  };
};
