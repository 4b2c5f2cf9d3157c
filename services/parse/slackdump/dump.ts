// A channel that Slackdump saved as one file: Slack's messages, with the answers of a thread inside of the message that they answer. Its writer's source is public.
import { identity } from "../identity.ts";
import { asString, type Json, objectsOf, without } from "../message.ts";
import type { RoomFormat } from "../room.ts";
import { isSlackMessage, slackMessage } from "../slack-message.ts";
import type { SlackNames } from "../slack-text.ts";

const REPLIES = "slackdump_thread_replies";

export const isSlackDump = (record: Json): boolean =>
  asString(record["channel_id"]) !== null &&
  Array.isArray(record["messages"]) &&
  record["messages"].some(isSlackMessage);

/** People and channels are named in other files: ids are shown. */
const names: SlackNames = { people: new Map(), aliases: new Map(), channels: new Map() };

const room: RoomFormat["room"] = (record, { otherwise }) => {
  const id = asString(record["channel_id"]);
  const name = asString(record["name"]);
  const title = name === null ? id : `#${name}`;
  return {
    source: "slack",
    ...identity(record, id, otherwise),
    title,
    channel: title,
    raw: JSON.stringify(without(record, "messages")),
  };
};

const inside = (item: Json): readonly Json[] =>
  objectsOf(item[REPLIES]).filter(
    (reply) => isSlackMessage(reply) && reply["ts"] !== item["ts"] && !isBroadcast(reply),
  );

/** An answer that was sent to the channel too stands there as well. */
const isBroadcast = (item: Json): boolean => item["subtype"] === "thread_broadcast";

export const slackDump: RoomFormat = {
  member: "messages",
  isMessage: isSlackMessage,
  room,
  message: (item) => slackMessage(without(item, REPLIES), names),
  inside,
  // Saved by the address of a thread: what else was said in the channel is not in it.
  isPart: (record) => asString(record["thread_ts"]) !== null,
};
