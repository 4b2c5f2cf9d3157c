// What a ChatGPT message holds → texts, thoughts, tool work and files, each apart; citation marks taken out of the text.
import type { Attachment, MessageKind } from "#services/domain/conversation.ts";
import { asArray, asString, isObject, type Json, objectsOf } from "./message.ts";

export interface Part {
  readonly kind: MessageKind;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
}

/** Asset id → the name that the file had. */
export type AssetNames = ReadonlyMap<string, string>;

const bracketed = /\u3010([^\u3010\u3011\n]{0,321})\u3011/g;
/** A citation's sign, with what stands before and after it. Looked for in one bracket at a time, so that time grows with the text only. */
const dagger = /^.{0,120}\u2020.{0,200}$/;
const marked = /\ue200([^\ue200\ue201]{0,2000})\ue201/g;
const loose = /[\ue200-\ue2ff]/g;

/** Marks stand for links to sources; those that carry visible words (a link's title, a thing's name) leave the words. */
export const withoutMarks = (text: string): string => {
  if (!/[\u3010\ue200-\ue2ff]/.test(text)) return text;
  const plain = text.replace(bracketed, (whole, inner: string) =>
    dagger.test(inner) ? "" : whole,
  );
  const words = plain.replace(marked, (_, inner: string) => {
    const [kind, first = ""] = inner.split("\ue202");
    if (kind === "url" || kind === "link_title") return first;
    if (kind !== "entity") return "";
    return /^\["[^"]*","((?:[^"\\]|\\.)*)"/.exec(first)?.[1] ?? "";
  });
  return words.replace(loose, "");
};

const assetId = (pointer: string) =>
  pointer.replace(/^[a-z-]+:\/\//, "").split(/[?#]/, 1)[0] ?? pointer;

const assetOf = (asset: Json, listed: readonly Json[], names: AssetNames): Attachment => {
  const id = assetId(asString(asset["asset_pointer"]) ?? "");
  const known = listed.find((item) => asString(item["id"]) === id && id !== "");
  const size = asset["size_bytes"];
  const type = asString(asset["content_type"]) ?? "file";
  return {
    name: asString(known?.["name"]) ?? names.get(id) ?? (id === "" ? type : id),
    mediaType: asString(known?.["mime_type"]) ?? mediaOf(type),
    size: typeof size === "number" ? size : null,
    ...(id === "" ? {} : { file: id }),
  };
};

const mediaOf = (type: string): string | null => {
  if (type.startsWith("image")) return "image/*";
  return type.startsWith("audio") ? "audio/*" : null;
};

const listedOf = (item: Json): Attachment => ({
  ...(typeof item["id"] === "string" && item["id"] !== "" ? { file: item["id"] } : {}),
  name: asString(item["name"]) ?? asString(item["id"]) ?? "file",
  mediaType: asString(item["mime_type"]) ?? asString(item["mimeType"]),
  size: typeof item["size"] === "number" ? item["size"] : null,
});

/** `parts`: strings and transcriptions are text; anything that points to an asset is a file. */
const partsOf = (content: Json, listed: readonly Json[], names: AssetNames) => {
  const texts: string[] = [];
  const files: Attachment[] = [];
  const seen = new Set<string>();
  const addAsset = (asset: Json) => {
    seen.add(assetId(asString(asset["asset_pointer"]) ?? ""));
    files.push(assetOf(asset, listed, names));
  };
  for (const part of asArray(content["parts"])) {
    if (typeof part === "string") texts.push(part);
    if (!isObject(part)) continue;
    const text = asString(part["text"]);
    if (text !== null) texts.push(text);
    if ("asset_pointer" in part) addAsset(part);
    for (const inner of ["audio_asset_pointer", "video_container_asset_pointer"] as const)
      if (isObject(part[inner])) addAsset(part[inner]);
  }
  for (const item of listed) if (!seen.has(asString(item["id"]) ?? " ")) files.push(listedOf(item));
  return { text: texts.filter((text) => text !== "").join("\n"), files };
};

const thoughtsOf = (content: Json): string =>
  objectsOf(content["thoughts"])
    .map((thought) =>
      [asString(thought["summary"]), asString(thought["content"])].filter(Boolean).join("\n"),
    )
    .join("\n\n");

/** The words in whatever field this kind of content keeps them. */
const wordsOf = (content: Json): string => {
  const parts = asArray(content["parts"]).filter((part) => typeof part === "string");
  const fields = [
    "text",
    "result",
    "content",
    "name",
    "summary",
    "user_profile",
    "user_instructions",
  ];
  const found = fields.map((field) => asString(content[field])).filter((text) => text !== null);
  return [...parts, ...found].filter((text) => text !== "").join("\n");
};

const knownTypes = new Set([
  "text",
  "multimodal_text",
  "code",
  "execution_output",
  "tether_quote",
  "tether_browsing_display",
  "tether_browsing_code",
  "super_widget",
  "system_message",
  "computer_output",
  "app_pairing_content",
  "citable_code_output",
  "sonic_webpage",
  "system_error",
  "user_editable_context",
  "model_editable_context",
  "thoughts",
  "reasoning_recap",
]);

/** Whether a message's content is of a kind that is known, or has words where known kinds have them. */
export const isKnownContent = (item: Json): boolean => {
  const content = isObject(item["content"]) ? item["content"] : {};
  const type = asString(content["content_type"]);
  return type === null || knownTypes.has(type) || wordsOf(content) !== "";
};

/** Every text in a value, but for the names of kinds. */
const textsIn = (value: unknown, depth = 0): string[] => {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (depth > DEEPEST || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "content_type" || name === "type" ? [] : textsIn(inner, depth + 1),
  );
};
const DEEPEST = 8;

const filePart = (files: readonly Attachment[]): Part[] =>
  files.length === 0
    ? []
    : [{ kind: "attachment", text: files.map((file) => file.name).join("\n"), attachments: files }];

const thinkingTypes = new Set(["thoughts", "reasoning_recap"]);
const noticeTypes = new Set(["system_error", "user_editable_context", "model_editable_context"]);

/** One message's parts, at least one. */
export const chatgptParts = (item: Json, names: AssetNames): Part[] => {
  const content = isObject(item["content"]) ? item["content"] : {};
  const metadata = isObject(item["metadata"]) ? item["metadata"] : {};
  const author = isObject(item["author"]) ? item["author"] : {};
  const role = asString(author["role"]) ?? "";
  const type = asString(content["content_type"]) ?? "text";
  const recipient = asString(item["recipient"]) ?? "all";
  const hidden = metadata["is_visually_hidden_from_conversation"] === true;

  if (role === "system" || hidden || noticeTypes.has(type))
    return [{ kind: "system", text: wordsOf(content) }];
  if (thinkingTypes.has(type))
    return [{ kind: "thinking", text: thoughtsOf(content) || wordsOf(content) }];
  const listed = objectsOf(metadata["attachments"]);
  const { text, files } = partsOf(content, listed, names);
  if (role === "tool" || recipient !== "all") {
    const work = text || wordsOf(content);
    const called = recipient === "all" ? work : `${recipient}(${work})`;
    return work === "" && files.length > 0
      ? filePart(files)
      : [{ kind: "tool", text: called }, ...filePart(files)];
  }
  const other = type === "text" ? "" : wordsOf(content);
  const kept = isKnownContent(item) ? other : textsIn(content).join("\n");
  const words = withoutMarks(text || kept);
  const fenced = type === "code" && words !== "" ? fence(words, content) : words;
  const spoken: Part[] = fenced === "" ? [] : [{ kind: "text", text: fenced }];
  const all = [...spoken, ...filePart(files)];
  // An empty turn is kept, but nothing was said in it.
  return all.length > 0 ? all : [{ kind: "system", text: "" }];
};

const fence = (code: string, content: Json): string => {
  const language = asString(content["language"]) ?? "";
  return `\`\`\`${language === "unknown" ? "" : language}\n${code}\n\`\`\``;
};
