// ChatGPT's export: a conversation is a mapping of nodes, a tree whose main path ends at `current_node`.
import type { ParsedConversation, Role } from "#services/domain/conversation.ts";
import { type AssetNames, chatgptParts, isKnownContent } from "./chatgpt-content.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asId, asString, isObject, type Json, without } from "./message.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";
import type { UnreadableCounts } from "./unreadable.ts";

export interface ConvertedRecord {
  readonly conversation: ParsedConversation;
  /** Parts of the record that are no messages. */
  readonly strange: number;
  /** Kinds of content that are not known, whose words were kept as they stand. */
  readonly unknown?: number;
  /** Messages that nobody can read. */
  readonly unreadable?: UnreadableCounts;
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

interface Around {
  readonly names: AssetNames;
  readonly times: Times;
  /** The conversation's own record, without its messages. */
  readonly record: Json;
}

/** The messages of a node. */
export const chatgptDrafts = (item: Json, { names, times, record }: Around): Draft[] => {
  const author = isObject(item["author"]) ? item["author"] : {};
  const metadata = isObject(item["metadata"]) ? item["metadata"] : {};
  const role = roles.get(asString(author["role"]) ?? "") ?? "system";
  const time = times.read(item["create_time"]);
  // In a conversation of several people each has a name.
  const own = role === "assistant" ? null : asString(author["name"]);
  // An answer that names no model is by that of the conversation.
  const model = asString(metadata["model_slug"]) ?? asString(record["default_model_slug"]);
  const raw = JSON.stringify(item);
  return chatgptParts(item, names).map((part) => ({
    ...part,
    author: own ?? authors[role],
    role,
    ...time,
    model: role === "assistant" ? model : null,
    raw,
  }));
};

/** What is known of a conversation without its messages. */
export const chatgptConversation = (
  record: Json,
  otherwise?: () => string,
): Omit<ParsedConversation, "messages" | "continues" | "asOf"> => ({
  source: "chatgpt",
  ...identity(record, asId(record["conversation_id"]) ?? asId(record["id"]), otherwise),
  title: asString(record["title"]),
  tree: true,
  channel: null,
  raw: JSON.stringify(without(record, "mapping")),
});

/** Parents of nodes that do not name theirs: the nodes that name them as a child. A single one without a parent is the root. */
const adoptions = (mapping: Json): ReadonlyMap<string, string> => {
  const adopted = new Map<string, string>();
  const isOrphan = (node: unknown) => isObject(node) && asString(node["parent"]) === null;
  if (Object.values(mapping).filter(isOrphan).length < 2) return adopted;
  for (const [id, node] of Object.entries(mapping))
    if (isObject(node))
      for (const child of asArray(node["children"]))
        if (typeof child === "string") adopted.set(child, id);
  return adopted;
};

export const fromChatgpt = (record: Json, names: AssetNames, times: Times): ConvertedRecord => {
  const mapping = isObject(record["mapping"]) ? record["mapping"] : {};
  const nodes: TreeNode[] = [];
  let strange = 0;
  let unknown = 0;
  const adopted = adoptions(mapping);
  for (const [id, node] of Object.entries(mapping)) {
    if (!isObject(node) || (node["message"] != null && !isObject(node["message"]))) {
      strange += 1;
      continue;
    }
    if (isObject(node["message"]) && !isKnownContent(node["message"])) unknown += 1;
    const parent = asString(node["parent"]) ?? adopted.get(id) ?? null;
    nodes.push({
      id,
      parent,
      drafts: isObject(node["message"])
        ? chatgptDrafts(node["message"], { names, times, record })
        : [],
    });
  }
  const { messages, circles } = layTree(nodes, asString(record["current_node"]));
  return {
    conversation: {
      ...chatgptConversation(record),
      asOf: asOf(record, messages, times),
      messages,
      continues: false,
    },
    strange: strange + circles,
    unknown,
  };
};
