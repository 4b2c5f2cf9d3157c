// One record of a Slack day file → a message.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { type Millis, millis } from "#services/domain/units.ts";
import { asString, isObject, type Json, message, objectsOf } from "./message.ts";
import { type SlackNames, slackMessageText } from "./slack-text.ts";

const stamp = /^\d{1,12}(?:\.\d{1,9})?$/;

/** Subtypes in which nobody says anything. */
const notices = new Set([
  "channel_join",
  "channel_leave",
  "group_join",
  "group_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "channel_archive",
  "channel_unarchive",
  "channel_convert_to_private",
  "channel_convert_to_public",
  "channel_posting_permissions",
  "group_topic",
  "group_purpose",
  "group_name",
  "group_archive",
  "group_unarchive",
  "pinned_item",
  "unpinned_item",
  "bot_add",
  "bot_remove",
  "bot_enable",
  "bot_disable",
  "reminder_add",
  "huddle_thread",
  "sh_room_created",
  "tombstone",
  "message_deleted",
  "message_changed",
]);

/** Microseconds since 1970: the order of a channel, the same in every later export. */
const slackPosition = (ts: string): number => {
  const [whole = "0", part = ""] = ts.split(".");
  return Number(whole) * 1_000_000 + Number(part.slice(0, 6).padEnd(6, "0"));
};

/** Seconds with six decimals, which is a message's id; a script that saves an export again makes it a number. */
const stampOf = (value: unknown): string | null => {
  const text = typeof value === "number" ? value.toFixed(6) : asString(value);
  return text !== null && stamp.test(text) ? text : null;
};

const timeOf = (ts: string | null): Millis | null =>
  ts === null ? null : millis(Math.trunc(slackPosition(ts) / 1000));

/** Whether it is a message at all: it has a time, which is its id. */
export const isSlackMessage = (item: unknown): item is Json =>
  isObject(item) &&
  stampOf(item["ts"]) !== null &&
  ["type", "subtype", "user", "text", "bot_id"].some((name) => name in item);

/** The names in a profile, the one to show first. */
export const namesIn = (profile: unknown): string[] =>
  isObject(profile)
    ? ["display_name", "real_name", "name"]
        .map((key) => asString(profile[key]))
        .filter((name) => name !== null)
    : [];

const firstIn = (profile: unknown): string | undefined => namesIn(profile)[0];

/** Everything that the author of a record is called. */
export const authorNamesIn = (item: Json, names: SlackNames): string[] => {
  const username = asString(item["username"]);
  return [
    ...(names.aliases.get(asString(item["user"]) ?? "") ?? []),
    ...namesIn(item["user_profile"]),
    ...(username === null ? [] : [username]),
    ...namesIn(item["bot_profile"]),
  ];
};

const authorOf = (item: Json, names: SlackNames) => {
  const user = asString(item["user"]);
  const bot = asString(item["bot_id"]);
  const name =
    (user === null ? undefined : names.people.get(user)) ??
    firstIn(item["user_profile"]) ??
    (user === "USLACKBOT" ? "Slackbot" : undefined) ??
    asString(item["username"]) ??
    firstIn(item["bot_profile"]) ??
    user ??
    bot ??
    "Slack";
  return {
    author: name,
    authorId: user ?? bot,
    bot: user === null || item["subtype"] === "bot_message",
  };
};

/** Programs that fetch the files of an export put each in a folder of its id, or its id before its name. */
const placeOf = (file: Json): Pick<Attachment, "file"> => {
  const [id, name] = [asString(file["id"]), asString(file["name"])];
  return id === null ? {} : { file: name === null ? id : `${id}/${name}` };
};

const filesOf = (item: Json): Attachment[] =>
  [...objectsOf(item["files"]), ...(isObject(item["file"]) ? [item["file"]] : [])].map((file) => ({
    name: asString(file["name"]) ?? asString(file["title"]) ?? asString(file["id"]) ?? "file",
    mediaType: asString(file["mimetype"]),
    size: typeof file["size"] === "number" ? file["size"] : null,
    ...placeOf(file),
  }));

export const slackMessage = (item: Json, names: SlackNames): ParsedMessage => {
  const ts = stampOf(item["ts"]) ?? "0";
  const thread = stampOf(item["thread_ts"]);
  const notice = notices.has(asString(item["subtype"]) ?? "");
  const { author, authorId, bot } = authorOf(item, names);
  const files = filesOf(item);
  const said = slackMessageText(item, names);
  const onlyFiles = said === "" && files.length > 0;
  const edited = isObject(item["edited"]) ? timeOf(stampOf(item["edited"]["ts"])) : null;
  return message({
    key: ts,
    sourceId: ts,
    replyTo: thread !== null && thread !== ts ? thread : null,
    position: slackPosition(ts),
    author,
    authorId,
    role: notice ? "system" : bot ? "tool" : "person",
    kind: notice ? "system" : onlyFiles ? "attachment" : "text",
    at: timeOf(ts),
    zoneKnown: true,
    text: onlyFiles ? files.map((file) => file.name).join("\n") : said,
    editedAt: edited,
    attachments: files,
    raw: JSON.stringify(item),
  });
};
