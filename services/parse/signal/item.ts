// One item of a chat in a Signal export → a message.
import type { Attachment, MessageKind, ParsedMessage } from "#services/domain/conversation.ts";
import { asId, asString, isObject, type Json, message, objectsOf } from "../message.ts";
import type { Times } from "../times.ts";
import type { People } from "./people.ts";

interface Said {
  readonly kind: MessageKind;
  readonly text: string;
  readonly files: readonly Attachment[];
}

const fileOf = (attachment: Json): Attachment => {
  const pointer = isObject(attachment["pointer"]) ? attachment["pointer"] : {};
  const locator = isObject(pointer["locatorInfo"]) ? pointer["locatorInfo"] : {};
  const size = Number(locator["size"] ?? pointer["size"] ?? Number.NaN);
  const mediaType = asString(pointer["contentType"]);
  const named = asString(pointer["fileName"]);
  return {
    name: named ?? mediaType ?? "file",
    mediaType,
    size: Number.isFinite(size) ? size : null,
    ...(named !== null && { file: named }),
  };
};

const bodyOf = (item: Json): string =>
  isObject(item["text"]) ? (asString(item["text"]["body"]) ?? "") : "";

const spoken = (item: Json): Said => {
  const files = objectsOf(item["attachments"]).map(fileOf);
  if (isObject(item["longText"])) files.push(fileOf({ pointer: item["longText"] }));
  const text = bodyOf(item);
  const isFile = text === "" && files.length > 0;
  return {
    kind: isFile ? "attachment" : "text",
    text: isFile ? files.map(({ name }) => name).join("\n") : text,
    files,
  };
};

const stickerOf = (item: Json): Said => {
  const sticker = isObject(item["sticker"]) ? item["sticker"] : {};
  const emoji = asString(sticker["emoji"]);
  return {
    kind: emoji === null ? "attachment" : "text",
    text: emoji ?? "sticker",
    files: [{ name: "sticker", mediaType: null, size: null }],
  };
};

const contactOf = (item: Json): Said => {
  const contact = isObject(item["contact"]) ? item["contact"] : {};
  const name = isObject(contact["name"]) ? contact["name"] : {};
  const numbers = objectsOf(contact["number"]).map((number) => asString(number["value"]));
  const parts = [asString(name["givenName"]), asString(name["familyName"]), ...numbers];
  return { kind: "text", text: parts.filter(Boolean).join(" ") || "contact", files: [] };
};

const pollOf = (poll: Json): Said => ({
  kind: "text",
  text: [
    asString(poll["question"]) ?? "poll",
    ...objectsOf(poll["options"]).map((option) => `• ${asString(option["option"]) ?? ""}`),
  ].join("\n"),
  files: [],
});

/** `groupUpdateNotification` → `group update notification` */
const inWords = (name: string): string =>
  name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();

/** What changed, by the names that the export has for it; their words differ from language to language in the app. */
const notice = (name: string, update: Json): Said => {
  const inner = Object.entries(update).flatMap(([key, value]) => {
    if (key === "simpleUpdate" && isObject(value)) return [inWords(String(value["type"] ?? key))];
    if (key === "groupChange" && isObject(value))
      return objectsOf(value["updates"]).flatMap((change) => Object.keys(change).map(inWords));
    return isObject(value) ? [inWords(key)] : [];
  });
  return { kind: "system", text: inner.join(", ") || inWords(name), files: [] };
};

/** Members of an item that are not what it says. */
const around = /^(?:revisions|incoming|outgoing|directionless)$/;

const saidIn = (item: Json): Said => {
  const [name = "item", inner = {}] =
    Object.entries(item).find(
      (one): one is [string, Json] => isObject(one[1]) && !around.test(one[0]),
    ) ?? [];
  switch (name) {
    case "standardMessage":
    case "directStoryReplyMessage":
      return spoken(isObject(inner["textReply"]) ? inner["textReply"] : inner);
    case "stickerMessage":
      return stickerOf(inner);
    case "contactMessage":
      return contactOf(inner);
    case "poll":
      return pollOf(inner);
    case "viewOnceMessage": {
      const files = isObject(inner["attachment"]) ? [fileOf(inner["attachment"])] : [];
      return { kind: "attachment", text: "view once media", files };
    }
    case "remoteDeletedMessage":
      return { kind: "system", text: "This message was deleted.", files: [] };
    default:
      return notice(name, inner);
  }
};

/** Signal knows a message by its author and the time it was sent; an edited one by the time of its first version. */
const sentOf = (item: Json): string => {
  const [first] = objectsOf(item["revisions"]);
  return asId(first?.["dateSent"]) ?? asId(item["dateSent"]) ?? "0";
};

const quoted = (item: Json, people: People): string | null => {
  const inner = isObject(item["standardMessage"]) ? item["standardMessage"] : {};
  const quote = isObject(inner["quote"]) ? inner["quote"] : {};
  const sent = asId(quote["targetSentTimestamp"]);
  return sent === null ? null : `${sent}/${people.of(quote["authorId"]).key}`;
};

export const isSignalItem = (item: unknown): item is Json =>
  isObject(item) && asId(item["chatId"]) !== null && asId(item["dateSent"]) !== null;

/** @param met how many messages of the chat each key was met for: notices share a moment */
export const signalMessage = (
  item: Json,
  { people, times }: { readonly people: People; readonly times: Times },
  met: Map<string, number>,
): ParsedMessage => {
  const author = people.of(item["authorId"]);
  const sent = sentOf(item);
  const own = `${sent}/${author.key}`;
  const nth = met.get(own) ?? 0;
  met.set(own, nth + 1);
  const key = nth === 0 ? own : `${own}/${nth}`;
  const said = saidIn(item);
  const isNotice = said.kind === "system";
  const isEdited = objectsOf(item["revisions"]).length > 0;
  return message({
    key,
    sourceId: key,
    replyTo: quoted(item, people),
    position: Number(sent) || 0,
    author: author.name,
    authorId: author.key,
    role: isNotice ? "system" : "person",
    kind: said.kind,
    ...times.read(sent),
    text: said.text,
    editedAt: isEdited ? times.read(item["dateSent"]).at : null,
    attachments: said.files,
    raw: JSON.stringify(item),
  });
};
