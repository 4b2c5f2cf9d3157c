// What Telegram's service messages say: the action in words, with what it was about.
import { asArray, asId, asString, type Json } from "../message.ts";

/** Members of the record that say what an action was about, in the order in which they are told. */
const details = ["title", "text", "new_title", "boosts", "score", "amount", "currency"] as const;

const SHOWN_MEMBERS = 20;

/** @param said the message's own text, which most have not; @returns `invite members: Ann, Ben` */
export const serviceText = (item: Json, said: string): string => {
  const action = (asString(item["action"]) ?? String(item["type"])).replaceAll("_", " ");
  const people = asArray(item["members"])
    .slice(0, SHOWN_MEMBERS)
    .map((name) => asString(name) ?? "Deleted Account");
  const more = details.map((name) => asId(item[name])).filter((text) => text !== null);
  const ended = asString(item["discard_reason"]);
  const seconds = item["duration_seconds"] ?? item["duration"];
  const told = [
    ...people,
    ...new Set(said === "" ? more : [said, ...more]),
    ...(ended === null ? [] : [ended.replaceAll("_", " ")]),
    ...(typeof seconds === "number" ? [`${seconds} s`] : []),
  ];
  return told.length === 0 ? action : `${action}: ${told.join(", ")}`;
};
