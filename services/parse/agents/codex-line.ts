// One line of a Codex session (`rollout-*.jsonl`) → its messages. Lines are `{timestamp, type, payload}`; in files of before September 2025 they are the items themselves.
// The kinds of lines are those of Codex's published source; events that only newer versions write were not seen in a file.
import { asString, isObject, type Json } from "../message.ts";
import { isResponseItem, itemParts, type SpokenItem, textsIn } from "../response-items.ts";
import type { Draft } from "../tree.ts";

/** A line as one of the layouts has it. */
export interface CodexLine {
  readonly type: string;
  readonly payload: Json;
}

const layers: ReadonlySet<string> = new Set([
  "session_meta",
  "response_item",
  "event_msg",
  "turn_context",
  "compacted",
]);
/** Lines about the program's state. */
const states: ReadonlySet<string> = new Set([
  "inter_agent_communication_metadata",
  "turn_context",
  "world_state",
]);

/** @returns undefined where the line is none of Codex's */
export const codexLine = (line: Json): CodexLine | undefined => {
  const type = asString(line["type"]);
  if (isObject(line["payload"]) && type !== null) return { type, payload: line["payload"] };
  if (type !== null && isResponseItem(line)) return { type: "response_item", payload: line };
  if (asString(line["record_type"]) !== null) return { type: "turn_context", payload: {} };
  const isFirst = asString(line["id"]) !== null && "instructions" in line;
  return isFirst ? { type: "session_meta", payload: line } : undefined;
};

/** Whether a line shows that its file is a session of Codex. */
export const isCodexLine = (line: Json): boolean => {
  if (isObject(line["payload"]))
    return asString(line["timestamp"]) !== null && layers.has(asString(line["type"]) ?? "");
  const item = codexLine(line);
  return item?.type === "session_meta" && asString(line["timestamp"]) !== null;
};

/** What the program wrote in the person's place. */
const notTyped =
  /^\s*(?:<(?:environment_context|user_instructions|turn_aborted|skill|subagent_notification|hook_context|permissions|INSTRUCTIONS|collaboration_mode)\b|# AGENTS\.md instructions)/;

/** Events that tell the same words as an item: they count only where no item has them. */
const told: ReadonlyMap<string, Pick<SpokenItem, "kind" | "role"> & { readonly member: string }> =
  new Map([
    ["user_message", { kind: "text", role: "user", member: "message" }],
    ["agent_message", { kind: "text", role: "assistant", member: "message" }],
    ["agent_reasoning", { kind: "thinking", role: "assistant", member: "text" }],
    ["agent_reasoning_raw_content", { kind: "thinking", role: "assistant", member: "text" }],
  ] as const);

/** Events that are notices, and the member with their words. */
const notices: ReadonlyMap<string, string> = new Map([
  ["background_event", "message"],
  ["error", "message"],
  ["stream_error", "message"],
  ["turn_aborted", "reason"],
  ["warning", "message"],
]);

/** The words that an item and an event of it have in common. */
export const wordsOf = ({ type, payload }: CodexLine): readonly string[] =>
  type === "response_item"
    ? [...textsIn(payload["content"]), ...textsIn(payload["summary"])].map((text) => text.trim())
    : [];

/** The words of an event that an item may have too; undefined for other lines. */
export const toldIn = ({ type, payload }: CodexLine): string | undefined => {
  const event = type === "event_msg" ? told.get(asString(payload["type"]) ?? "") : undefined;
  return event && (asString(payload[event.member]) ?? "").trim();
};

/** How many of the person's turns a line takes back; 0 for others. */
export const takenBack = ({ type, payload }: CodexLine): number => {
  const turns = payload["num_turns"];
  const isEvent = type === "event_msg" && payload["type"] === "thread_rolled_back";
  return isEvent && typeof turns === "number" && turns > 0 ? Math.trunc(turns) : 0;
};

/** "state" for lines that are known to be no messages. */
export const codexUse = ({ type, payload }: CodexLine): "kept" | "state" | "unknown" => {
  if (states.has(type) || type === "session_meta") return "state";
  if (type === "event_msg") {
    const event = asString(payload["type"]) ?? "";
    const isKept = told.has(event) || notices.has(event) || event === "thread_rolled_back";
    // Beginnings, ends and counts, and what calls did, of which the items tell.
    return isKept ? "kept" : "state";
  }
  if (type === "response_item" && payload["type"] === "ghost_snapshot") return "state";
  return type === "response_item" || type === "compacted" ? "kept" : "unknown";
};

const notice = (text: string): SpokenItem => ({ kind: "system", role: "system", text });

const eventParts = (payload: Json): SpokenItem[] => {
  const type = asString(payload["type"]) ?? "";
  const event = told.get(type);
  if (event) return [{ ...event, text: asString(payload[event.member]) ?? "" }];
  if (type === "thread_rolled_back") return [];
  const words = asString(payload[notices.get(type) ?? ""]);
  return [notice(words === null ? `[${type}]` : `[${type}] ${words}`)];
};

const partsOf = ({ type, payload }: CodexLine): SpokenItem[] => {
  if (type === "event_msg") return eventParts(payload);
  if (type === "compacted") return [notice(asString(payload["message"]) ?? "[compacted]")];
  return itemParts(payload);
};

const authors = { user: "You", assistant: "Codex", tool: "Codex", system: "Codex", person: "You" };

/** Whose words stand in the person's place. */
const asWritten = (part: SpokenItem, isSubagent: boolean): SpokenItem => {
  if (part.role !== "user") return part;
  if (notTyped.test(part.text)) return { ...part, kind: "system", role: "system" };
  return isSubagent ? { ...part, role: "assistant" } : part;
};

/** The messages of a line, without their times. */
export const codexParts = (
  line: CodexLine,
  isSubagent: boolean,
): (SpokenItem & Pick<Draft, "author">)[] =>
  partsOf(line).map((part) => {
    const own = asWritten(part, isSubagent);
    return { ...own, author: authors[own.role] };
  });
