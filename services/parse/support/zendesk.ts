// Zendesk's tickets with their comments: a line a ticket as its export has them, or as its API gives them. Read by the API's public description; whose the ids are stands beside the comments, where it is said at all.
import type { Attachment, ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "../chatgpt.ts";
import { htmlText } from "../html-text.ts";
import { asOf, identity } from "../identity.ts";
import {
  asArray,
  asId,
  asString,
  isObject,
  type Json,
  message,
  objectsOf,
  without,
} from "../message.ts";
import type { Times } from "../times.ts";

const isComment = (item: unknown): item is Json =>
  isObject(item) &&
  "author_id" in item &&
  "created_at" in item &&
  ["body", "html_body", "plain_body"].some((name) => name in item);

const ticketOf = (record: Json): Json => (isObject(record["ticket"]) ? record["ticket"] : record);

/** Where the comments stand: beside the ticket, or in it. */
const commentsIn = (record: Json): readonly unknown[] => {
  const beside = asArray(record["comments"]);
  return beside.length > 0 ? beside : asArray(ticketOf(record)["comments"]);
};

/** Whether a record is a ticket with comments, or the comments of one. */
export const isZendesk = (record: Json): boolean => {
  const comments = commentsIn(record);
  const ticket = ticketOf(record);
  return (
    comments.some(isComment) &&
    (["subject", "requester_id"].some((name) => name in ticket) ||
      comments.some((item) => isObject(item) && "audit_id" in item))
  );
};

/** Id → name, of the lists and single people that stand beside the comments. */
const peopleIn = (record: Json): ReadonlyMap<string, string> => {
  const ticket = ticketOf(record);
  const listed = [...objectsOf(record["users"]), ...objectsOf(ticket["users"])];
  const single = ["requester", "submitter", "assignee"].map((name) => ticket[name]);
  const people = new Map<string, string>();
  for (const one of [...listed, ...single.filter(isObject)]) {
    const id = asId(one["id"]);
    const name = asString(one["name"]) ?? asString(one["email"]);
    if (id !== null && name !== null) people.set(id, name);
  }
  return people;
};

/** Whom a mail came from. */
const senderOf = (comment: Json): string | null => {
  const via = isObject(comment["via"]) ? comment["via"] : {};
  const source = isObject(via["source"]) ? via["source"] : {};
  const from = isObject(source["from"]) ? source["from"] : {};
  return asString(from["name"]) ?? asString(from["address"]);
};

const authorOf = (comment: Json, people: ReadonlyMap<string, string>): string => {
  const id = asId(comment["author_id"]);
  const own = isObject(comment["author"]) ? asString(comment["author"]["name"]) : null;
  return own ?? people.get(id ?? "") ?? senderOf(comment) ?? `User ${id ?? "unknown"}`;
};

const filesOf = (comment: Json): Attachment[] =>
  objectsOf(comment["attachments"]).map((file) => ({
    name: asString(file["file_name"]) ?? asString(file["name"]) ?? "file",
    mediaType: asString(file["content_type"]),
    size: typeof file["size"] === "number" ? file["size"] : null,
  }));

const textOf = (comment: Json): string =>
  asString(comment["plain_body"]) ??
  asString(comment["body"]) ??
  htmlText(asString(comment["html_body"]) ?? "");

/** Reads a ticket. */
export const fromZendesk = (record: Json, times: Times): ConvertedRecord => {
  const ticket = ticketOf(record);
  const items = commentsIn(record);
  const comments = items.filter(isComment);
  const people = peopleIn(record);
  const keys = new Set<string>();
  const messages = comments.map((comment, nth): ParsedMessage => {
    const id = asId(comment["id"]);
    const key = id === null || keys.has(id) ? `#${nth}` : id;
    keys.add(key);
    const files = filesOf(comment);
    const text = textOf(comment);
    const isFile = text === "" && files.length > 0;
    return message({
      key,
      sourceId: id,
      position: nth,
      author: authorOf(comment, people),
      authorId: asId(comment["author_id"]),
      role: "person",
      kind: isFile ? "attachment" : "text",
      ...times.read(comment["created_at"]),
      text: isFile ? files.map(({ name }) => name).join("\n") : text,
      attachments: files,
      raw: JSON.stringify(comment),
    });
  });
  return {
    conversation: {
      source: "zendesk",
      ...identity(record, asId(ticket["id"]) ?? asId(ticket["ticket_id"])),
      asOf: asOf(ticket, messages, times),
      title: asString(ticket["subject"]) ?? asString(ticket["raw_subject"]),
      tree: false,
      channel: null,
      messages,
      raw: JSON.stringify(without(record, "comments")),
      continues: false,
    },
    strange: items.length - comments.length,
  };
};
