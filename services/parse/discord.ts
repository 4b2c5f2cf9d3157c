// DiscordChatExporter's JSON: a file a channel, a thread or a part of one. Its writer's source is public; the types of messages are read from there.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { identity } from "./identity.ts";
import { asId, asString, isObject, type Json, message, objectsOf, without } from "./message.ts";
import type { RoomFormat } from "./room.ts";

export const isDiscordMessage = (item: unknown): item is Json =>
  isObject(item) &&
  isObject(item["author"]) &&
  asString(item["timestamp"]) !== null &&
  "content" in item &&
  "type" in item;

/** The server and the channel stand before the messages; an empty channel is known by them. */
export const isDiscord = (record: Json): boolean => {
  const { guild, channel, messages } = record;
  return (
    isObject(guild) &&
    isObject(channel) &&
    asId(channel["id"]) !== null &&
    Array.isArray(messages) &&
    (messages.length === 0 || messages.some(isDiscordMessage))
  );
};

const hashed = (name: string): string => (name.startsWith("#") ? name : `#${name}`);

/** A thread stands under its channel, which the file calls its category. */
const room: RoomFormat["room"] = (record, { otherwise }) => {
  const channel = isObject(record["channel"]) ? record["channel"] : {};
  const guild = isObject(record["guild"]) ? asString(record["guild"]["name"]) : null;
  const [type, name, parent] = ["type", "name", "category"].map((key) => asString(channel[key]));
  const isThread = /thread/i.test(type ?? "");
  const isDirect = /^direct/i.test(type ?? "");
  const own = name == null || isDirect || isThread ? (name ?? null) : hashed(name);
  return {
    source: "discord",
    ...identity(record, asId(channel["id"]), otherwise),
    title: own === null || isDirect || guild === null ? own : `${own} (${guild})`,
    channel: isThread && parent != null ? hashed(parent) : own,
    raw: JSON.stringify(without(record, "messages")),
  };
};

/** Types in which somebody says something; the others are notices. */
const spoken = new Set([
  "Default",
  "Reply",
  "ChatInputCommand",
  "ContextMenuCommand",
  "0",
  "19",
  "20",
  "23",
]);

/** An exporter that was asked for the files too writes paths where the addresses were. */
const placeOf = (address: unknown): Pick<Attachment, "file"> =>
  typeof address === "string" ? { file: address } : {};

const filesOf = (item: Json): Attachment[] => [
  ...objectsOf(item["attachments"]).map((file) => ({
    name: asString(file["fileName"]) ?? asString(file["url"]) ?? "file",
    mediaType: null,
    size: typeof file["fileSizeBytes"] === "number" ? file["fileSizeBytes"] : null,
    ...placeOf(file["url"]),
  })),
  ...objectsOf(item["stickers"]).map((sticker) => ({
    name: asString(sticker["name"]) ?? "sticker",
    mediaType: null,
    size: null,
    ...placeOf(sticker["sourceUrl"]),
  })),
];

/** What a preview of a link, or a bot's card, says. */
const embedText = (embed: Json): string =>
  [
    asString(embed["title"]),
    asString(embed["description"]),
    ...objectsOf(embed["fields"]).map((field) =>
      [asString(field["name"]), asString(field["value"])].filter(Boolean).join(": "),
    ),
  ]
    .filter((text) => text !== null && text !== "")
    .join("\n");

/** The message's own words; those that were forwarded; where there are none, what a bot's cards say. */
const textOf = (item: Json, forwarded: Json | undefined): string => {
  const own = asString(item["content"]) ?? "";
  const passed = forwarded === undefined ? "" : textOf(forwarded, undefined);
  if (passed !== "") return [own, `Forwarded:\n${passed}`].filter((text) => text !== "").join("\n");
  if (own !== "") return own;
  const cards = objectsOf(item["embeds"]).map(embedText);
  return cards.filter((text) => text !== "").join("\n");
};

const answered = (item: Json, record: Json): string | null => {
  const { reference } = item;
  if (!isObject(reference) || item["type"] === "ThreadCreated") return null;
  if (asString(reference["type"]) === "Forward") return null;
  const channel = isObject(record["channel"]) ? asId(record["channel"]["id"]) : null;
  const elsewhere = asId(reference["channelId"]) ?? channel;
  return elsewhere === channel ? asId(reference["messageId"]) : null;
};

const nameOf = (author: Json): string =>
  asString(author["nickname"]) ?? asString(author["name"]) ?? asId(author["id"]) ?? "Deleted User";

const discordMessage: RoomFormat["message"] = (item, nth, { record, times }): ParsedMessage => {
  const id = asId(item["id"]);
  const author = isObject(item["author"]) ? item["author"] : {};
  const forwarded = isObject(item["forwardedMessage"]) ? item["forwardedMessage"] : undefined;
  const isNotice = !spoken.has(String(item["type"]));
  const files = [...filesOf(item), ...(forwarded ? filesOf(forwarded) : [])];
  const text = textOf(item, forwarded);
  const isFile = !isNotice && text === "" && files.length > 0;
  return message({
    key: id ?? `#${nth}`,
    sourceId: id,
    replyTo: answered(item, record),
    // An id counts from the first one of Discord on: as a number its order is exact to a fraction of a millisecond.
    position: id !== null && /^\d{1,20}$/.test(id) ? Number(id) : nth,
    author: nameOf(author),
    authorId: asId(author["id"]),
    role: isNotice ? "system" : author["isBot"] === true ? "tool" : "person",
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...times.read(item["timestamp"]),
    text: isFile ? files.map(({ name }) => name).join("\n") : text,
    editedAt: times.read(item["timestampEdited"]).at,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

export const discord: RoomFormat = {
  member: "messages",
  isMessage: isDiscordMessage,
  room,
  message: discordMessage,
  namesOf: (item) => {
    const author = isObject(item["author"]) ? item["author"] : {};
    const name = asString(author["name"]);
    return name === null ? [] : [name];
  },
};
