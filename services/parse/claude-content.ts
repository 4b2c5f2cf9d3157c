// What a Claude message holds → texts, thoughts, tool work and attachments, in the order of its blocks.
import type { Attachment } from "#services/domain/conversation.ts";
import type { Part } from "./chatgpt-content.ts";
import { asString, isObject, type Json, objectsOf, without } from "./message.ts";

const pretty = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? {});

/** The words in a tool's result: a string, or blocks of text, knowledge and the like. */
const resultText = (content: unknown): string => {
  if (typeof content === "string") return content;
  return objectsOf(content)
    .map((block) =>
      [asString(block["title"]), asString(block["url"]), asString(block["text"])]
        .filter(Boolean)
        .join("\n"),
    )
    .filter((text) => text !== "")
    .join("\n\n");
};

/** A picture or document in the message itself: by its title, its address, or what it is. */
const sourceOf = (type: string, block: Json): Attachment => {
  const source = isObject(block["source"]) ? block["source"] : {};
  const name = asString(block["title"]) ?? asString(source["url"])?.slice(0, 500) ?? type;
  return { name, mediaType: asString(source["media_type"]), size: null };
};

const blockPart = (block: Json): Part | undefined => {
  const type = asString(block["type"]);
  switch (type) {
    case "text":
    case "voice_note":
      return { kind: "text", text: asString(block["text"]) ?? "" };
    case "thinking":
      return {
        kind: "thinking",
        text: asString(block["thinking"]) ?? asString(block["text"]) ?? "",
      };
    case "redacted_thinking":
      return { kind: "thinking", text: "" };
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return {
        kind: "tool",
        text: `${asString(block["name"]) ?? "tool"}(${pretty(block["input"])})`,
      };
    case "tool_result":
    case "mcp_tool_result":
      return { kind: "tool", text: resultText(block["content"]) };
    case "image":
    case "document": {
      const file = sourceOf(type, block);
      return { kind: "attachment", text: file.name, attachments: [file] };
    }
    case "token_budget":
    case "flag":
      return undefined;
    default: {
      const text = asString(block["text"]);
      return text === null
        ? { kind: "tool", text: `[${type ?? "block"}] ${JSON.stringify(without(block, "type"))}` }
        : { kind: "text", text };
    }
  }
};

const fileOf = (file: Json): Attachment => ({
  name: asString(file["file_name"]) ?? asString(file["file_uuid"]) ?? "file",
  mediaType: asString(file["file_type"]),
  size: typeof file["file_size"] === "number" ? file["file_size"] : null,
});

/** A list; anything else is taken for a single block, so that no word is lost. */
const blocksOf = (content: unknown): readonly unknown[] =>
  Array.isArray(content) ? content : content == null || content === "" ? [] : [content];

const wordsPart = (block: unknown): Part | undefined =>
  block == null ? undefined : { kind: "text", text: pretty(block) };

/** Kinds of blocks that are read as what they are. */
const known = new Set(
  "text voice_note thinking redacted_thinking tool_use server_tool_use mcp_tool_use tool_result mcp_tool_result image document token_budget flag".split(
    " ",
  ),
);

/** How many blocks of a message are of no kind that is known: their words are kept as they stand. */
export const unknownBlocks = (item: Json): number =>
  blocksOf(item["content"]).filter(
    (block) => !isObject(block) || !known.has(asString(block["type"]) ?? ""),
  ).length;

/** One message's parts, at least one. Neighbouring texts are one; an empty one is left out. */
export const claudeParts = (item: Json): Part[] => {
  const parts: Part[] = [];
  for (const block of blocksOf(item["content"])) {
    const part = isObject(block) ? blockPart(block) : wordsPart(block);
    const last = parts.at(-1);
    if (!part || (part.kind === "text" && part.text === "")) continue;
    if (last?.kind === "text" && part.kind === "text")
      parts[parts.length - 1] = { kind: "text", text: `${last.text}\n\n${part.text}` };
    else parts.push(part);
  }
  const flat = asString(item["text"]);
  if (flat !== null && !parts.some((part) => part.kind === "text"))
    parts.push({ kind: "text", text: flat });
  for (const file of objectsOf(item["attachments"]))
    parts.push({
      kind: "attachment",
      text: asString(file["extracted_content"]) ?? fileOf(file).name,
      attachments: [fileOf(file)],
    });
  const files = [...objectsOf(item["files"]), ...objectsOf(item["files_v2"])].map(fileOf);
  const fresh = files.filter(
    (file, at) => files.findIndex((other) => other.name === file.name) === at,
  );
  if (fresh.length > 0)
    parts.push({
      kind: "attachment",
      text: fresh.map((file) => file.name).join("\n"),
      attachments: fresh,
    });
  return parts.length > 0 ? parts : [{ kind: "system", text: "" }];
};
