// Items of OpenAI's Responses API, as requests, answers and Codex keep them → words, thoughts, calls and their results.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { asArray, asString, isObject, type Json, objectsOf, without } from "./message.ts";

/** One message of an item. */
export interface SpokenItem extends Pick<ParsedMessage, "kind" | "role" | "text"> {
  readonly attachments?: readonly Attachment[];
  /** The id of the call that this is. */
  readonly call?: string | null;
  /** The id of the call whose result this is. */
  readonly answers?: string | null;
  /** Of a kind that is not known: its record is kept as text. */
  readonly isUnknown?: boolean;
}

const roles: ReadonlyMap<string, SpokenItem["role"]> = new Map<string, SpokenItem["role"]>([
  ["user", "user"],
  ["assistant", "assistant"],
  ["tool", "tool"],
]);

/** The words of an item's content, each part by itself. */
export const textsIn = (content: unknown): string[] =>
  typeof content === "string"
    ? [content]
    : asArray(content).flatMap((part) => {
        if (typeof part === "string") return [part];
        const words = isObject(part) ? (asString(part["text"]) ?? asString(part["refusal"])) : null;
        return words === null ? [] : [words];
      });

const filePart = /image|file|audio/;

const fileOf = (part: Json): Attachment => {
  const type = asString(part["type"])?.replace(/^(?:in|out)put_/, "") ?? "file";
  const url = asString(part["image_url"]) ?? asString(part["file_url"]) ?? "";
  const mediaType = /^data:([\w.+-]+\/[\w.+-]+)[;,]/.exec(url.slice(0, 100))?.[1] ?? null;
  const named = asString(part["filename"]) ?? asString(part["file_id"]);
  const name = named ?? (url === "" || mediaType !== null ? type : url);
  return { name: name.slice(0, 500), mediaType, size: null };
};

const filesIn = (content: unknown): Attachment[] =>
  objectsOf(content)
    .filter((part) => filePart.test(asString(part["type"]) ?? ""))
    .map(fileOf);

const spoken = (item: Json): SpokenItem[] => {
  const role = roles.get(asString(item["role"])?.toLowerCase() ?? "") ?? "system";
  const kind = role === "system" || role === "tool" ? role : "text";
  const files = filesIn(item["content"]);
  const text = textsIn(item["content"])
    .filter((words) => words !== "")
    .join("\n");
  const parts: SpokenItem[] = text !== "" || files.length === 0 ? [{ kind, role, text }] : [];
  if (files.length > 0)
    parts.push({
      kind: "attachment",
      role,
      text: files.map(({ name }) => name).join("\n"),
      attachments: files,
    });
  return parts;
};

const written = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? {});

/** A result: text, texts in parts, or an object around one of the two. */
const resultOf = (output: unknown): string => {
  if (typeof output === "string") return output;
  const inner = isObject(output) && "content" in output ? output["content"] : output;
  const texts = textsIn(inner);
  return texts.length > 0 ? texts.join("\n") : written(output);
};

const called = (name: string, given: unknown, item: Json): SpokenItem => ({
  kind: "tool",
  role: "assistant",
  text: `${name}(${written(given)})`,
  call: asString(item["call_id"]) ?? asString(item["id"]),
});

/** Calls that the vendor answers itself: `web_search_call` and the like, with what they were asked where it is said. */
const ownCall = (type: string, item: Json): SpokenItem => {
  const { action, queries, code, result: _, ...rest } = item;
  const name = type.replace(/_call$/, "");
  return called(name, action ?? queries ?? code ?? without(rest, "type"), item);
};

const unknownItem = (type: string, item: Json): SpokenItem => ({
  kind: "tool",
  role: "tool",
  text: `[${type}] ${JSON.stringify(without(item, "type"))}`,
  isUnknown: true,
});

/** Whether a record is one of these items. */
export const isResponseItem = (item: unknown): item is Json => {
  if (!isObject(item)) return false;
  const type = asString(item["type"]);
  return type === null || type === "message"
    ? typeof item["role"] === "string"
    : type === "reasoning" || /_call(?:_output)?$/.test(type);
};

/** The messages of an item, at least one. */
export const itemParts = (item: Json): SpokenItem[] => {
  const type = asString(item["type"]) ?? "message";
  const answers = asString(item["call_id"]);
  switch (type) {
    case "message":
      return spoken(item);
    case "reasoning": {
      const text = [...textsIn(item["summary"]), ...textsIn(item["content"])].join("\n\n");
      return [{ kind: "thinking", role: "assistant", text }];
    }
    case "function_call":
    case "mcp_call":
      return [called(asString(item["name"]) ?? "tool", item["arguments"], item)];
    case "custom_tool_call":
      return [called(asString(item["name"]) ?? "tool", item["input"], item)];
    case "local_shell_call": {
      const action = isObject(item["action"]) ? item["action"] : {};
      return [called("shell", action["command"], item)];
    }
    default:
      if (type.endsWith("_call_output"))
        return [{ kind: "tool", role: "tool", text: resultOf(item["output"]), answers }];
      return [type.endsWith("_call") ? ownCall(type, item) : unknownItem(type, item)];
  }
};
