// Rocket.Chat: the JSON of a room that its export of messages and of one's own data writes (a message a line), and messages as its database and API have them. Its writer's source is public.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import { asId, asString, isObject, type Json, message, objectsOf } from "./message.ts";
import type { MixedFormat, MixedRoom } from "./mixed-format.ts";
import type { Times } from "./times.ts";

/** `{"$date": …}` as MongoDB's tools write it, or a text. */
const timeIn = (value: unknown): unknown => {
  const date = isObject(value) ? value["$date"] : value;
  return isObject(date) ? date["$numberLong"] : date;
};

const isStamp = (value: unknown): boolean => {
  const time = timeIn(value);
  return typeof time === "number" || (typeof time === "string" && /^\d{4}-\d\d-\d\dT/.test(time));
};

/** All that a line of an export has; logs of programs have a time and a `msg` too. */
const exported = new Set(["msg", "username", "ts", "attachments", "type"]);

export const isRocketchatMessage = (item: unknown): item is Json => {
  if (!isObject(item) || !isStamp(item["ts"])) return false;
  if (isObject(item["u"]) && asString(item["rid"]) !== null) return true;
  return (
    typeof item["msg"] === "string" &&
    ("username" in item || "type" in item) &&
    Object.keys(item).every((name) => exported.has(name))
  );
};

const filesOf = (item: Json): Attachment[] =>
  objectsOf(item["attachments"]).flatMap((file): Attachment[] => {
    const name = asString(file["fileName"]) ?? asString(file["title"]);
    const isFile = ["image_url", "audio_url", "video_url", "title_link"].some(
      (link) => asString(file[link]) !== null,
    );
    const type = ["image_type", "audio_type", "video_type"].map((one) => asString(file[one]));
    const size = ["image_size", "audio_size", "video_size"].map((one) => file[one]);
    return name === null || !isFile
      ? []
      : [
          {
            name,
            mediaType: type.find((one) => one !== null) ?? null,
            size: size.find((one) => typeof one === "number") ?? null,
          },
        ];
  });

/** What stands below a message: the words of a quoted one, or a card. */
const cardText = (item: Json): string =>
  objectsOf(item["attachments"])
    .flatMap((card) => [asString(card["text"]), asString(card["description"])])
    .filter((text) => text !== null)
    .join("\n");

/** `/home/x/#general.json` → `general` */
const nameOf = (path: string): string =>
  path
    .slice(path.lastIndexOf("/") + 1)
    .replace(/\.jsonl?$/i, "")
    .replace(/^#/, "");

/** A text, "user_joined" of a type. */
const authorOf = (item: Json) => {
  const user = isObject(item["u"]) ? item["u"] : {};
  const name = asString(user["name"]) ?? asString(user["username"]) ?? asString(item["username"]);
  return {
    author: name ?? "Unknown",
    authorId: asString(user["_id"]) ?? asString(item["username"]),
  };
};

const rocketMessage = (item: Json, key: string, times: Times): ParsedMessage => {
  const files = filesOf(item);
  const own = asString(item["msg"]) ?? "";
  const text = own === "" ? cardText(item) : own;
  const type = asString(item["t"]) ?? asString(item["type"]);
  const isNotice = type !== null && type !== "discussion-created" && type !== "e2e";
  const isFile = !isNotice && text === "" && files.length > 0;
  const time = times.read(timeIn(item["ts"]));
  const isBot = isObject(item["bot"]);
  return message({
    key,
    sourceId: asString(item["_id"]),
    replyTo: asString(item["tmid"]),
    position: time.at ?? 0,
    ...authorOf(item),
    role: isNotice ? "system" : isBot ? "tool" : "person",
    kind: isNotice ? "system" : isFile ? "attachment" : "text",
    ...time,
    text: isFile
      ? files.map(({ name }) => name).join("\n")
      : isNotice && text === ""
        ? (type ?? "")
        : text,
    editedAt: times.read(timeIn(item["editedAt"])).at,
    attachments: files,
    raw: JSON.stringify(item),
  });
};

/** @param path of the file, which names the room where the messages do not */
export const openRocketchat = (path: string): MixedFormat => {
  let encrypted = 0;
  let hidden = 0;
  const named = nameOf(path);
  return {
    source: "rocketchat",
    isMessage: isRocketchatMessage,
    roomOf(item): MixedRoom {
      if (item["t"] === "e2e") encrypted += 1;
      if (/^User_\d+$/.test(asString(item["username"]) ?? "")) hidden += 1;
      const id = asId(item["rid"]);
      const title = id === null ? `#${named}` : id;
      return { id: id ?? named, hasId: true, title, channel: title };
    },
    *messages(items, times) {
      const met = new Map<string, number>();
      for (const item of items) {
        // Without an id: by its time and author, like any other message of that moment.
        const own =
          asString(item["_id"]) ??
          `${String(timeIn(item["ts"]))}/${asString(item["username"]) ?? ""}`;
        const nth = met.get(own) ?? 0;
        met.set(own, nth + 1);
        yield rocketMessage(item, nth === 0 ? own : `${own}/${nth}`, times);
      }
    },
    *told() {
      const reason = "This message is encrypted: the server that exported it had no key for it.";
      if (encrypted > 0) yield { code: "encrypted-message", reason, count: encrypted };
      const whose =
        "Rocket.Chat hid the name of the author (User_1): the same number may be another person in the file of another room.";
      if (hidden > 0) yield { code: "hidden-author", reason: whose, count: hidden };
    },
  };
};
