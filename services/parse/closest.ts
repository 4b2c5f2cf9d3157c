// For a file that is no chat log that can be read: the format that it is nearest to, what speaks against it, and what to do.
import { headItems, headValue } from "./json-head.ts";
import { isObject, type Json } from "./message.ts";
import { cellsOf } from "./table/cells.ts";
import { isNamedTable } from "./table/delimited.ts";
import { toldNames } from "./table/told-names.ts";

export interface Closest {
  /** The format, and what speaks against it: a sentence. */
  readonly why: string;
  /** What a person can do: a sentence; undefined where the other says it. */
  readonly todo: string | undefined;
}

/** Pages that programs make of conversations for reading, by words that only theirs have. */
const pages: readonly { readonly is: RegExp; readonly closest: Closest }[] = [
  {
    is: /ChatGPT Data Export|\bvar jsonData\s*=/,
    closest: {
      why: "It is nearest to a ChatGPT export, but it is the page of it that is made for reading.",
      todo: "Send the zip as it came, or the conversations.json that lies beside this file.",
    },
  },
  {
    is: /class="message default clearfix|\btgme_/,
    closest: {
      why: "It is nearest to a Telegram export, but in HTML.",
      todo: "In Telegram Desktop, export again and choose “Machine-readable JSON”; send result.json.",
    },
  },
  {
    is: /\bchatlog__message/,
    closest: {
      why: "It is nearest to a Discord channel of DiscordChatExporter, but in HTML.",
      todo: "Export the channel again with the format JSON.",
    },
  },
  {
    is: /class="[^"]{0,80}\b_a6-[go]\b/,
    closest: {
      why: "It is nearest to a Messenger or Instagram download, but in HTML.",
      todo: "Ask for the download again and choose the format JSON.",
    },
  },
];

const anyPage: Closest = {
  why: "It is a web page.",
  todo: "Export the conversations as JSON or as text, where their program offers it.",
};

/** Fields of a conversation in each format; the first is the one without which nothing can be read. */
const fields: readonly (readonly [format: string, needed: string, others: string])[] = [
  ["a ChatGPT export", "mapping", "title create_time update_time current_node conversation_id"],
  ["a Claude export", "chat_messages", "uuid name created_at updated_at account"],
  ["an Open WebUI chat", "chat", "id title user_id updated_at created_at share_id"],
  ["a LibreChat conversation", "messages", "conversationId endpoint title branches recursive"],
  ["a Discord channel", "messages", "guild channel dateRange exportedAt messageCount"],
  ["a Telegram chat", "messages", "name type id about personal_information contacts"],
  ["a Messenger or Instagram chat", "messages", "participants thread_path magic_words title"],
  ["a Slack day", "ts", "user text type subtype thread_ts client_msg_id team"],
  ["a Zulip message", "content", "sender_full_name sender_email stream_id subject timestamp id"],
  ["a ShareGPT conversation", "conversations", "id system items model"],
  ["a model log", "messages", "model temperature tools max_tokens stream response_format"],
];

/** Fewer fields in common are chance. */
const LEAST_COMMON = 2;

/** Fields that records of anything have. */
const ofAnything = new Set(
  "id name title type user user_id text content subject model items system channel timestamp created_at updated_at".split(
    " ",
  ),
);

const inCommon = (record: Json, others: readonly string[]): number =>
  others.filter((name) => Object.hasOwn(record, name)).length;

const anyJson: Closest = {
  why: "It is JSON, but its first records are no conversations or messages of a known format.",
  todo: 'Records such as {"messages": [{"role": "user", "content": "…"}]}, one a line, are read.',
};

/**
 * The format whose fields the first record of a JSON file has, but for the one that is needed; undefined where there is none.
 * @param counts which fields speak for a format
 */
const formatOf = (head: string, counts: (name: string) => boolean): Closest | undefined => {
  if (!/^\s*[{[]/.test(head)) return undefined;
  const { value } = headValue(head.trimStart());
  const first = Array.isArray(value) ? [...value, ...headItems(head)].find(isObject) : value;
  if (!isObject(first)) return undefined;
  const [best] = fields
    .map(([format, needed, others]) => ({
      format,
      needed,
      common: inCommon(first, others.split(" ").filter(counts)),
    }))
    .filter(({ needed, common }) => common >= LEAST_COMMON && !Object.hasOwn(first, needed))
    .sort((a, b) => b.common - a.common);
  if (best === undefined) return undefined;
  return {
    why: `It is nearest to ${best.format}, but its first record has no field “${best.needed}”.`,
    todo: "Export it again from the program that it belongs to, and send the export as it comes.",
  };
};

/** The format of which a JSON file surely is, and whose messages it lacks: it is no table of any records either. */
export const lacksMessages = (head: string): Closest | undefined =>
  formatOf(head, (name) => !ofAnything.has(name));

const MOST_HEADINGS = 6;

/** A heading of several columns above rows of as many. */
const closestTable = (head: string, path: string): Closest | undefined => {
  const [first = "", second = ""] = head.trimStart().split(/\r?\n/, 2);
  if (first.length > 10_000 || second === "") return undefined;
  for (const delimiter of [",", "\t", ";", "|"]) {
    const headings = cellsOf(first, delimiter).map((cell) => cell.trim());
    const isTable =
      headings.length > 1 &&
      headings.length === cellsOf(second, delimiter).length &&
      headings.every((heading) => heading !== "" && heading.length <= 60);
    if (!isTable) continue;
    return {
      why: `It is nearest to a table, but none of its columns (${toldNames(headings, MOST_HEADINGS)}) has a name that is known.`,
      todo: isNamedTable(path)
        ? "Write it again with a name of its own above each column, and as many cells in each row: then you can choose what its columns hold."
        : "Give the file a name that ends in .csv and send it again: then you can choose what its columns hold.",
    };
  }
  return undefined;
};

const anyText: Closest = {
  why: "It is nearest to a plain transcript, but too few of its lines begin with a name and a colon.",
  todo: "Text is read where lines say who speaks: “Anna: what was said”.",
};

/**
 * @param head the beginning of a file that is in no format that is read
 * @param path its name
 */
export const closestTo = (head: string, path: string): Closest => {
  const begin = head.trimStart();
  if (/^<(?:!doctype html|html)\b/i.test(begin))
    return pages.find(({ is }) => is.test(head))?.closest ?? anyPage;
  if (/^[{[]/.test(begin)) return formatOf(begin, () => true) ?? anyJson;
  return closestTable(begin, path) ?? anyText;
};
