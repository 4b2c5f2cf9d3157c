// Open WebUI's export of chats: the tree of a chat's history, not the flat list beside it, which is one path of it only.
// The chat's own members are those of Open WebUI's published source; the members around them were not seen in it.
import type { Attachment, ParsedConversation } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asId, asString, isObject, type Json, objectsOf, without } from "./message.ts";
import { detailsIn } from "./openwebui-details.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

const historyOf = (record: Json): Json => {
  const chat = isObject(record["chat"]) ? record["chat"] : {};
  return isObject(chat["history"]) ? chat["history"] : {};
};

/** Whether a record is a chat of Open WebUI. */
export const isOpenwebui = (record: Json): boolean =>
  isObject(historyOf(record)["messages"]) ||
  (isObject(record["chat"]) && asArray(record["chat"]["messages"]).some(isObject));

const roles: ReadonlyMap<string, readonly [Draft["role"], string]> = new Map<
  string,
  readonly [Draft["role"], string]
>([
  ["user", ["user", "User"]],
  ["assistant", ["assistant", "Assistant"]],
  ["system", ["system", "System"]],
  ["tool", ["tool", "Tool"]],
]);

const fileOf = (file: Json): Attachment => {
  const inner = isObject(file["file"]) ? file["file"] : {};
  const url = asString(file["url"]) ?? "";
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)[;,]/.exec(url.slice(0, 100))?.[1] ?? null;
  const named = asString(file["name"]) ?? asString(inner["filename"]);
  const type = asString(file["type"]) ?? "file";
  return {
    name: (named ?? (url === "" || mediaType !== null ? type : url)).slice(0, 500),
    mediaType: asString(file["content_type"]) ?? mediaType,
    size: typeof file["size"] === "number" ? file["size"] : null,
  };
};

/** A string, or parts with texts. */
const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : objectsOf(content)
        .map((part) => asString(part["text"]) ?? "")
        .filter((text) => text !== "")
        .join("\n");

/** The words of a failed answer. */
const errorOf = (item: Json): string | null =>
  isObject(item["error"]) ? asString(item["error"]["content"]) : null;

/** The messages of a node. */
const openwebuiDrafts = (item: Json, times: Times): Draft[] => {
  const [role, author] = roles.get(asString(item["role"]) ?? "") ?? ["system", "System"];
  const raw = JSON.stringify(item);
  const shared = {
    author,
    ...times.read(item["timestamp"]),
    model: role === "assistant" ? asString(item["model"]) : null,
    raw,
  };
  const kind = role === "system" || role === "tool" ? role : "text";
  const drafts: Draft[] = detailsIn(textOf(item["content"])).map((part) => ({
    ...shared,
    role: part.isResult ? "tool" : role,
    kind: part.kind === "text" ? kind : part.kind,
    text: part.text,
  }));
  const files = objectsOf(item["files"]).map(fileOf);
  if (files.length > 0)
    drafts.push({
      ...shared,
      role,
      kind: "attachment",
      text: files.map(({ name }) => name).join("\n"),
      attachments: files,
    });
  const error = errorOf(item);
  if (error !== null) drafts.push({ ...shared, role: "system", kind: "system", text: error });
  // An empty turn is kept, but nothing was said in it.
  return drafts.length > 0 ? drafts : [{ ...shared, role, kind: "system", text: "" }];
};

/** The nodes of the history; of a chat without one, those of the list, each after the one before it. */
const nodesOf = (
  record: Json,
): { readonly items: [string, unknown][]; readonly isList: boolean } => {
  const { messages } = historyOf(record);
  if (isObject(messages)) return { items: Object.entries(messages), isList: false };
  const list = isObject(record["chat"]) ? asArray(record["chat"]["messages"]) : [];
  return {
    items: list.map((item, nth) => [(isObject(item) && asId(item["id"])) || `#${nth}`, item]),
    isList: true,
  };
};

/** A chat with its members around it; its messages are no part of what is kept of it. */
const rawOf = (record: Json): string => {
  const chat = isObject(record["chat"]) ? record["chat"] : {};
  return JSON.stringify({ ...record, chat: without(without(chat, "history"), "messages") });
};

/** Reads a chat. */
export const fromOpenwebui = (record: Json, times: Times): ConvertedRecord => {
  const chat = isObject(record["chat"]) ? record["chat"] : {};
  const { items, isList } = nodesOf(record);
  const nodes: TreeNode[] = [];
  let strange = 0;
  let before: string | null = null;
  const used = new Set<string>();
  for (const [id, item] of items) {
    if (!isObject(item) || used.has(id)) {
      strange += 1;
      continue;
    }
    used.add(id);
    const parent: string | null = isList ? before : asId(item["parentId"]);
    nodes.push({ id, parent, drafts: openwebuiDrafts(item, times) });
    before = id;
  }
  const { messages, circles } = layTree(nodes, asId(historyOf(record)["currentId"]));
  const conversation: ParsedConversation = {
    source: "openwebui",
    ...identity(record, asId(record["id"]) ?? asId(chat["id"])),
    asOf: asOf(record, messages, times),
    title: asString(record["title"]) ?? asString(chat["title"]),
    tree: true,
    channel: null,
    raw: rawOf(record),
    messages,
    continues: false,
  };
  return { conversation, strange: strange + circles };
};
