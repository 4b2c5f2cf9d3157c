// Claude's export: a conversation is a list of messages, a tree where they name their parents, a line in older exports.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { claudeParts, unknownBlocks } from "./claude-content.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asId, asString, isObject, type Json, without } from "./message.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

/** Account id → the person's name. */
export type AccountNames = ReadonlyMap<string, string>;

/** What a first message names as its parent. */
export const ROOT = "00000000-0000-4000-8000-000000000000";

export const isClaudeMessage = (item: unknown): item is Json =>
  isObject(item) &&
  (typeof item["sender"] === "string" ||
    Array.isArray(item["content"]) ||
    typeof item["text"] === "string");

export interface Chat {
  /** The name of the person. */
  readonly human: string;
  readonly model: string | null;
  readonly times: Times;
}

/** The messages of one record. */
export const claudeDrafts = (item: Json, { human, model, times }: Chat): Draft[] => {
  const byHuman = asString(item["sender"]) !== "assistant";
  const time = times.read(item["created_at"]);
  const { at } = time;
  const updated = times.read(item["updated_at"]).at;
  const raw = JSON.stringify(item);
  return claudeParts(item).map((part) => ({
    ...part,
    author: byHuman ? human : "Claude",
    role: byHuman ? "user" : "assistant",
    ...time,
    // The export stamps an answer's end as its update: only a person's later change is an edit.
    editedAt: byHuman && at !== null && updated !== null && updated > at ? updated : null,
    model: byHuman ? null : model,
    raw,
  }));
};

/** An older export, without parents: by time, and as listed among equals. */
const inLine = (nodes: readonly TreeNode[]): TreeNode[] => {
  const sorted = [...nodes].sort((a, b) => (a.drafts[0]?.at ?? 0) - (b.drafts[0]?.at ?? 0));
  const timed = nodes.every((node) => node.drafts[0]?.at != null);
  const line = timed ? sorted : nodes;
  return line.map((node, at) => ({ ...node, parent: line[at - 1]?.id ?? null }));
};

export const chatOf = (record: Json, names: AccountNames, times: Times): Chat => {
  const account = isObject(record["account"]) ? asString(record["account"]["uuid"]) : null;
  const human = (account === null ? undefined : names.get(account)) ?? "You";
  return { human, model: asString(record["model"]), times };
};

/** What is known of a conversation without its messages. */
export const claudeConversation = (
  record: Json,
  tree: boolean,
  otherwise?: () => string,
): Omit<ParsedConversation, "messages" | "continues" | "asOf"> => ({
  source: "claude",
  ...identity(record, asId(record["uuid"]), otherwise),
  title: asString(record["name"]),
  tree,
  channel: null,
  raw: JSON.stringify(without(record, "chat_messages")),
});

export const fromClaude = (record: Json, names: AccountNames, times: Times): ConvertedRecord => {
  const items = asArray(record["chat_messages"]);
  const known = items.filter(isClaudeMessage);
  const chat = chatOf(record, names, times);
  const used = new Set<string>();
  const nodes = known.map((item, index): TreeNode => {
    const own = asId(item["uuid"]) ?? `#${index}`;
    // Two messages of one id cannot both be themselves: the second is known by its place.
    const id = used.has(own) ? `${own}#${index}` : own;
    used.add(id);
    const parent = asString(item["parent_message_uuid"]);
    return { id, parent: parent === ROOT ? null : parent, drafts: claudeDrafts(item, chat) };
  });
  const tree = known.some((item) => asString(item["parent_message_uuid"]) !== null);
  const leaf = tree ? asString(record["current_leaf_message_uuid"]) : null;
  const laid = layTree(tree ? nodes : inLine(nodes), leaf);
  const line = (messages: readonly ParsedMessage[]) =>
    messages.map((item) => ({ ...item, parent: null }));
  return {
    conversation: {
      ...claudeConversation(record, tree),
      asOf: asOf(record, laid.messages, times),
      messages: tree ? laid.messages : line(laid.messages),
      continues: false,
    },
    strange: items.length - known.length + laid.circles,
    unknown: known.reduce((sum, item) => sum + unknownBlocks(item), 0),
  };
};
