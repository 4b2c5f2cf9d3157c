// Datasets of dialogues as their authors publish them (Schema-Guided Dialogue, Taskmaster) → records with a list of messages.
import { asArray, asId, asString, isObject, type Json } from "./message.ts";

const textOf = (turn: Json): string | null => asString(turn["utterance"]) ?? asString(turn["text"]);

const isTurn = (item: unknown): item is Json =>
  isObject(item) &&
  /^(?:user|system|assistant)$/i.test(String(item["speaker"])) &&
  textOf(item) !== null;

const turnsIn = (record: Json): readonly unknown[] =>
  asArray(record["turns"]).length > 0 ? asArray(record["turns"]) : asArray(record["utterances"]);

/** Whether a record is a dialogue of such a set. */
export const isDialogue = (record: Json): boolean =>
  (asId(record["dialogue_id"]) !== null || asId(record["conversation_id"]) !== null) &&
  turnsIn(record).some(isTurn);

/** The record as one with a list of messages: "system" is what the assistant is called there. */
export const dialogueRecord = (record: Json): Json => ({
  id: asId(record["dialogue_id"]) ?? asId(record["conversation_id"]),
  title: asString(record["vertical"]),
  messages: turnsIn(record)
    .filter(isTurn)
    .map((turn) => ({
      ...turn,
      role: /user/i.test(String(turn["speaker"])) ? "user" : "assistant",
      content: textOf(turn),
    })),
  metadata: Object.fromEntries(
    Object.entries(record).filter(([name]) => name !== "turns" && name !== "utterances"),
  ),
});
