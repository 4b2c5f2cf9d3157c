// Chats with Copilot in VS Code: the file of "Chat: Export Chat" and the sessions that it keeps (chatSessions/….json). Their writer's source is public; the newer sessions, a line a change, are not read.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
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

const isRequest = (item: unknown): item is Json =>
  isObject(item) && isObject(item["message"]) && ("response" in item || "requestId" in item);

/** Whether a record is a chat. */
export const isCopilot = (record: Json): boolean => {
  const { requests } = record;
  if (!Array.isArray(requests)) return false;
  const isNamed = "responderUsername" in record || "requesterUsername" in record;
  return requests.some(isRequest) || (isNamed && requests.length === 0);
};

/** A text, or `{ value }`, as VS Code writes Markdown. */
const words = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(words).join("")
    : (asString(isObject(value) ? value["value"] : value) ?? "");

/** The name of what an answer refers to: a file, or a part of one. */
const referenceText = (part: Json): string => {
  const target = isObject(part["inlineReference"]) ? part["inlineReference"] : {};
  const uri = isObject(target["uri"]) ? target["uri"] : target;
  const path = asString(uri["path"]) ?? asString(uri["fsPath"]) ?? "";
  const name = asString(part["name"]) ?? asString(target["name"]);
  return `\`${name ?? path.slice(path.lastIndexOf("/") + 1)}\``;
};

interface Part {
  readonly kind: ParsedMessage["kind"];
  readonly text: string;
}

/** Parts that show how far the program has come, or where its window shows what. */
const shown = new Set([
  "undoStop",
  "codeblockUri",
  "prepareToolInvocation",
  "progressMessage",
  "progressTask",
  "progressTaskSerialized",
  "mcpServersStarting",
  "command",
]);

/** @returns undefined for what says nothing, null for what is of no kind that is known */
const partOf = (part: unknown): Part | null | undefined => {
  if (!isObject(part)) return undefined;
  const kind = asString(part["kind"]) ?? "";
  switch (kind) {
    case "":
      return { kind: "text", text: words(part["value"]) };
    case "markdownContent":
    case "markdownVuln":
      return { kind: "text", text: words(part["content"]) };
    case "inlineReference":
      return { kind: "text", text: referenceText(part) };
    case "warning":
      return { kind: "text", text: words(part["content"]) };
    case "thinking":
      return { kind: "thinking", text: words(part["value"]) };
    case "toolInvocation":
    case "toolInvocationSerialized": {
      const said = words(part["pastTenseMessage"]) || words(part["invocationMessage"]);
      const name = asString(part["toolId"]);
      return { kind: "tool", text: [name, said].filter(Boolean).join(": ") };
    }
    case "textEditGroup":
    case "notebookEditGroup": {
      const path = isObject(part["uri"]) ? (asString(part["uri"]["path"]) ?? "") : "";
      const edits = asArray(part["edits"]).flat().filter(isObject);
      return {
        kind: "tool",
        text: [`Edited ${path}`, ...edits.map((edit) => words(edit["text"]))].join("\n"),
      };
    }
    default:
      return shown.has(kind) ? undefined : null;
  }
};

/** Parts of one kind that follow each other are one text, cut up as it came. */
const partsOf = (response: unknown): { readonly parts: Part[]; readonly unknown: number } => {
  const parts: Part[] = [];
  let unknown = 0;
  for (const item of typeof response === "string" ? [{ value: response }] : asArray(response)) {
    const part = partOf(item);
    if (part === null) unknown += 1;
    const made = part === null ? { kind: "tool" as const, text: JSON.stringify(item) } : part;
    const last = parts.at(-1);
    if (!made || made.text === "") continue;
    if (last?.kind === "text" && made.kind === "text")
      parts[parts.length - 1] = { ...last, text: last.text + made.text };
    else parts.push(made);
  }
  return { parts, unknown };
};

const failureOf = (request: Json): Part[] => {
  const result = isObject(request["result"]) ? request["result"] : {};
  const details = isObject(result["errorDetails"]) ? result["errorDetails"] : {};
  const text = asString(details["message"]);
  return text === null ? [] : [{ kind: "system", text }];
};

const askedIn = (request: Json): string => {
  const asked = isObject(request["message"]) ? request["message"] : {};
  const parts = objectsOf(asked["parts"]).map((part) => asString(part["text"]) ?? "");
  return asString(asked["text"]) ?? parts.join("");
};

/** Reads a chat. */
export const fromCopilot = (record: Json, times: Times): ConvertedRecord => {
  const items = asArray(record["requests"]);
  const asker = asString(record["requesterUsername"]) ?? "You";
  const answerer = asString(record["responderUsername"]) ?? "Copilot";
  const messages: ParsedMessage[] = [];
  const taken = new Set<string>();
  let unknown = 0;
  for (const [nth, request] of items.entries()) {
    if (!isRequest(request)) continue;
    const own = asId(request["requestId"]);
    const id = own === null || taken.has(own) ? `${own ?? ""}#${nth}` : own;
    taken.add(id);
    const shared = { sourceId: own, ...times.read(request["timestamp"]) };
    const answer = partsOf(request["response"]);
    unknown += answer.unknown;
    messages.push(
      message({
        ...shared,
        key: id,
        position: nth * 1000,
        author: asker,
        role: "user",
        text: askedIn(request),
        raw: JSON.stringify(without(request, "response")),
      }),
      ...[...answer.parts, ...failureOf(request)].map((part, at) =>
        message({
          ...shared,
          ...part,
          key: `${id}/${at + 1}`,
          sourceId: own === null ? null : `${own}/${at + 1}`,
          position: nth * 1000 + at + 1,
          replyTo: id,
          author: answerer,
          role: "assistant",
          model: asString(request["modelId"]),
          raw: at === 0 ? JSON.stringify(request["response"] ?? null) : JSON.stringify(part),
        }),
      ),
    );
  }
  return {
    conversation: {
      source: "copilot",
      ...identity(record, asId(record["sessionId"]) ?? asId(items.find(isRequest)?.["requestId"])),
      asOf: asOf({ update_time: record["lastMessageDate"] }, messages, times),
      title: asString(record["customTitle"]),
      tree: false,
      channel: null,
      messages,
      raw: JSON.stringify(without(record, "requests")),
      continues: false,
    },
    strange: items.length - items.filter(isRequest).length,
    unknown,
  };
};
