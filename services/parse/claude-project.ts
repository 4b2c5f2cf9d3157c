// A project in a Claude export → a conversation of its documents: each is an attachment with its text, its instructions stand before them.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import type { AccountNames } from "./claude.ts";
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
import type { Times } from "./times.ts";

/** The list of a project's documents. */
export const DOCS = "docs";

/** A record with instructions and documents, or with documents alone; in no other format there are such. */
export const isProject = (record: Json): boolean =>
  Array.isArray(record[DOCS]) &&
  (typeof record["prompt_template"] === "string" ||
    objectsOf(record[DOCS]).some((doc) => typeof doc["filename"] === "string"));

export const isDocument = (item: unknown): item is Json =>
  isObject(item) && (typeof item["content"] === "string" || typeof item["filename"] === "string");

/** What is known of a project without its documents. */
export const projectConversation = (
  record: Json,
  otherwise?: () => string,
): Omit<ParsedConversation, "messages" | "continues" | "asOf"> => {
  const name = asString(record["name"]);
  return {
    source: "claude",
    ...identity(record, asId(record["uuid"]), otherwise),
    title: name,
    tree: false,
    // So that its name finds them: the channel of a message is its room or its project.
    channel: name,
    raw: JSON.stringify(without(record, DOCS)),
  };
};

const creatorOf = (record: Json, names: AccountNames): string => {
  const creator = isObject(record["creator"]) ? record["creator"] : {};
  const known = names.get(asString(creator["uuid"]) ?? "");
  // An older export does not say who made it; of a single account there is no doubt.
  const only = names.size === 1 ? [...names.values()][0] : undefined;
  return known ?? asString(creator["full_name"]) ?? only ?? "You";
};

/** Its description and instructions, as one entry; none where it has neither. */
export const projectInstructions = (record: Json, times: Times): ParsedMessage[] => {
  const texts = ["description", "prompt_template"].map((key) => asString(record[key]));
  const text = texts.filter((one) => one !== null).join("\n\n");
  if (text === "") return [];
  return [
    message({
      key: "instructions",
      sourceId: "instructions",
      position: 0,
      author: "Project instructions",
      role: "system",
      kind: "system",
      text,
      ...times.read(record["created_at"]),
      raw: JSON.stringify(without(record, DOCS)),
    }),
  ];
};

/** When a document was added. */
export const documentTime = (doc: Json, times: Times) => times.read(doc["created_at"]);

/** Makes the messages of a project's documents, in their order. */
export const openDocuments = (record: Json, names: AccountNames, times: Times) => {
  const author = creatorOf(record, names);
  const used = new Set<string>();
  return (doc: Json, nth: number): ParsedMessage => {
    const own = asId(doc["uuid"]) ?? `#${nth}`;
    // Two documents of one id cannot both be themselves: the second is known by its place.
    const key = used.has(own) ? `${own}#${nth}` : own;
    used.add(key);
    const content = asString(doc["content"]);
    const name = asString(doc["filename"]) ?? "document";
    return message({
      key,
      sourceId: key,
      position: nth + 1,
      author,
      role: "user",
      kind: "attachment",
      text: content === null ? name : `${name}\n\n${content}`,
      attachments: [
        { name, mediaType: null, size: content === null ? null : Buffer.byteLength(content) },
      ],
      ...documentTime(doc, times),
      raw: JSON.stringify(doc),
    });
  };
};

export const fromProject = (record: Json, names: AccountNames, times: Times): ConvertedRecord => {
  const items = asArray(record[DOCS]);
  const document = openDocuments(record, names, times);
  const messages = [
    ...projectInstructions(record, times),
    ...items.flatMap((item, nth) => (isDocument(item) ? [document(item, nth)] : [])),
  ];
  return {
    conversation: {
      ...projectConversation(record),
      asOf: asOf(record, messages, times),
      messages,
      continues: false,
    },
    strange: items.filter((item) => !isDocument(item)).length,
  };
};
