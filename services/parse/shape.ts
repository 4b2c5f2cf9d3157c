// What a JSON record is, by its shape alone.
import type { SourceKind } from "#services/domain/conversation.ts";
import { isObject, type Json } from "./message.ts";
import { isOpenai } from "./openai.ts";

const isList = (value: unknown, fits: (item: Json) => boolean): boolean =>
  Array.isArray(value) && value.some((item) => isObject(item) && fits(item));

/** The format of a record that is one conversation; undefined where it is none that is known. */
export const shapeOf = (record: unknown): SourceKind | undefined => {
  if (!isObject(record)) return undefined;
  if (isObject(record["mapping"])) return "chatgpt";
  if (Array.isArray(record["chat_messages"])) return "claude";
  if (isOpenai(record)) return "openai";
  if (isList(record["conversations"], (turn) => "from" in turn && "value" in turn))
    return "sharegpt";
  return undefined;
};
