// A thread of Perplexity as its own pages load it, which is what tools save (Perplexity has no export of its own): questions with blocks of an answer. Read by public tools that save it.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { asOf, identity } from "./identity.ts";
import {
  asArray,
  asId,
  asString,
  isObject,
  type Json,
  message,
  objectsOf,
  without,
} from "./message.ts";
import type { Times } from "./times.ts";

const isEntry = (item: unknown): item is Json =>
  isObject(item) && typeof item["query_str"] === "string" && "blocks" in item;

/** Whether a record is a thread. */
export const isPerplexity = (record: Json): boolean => asArray(record["entries"]).some(isEntry);

const inner = (record: Json, name: string): Json => {
  const value = record[name];
  return isObject(value) ? value : {};
};

/** Marks of sources, `[1](pplx://…)`, without the address that opens nothing. */
const plain = (text: string): string =>
  text.replaceAll(/\[([^\][]{0,200})\]\(pplx:\/\/[^)\s]{0,500}\)/g, "$1");

interface Part {
  readonly kind: ParsedMessage["kind"];
  readonly text: string;
}

const sourceText = (source: Json): string =>
  [asString(source["name"]), asString(source["url"])].filter(Boolean).join(": ");

/** What was searched and looked up on the way to the answer. */
const stepText = (step: Json): string => {
  const queries = objectsOf(inner(step, "search_web_content")["queries"]).map(
    (query) => `Searched: ${asString(query["query"]) ?? ""}`,
  );
  const found = objectsOf(inner(step, "web_results_content")["web_results"]).map(sourceText);
  return [...queries, ...found].join("\n");
};

/** Members of a block that say what it is for, and blocks that show again what others say: sources, pictures, tabs. */
const wordless = new Set([
  "intended_usage",
  "markdown_block",
  "plan_block",
  "web_result_block",
  "sources_mode_block",
  "media_block",
  "image_mode_block",
  "video_mode_block",
  "answer_tabs_block",
]);

/** Whether a block has something in it of a kind that is not known. */
const isUnknown = (block: Json): boolean =>
  Object.entries(block).some(
    ([name, value]) => !wordless.has(name) && isObject(value) && Object.keys(value).length > 0,
  );

const partOf = (block: Json): Part | undefined => {
  const markdown = inner(block, "markdown_block");
  const answer =
    asString(markdown["answer"]) ??
    asArray(markdown["chunks"])
      .map((chunk) => asString(chunk) ?? "")
      .join("");
  if (answer !== "") return { kind: "text", text: plain(answer) };
  const plan = inner(block, "plan_block");
  const steps = [
    ...objectsOf(plan["goals"]).map((goal) => asString(goal["description"]) ?? ""),
    ...objectsOf(plan["steps"]).map(stepText),
  ];
  const thought = steps.filter((step) => step !== "").join("\n");
  if (thought !== "") return { kind: "tool", text: thought };
  const sources = objectsOf(inner(block, "web_result_block")["web_results"]).map(sourceText);
  if (sources.length > 0) return { kind: "tool", text: sources.join("\n") };
  return isUnknown(block) ? { kind: "tool", text: JSON.stringify(block) } : undefined;
};

/** Several blocks hold the same answer, one for each way of showing it. */
const partsOf = (entry: Json): Part[] => {
  const parts = objectsOf(entry["blocks"])
    .map(partOf)
    .filter((part) => part !== undefined);
  return parts.filter((part, nth) => parts.findIndex(({ text }) => text === part.text) === nth);
};

/** Reads a thread. */
export const fromPerplexity = (record: Json, times: Times): ConvertedRecord => {
  const items = asArray(record["entries"]);
  const entries = items.filter(isEntry);
  const taken = new Set<string>();
  const messages = entries.flatMap((entry, nth) => {
    const own = asId(entry["uuid"]) ?? asId(entry["backend_uuid"]);
    const id = own === null || taken.has(own) ? `${own ?? ""}#${nth}` : own;
    taken.add(id);
    const time = times.read(entry["entry_created_datetime"] ?? entry["updated_datetime"]);
    const asked = message({
      key: id,
      sourceId: own,
      position: nth * 1000,
      author: asString(entry["author_username"]) ?? "You",
      role: "user",
      ...time,
      text: String(entry["query_str"]),
      raw: JSON.stringify(without(entry, "blocks")),
    });
    const answers = partsOf(entry).map((part, at) =>
      message({
        ...part,
        key: `${id}/${at + 1}`,
        sourceId: own === null ? null : `${own}/${at + 1}`,
        position: nth * 1000 + at + 1,
        replyTo: id,
        author: "Perplexity",
        role: "assistant",
        ...time,
        model: asString(entry["display_model"]),
        raw: at === 0 ? JSON.stringify(entry["blocks"]) : JSON.stringify(part),
      }),
    );
    return [asked, ...answers];
  });
  const [first] = entries;
  const title = asString(first?.["thread_title"]);
  const space = first && asString(inner(first, "collection_info")["title"]);
  return {
    conversation: {
      source: "perplexity",
      ...identity(record, asId(first?.["context_uuid"]) ?? asId(first?.["backend_uuid"])),
      asOf: asOf({ update_time: entries.at(-1)?.["updated_datetime"] }, messages, times),
      title,
      tree: false,
      channel: space ?? null,
      messages,
      raw: JSON.stringify(without(record, "entries")),
      continues: false,
    },
    strange: items.length - entries.length,
    unknown: entries.flatMap((entry) => objectsOf(entry["blocks"])).filter(isUnknown).length,
  };
};
