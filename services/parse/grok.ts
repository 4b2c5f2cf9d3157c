// Grok's export (`prod-grok-backend.json`): conversations with their responses, a tree, times in MongoDB's JSON.
import type { Attachment } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asId, asString, isObject, type Json, objectsOf, without } from "./message.ts";
import type { Times } from "./times.ts";
import { type Draft, layTree, type TreeNode } from "./tree.ts";

const responseIn = (item: unknown): Json | undefined =>
  isObject(item) && isObject(item["response"]) ? item["response"] : undefined;

/** Whether a record is a conversation of Grok. */
export const isGrok = (record: Json): boolean =>
  isObject(record["conversation"]) && Array.isArray(record["responses"]);

/** `{$date: {$numberLong: "…"}}` and `{$date: "…"}` as what is in them. */
const timeIn = (value: unknown): unknown => {
  const date = isObject(value) ? value["$date"] : value;
  return isObject(date) ? date["$numberLong"] : date;
};

/** An export has its files in folders named by their ids. */
const placeOf = (id: unknown): Pick<Attachment, "file"> =>
  typeof id === "string" && id !== "" ? { file: `${id}/content` } : {};

const filesOf = (response: Json): Attachment[] => [
  ...asArray(response["file_attachments"]).map(
    (file): Attachment => ({
      name: asString(isObject(file) ? (file["file_name"] ?? file["id"]) : file) ?? "file",
      mediaType: isObject(file) ? asString(file["mime_type"]) : null,
      size: null,
      ...placeOf(isObject(file) ? file["id"] : file),
    }),
  ),
  ...objectsOf(response["image_attachments"]).map((file) => ({
    name: asString(file["name"]) ?? asString(file["url"]) ?? "image",
    mediaType: null,
    size: null,
  })),
];

const grokDrafts = (response: Json, times: Times): Draft[] => {
  // The vendor writes the sender in small and in large letters.
  const isAnswer = asString(response["sender"])?.toLowerCase() === "assistant";
  const shared = {
    role: isAnswer ? ("assistant" as const) : ("user" as const),
    author: isAnswer ? "Grok" : "You",
    ...times.read(timeIn(response["create_time"])),
    // The person's messages name a model too: the one that was asked.
    model: isAnswer ? asString(response["model"]) : null,
    raw: JSON.stringify(response),
  };
  const drafts: Draft[] = [];
  const thoughts = asString(response["thinking_trace"]);
  if (thoughts !== null) drafts.push({ ...shared, kind: "thinking", text: thoughts });
  const text = asString(response["message"]);
  if (text !== null) drafts.push({ ...shared, kind: "text", text });
  const files = filesOf(response);
  if (files.length > 0)
    drafts.push({
      ...shared,
      kind: "attachment",
      text: files.map(({ name }) => name).join("\n"),
      attachments: files,
    });
  // An answer that was broken off is kept as an empty one.
  return drafts.length > 0 ? drafts : [{ ...shared, kind: "system", text: "" }];
};

/** Reads a conversation. */
export const fromGrok = (record: Json, times: Times): ConvertedRecord => {
  const own = isObject(record["conversation"]) ? record["conversation"] : {};
  const items = asArray(record["responses"]);
  const nodes = new Map<string, TreeNode>();
  for (const [nth, item] of items.entries()) {
    const response = responseIn(item);
    if (!response) continue;
    const id = asId(response["_id"]) ?? `#${nth}`;
    const parent = asId(response["parent_response_id"]);
    if (!nodes.has(id)) nodes.set(id, { id, parent, drafts: grokDrafts(response, times) });
  }
  const leaf = asId(own["leaf_response_id"]);
  const { messages, circles } = layTree([...nodes.values()], leaf);
  const title = asString(own["title"]) ?? asString(own["summary"]);
  return {
    conversation: {
      source: "grok",
      ...identity(record, asId(own["id"])),
      asOf: asOf({ update_time: timeIn(own["modify_time"]) }, messages, times),
      title,
      tree: true,
      channel: null,
      messages,
      raw: JSON.stringify(without(record, "responses")),
      continues: false,
    },
    strange: items.length - nodes.size + circles,
  };
};
