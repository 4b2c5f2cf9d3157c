// What a message of Telegram says and carries: its text with links, its files, polls, places, contacts.
import type { Attachment } from "#services/domain/conversation.ts";
import { asArray, asId, asString, isObject, type Json, objectsOf } from "../message.ts";

/** A piece of text that is marked: links keep their address. */
const pieceText = (piece: unknown): string => {
  if (typeof piece === "string") return piece;
  if (!isObject(piece)) return "";
  const text = asString(piece["text"]) ?? "";
  const href = asString(piece["href"]);
  return href === null || href === text ? text : `${text} (${href})`;
};

const textOf = (item: Json): string => {
  const entities = asArray(item["text_entities"]);
  if (entities.length > 0) return entities.map(pieceText).join("");
  const { text } = item;
  return typeof text === "string" ? text : asArray(text).map(pieceText).join("");
};

const pollText = (poll: Json): string => {
  const answers = objectsOf(poll["answers"]).map((answer) => {
    const voters = answer["voters"];
    const counted = typeof voters === "number" ? ` (${voters})` : "";
    return `• ${pieceText(answer["text"]) || pieceText(answer)}${counted}`;
  });
  return [pieceText(poll["question"]), ...answers].join("\n");
};

const placeText = (item: Json): string | null => {
  const place = item["location_information"];
  if (!isObject(place)) return null;
  const words = [item["place_name"], item["address"]].map(asString);
  const at = [place["latitude"], place["longitude"]].map(asId).join(", ");
  return [...words, at].filter((part) => part !== null && part !== "").join("\n");
};

const contactText = (item: Json): string | null => {
  const contact = item["contact_information"];
  if (!isObject(contact)) return null;
  return ["first_name", "last_name", "phone_number"]
    .map((name) => asString(contact[name]))
    .filter((part) => part !== null)
    .join(" ");
};

const gameText = (item: Json): string | null => asString(item["game_title"]);

/** Stands in the place of the path of a file that is not in the export. */
const isNotThere = (path: string): boolean => path.startsWith("(File ");

const fileIn = (item: Json, member: "file" | "photo"): Attachment[] => {
  const path = asString(item[member]);
  if (path === null) return [];
  const own = isNotThere(path) ? null : path.slice(path.lastIndexOf("/") + 1);
  const kind = asString(item["media_type"])?.replaceAll("_", " ") ?? member;
  const size = item[member === "photo" ? "photo_file_size" : "file_size"];
  return [
    {
      name: asString(item["file_name"]) ?? own ?? kind,
      mediaType: asString(item["mime_type"]) ?? (member === "photo" ? "image/jpeg" : null),
      size: typeof size === "number" ? size : null,
      ...(own !== null && { file: `./${path}` }),
    },
  ];
};

/** @returns the words of a message (with those of its poll, place or contact), and its files */
export const contentOf = (
  item: Json,
): { readonly text: string; readonly files: readonly Attachment[] } => {
  const poll = isObject(item["poll"]) ? pollText(item["poll"]) : null;
  const parts = [
    textOf(item),
    poll,
    placeText(item),
    contactText(item),
    gameText(item),
    asString(item["sticker_emoji"]),
  ].filter((part) => part !== null && part !== "");
  const from = asString(item["forwarded_from"]);
  const said = parts.join("\n");
  return {
    text: from !== null && said !== "" ? `Forwarded from ${from}:\n${said}` : said,
    files: [...fileIn(item, "photo"), ...fileIn(item, "file")],
  };
};
