// ShareGPT records: `{ conversations: [{ from, value }] }`, one conversation each.
import type { ParsedMessage, Role } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf, identity } from "./identity.ts";
import { asArray, asString, isObject, type Json, message, without } from "./message.ts";
import { idOf, titleOf } from "./openai.ts";
import type { Times } from "./times.ts";

/** Who is meant by `from` in the wild, and how the speaker is shown. */
const speakers: ReadonlyMap<string, readonly [Role, string]> = new Map<
  string,
  readonly [Role, string]
>([
  ["human", ["user", "User"]],
  ["user", ["user", "User"]],
  ["gpt", ["assistant", "Assistant"]],
  ["assistant", ["assistant", "Assistant"]],
  ["model", ["assistant", "Assistant"]],
  ["chatgpt", ["assistant", "ChatGPT"]],
  ["bing", ["assistant", "Bing"]],
  ["bard", ["assistant", "Bard"]],
  ["claude", ["assistant", "Claude"]],
  ["system", ["system", "System"]],
  ["tool", ["tool", "Tool"]],
  ["function_call", ["tool", "Tool"]],
  ["function_response", ["tool", "Tool"]],
  ["observation", ["tool", "Tool"]],
]);

export const isTurn = (turn: unknown): turn is Json =>
  isObject(turn) && typeof turn["from"] === "string" && "value" in turn;

export const isSharegpt = (record: Json): boolean => asArray(record["conversations"]).some(isTurn);

/** @param position of the turn in its conversation */
export const sharegptMessage = (turn: Json, position: number): ParsedMessage => {
  const from = String(turn["from"]);
  const [role, author] = speakers.get(from.toLowerCase()) ?? (["person", from] as const);
  const value = turn["value"];
  return message({
    key: String(position),
    position,
    author: author === "" ? "Unknown" : author,
    role,
    kind: role === "tool" || role === "system" ? role : "text",
    text: typeof value === "string" ? value : JSON.stringify(value ?? ""),
    model: asString(turn["model"]),
    raw: JSON.stringify(turn),
  });
};

export const fromSharegpt = (record: Json, times: Times): ConvertedRecord => {
  const turns = asArray(record["conversations"]);
  const messages = turns.flatMap((turn, position) =>
    isTurn(turn) ? sharegptMessage(turn, position) : [],
  );
  return {
    conversation: {
      source: "sharegpt",
      ...identity(record, idOf(record)),
      asOf: asOf(record, messages, times),
      title: titleOf(record),
      tree: false,
      channel: null,
      messages,
      raw: JSON.stringify(without(record, "conversations")),
      continues: false,
    },
    strange: turns.length - messages.length,
  };
};
