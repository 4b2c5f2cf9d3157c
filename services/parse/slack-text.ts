// Slack's markup and blocks → readable text.
import { asString, isObject, type Json, objectsOf } from "./message.ts";

export interface SlackNames {
  /** User, bot or subteam id → the name shown. */
  readonly people: ReadonlyMap<string, string>;
  /** User id → everything that the user is called. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Channel id → its name, without `#`. */
  readonly channels: ReadonlyMap<string, string>;
}

const plain = (text: string): string =>
  text.includes("&")
    ? text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
    : text;

/** What stands between `<` and `>`. */
const resolved = (inner: string, names: SlackNames): string => {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : plain(inner.slice(bar + 1));
  const id = target.slice(1);
  if (target.startsWith("@")) return `@${names.people.get(id) ?? (label.replace(/^@/, "") || id)}`;
  if (target.startsWith("#"))
    return `#${names.channels.get(id) ?? (label.replace(/^#/, "") || id)}`;
  if (target.startsWith("!subteam^"))
    return label === "" ? "@group" : `@${label.replace(/^@/, "")}`;
  if (target.startsWith("!date^")) return label;
  if (target.startsWith("!"))
    return label === "" ? `@${id}` : label.startsWith("@") ? label : `@${label}`;
  const link = plain(target.replace(/^mailto:/, ""));
  return label === "" || label === link ? link : `${label} (${plain(target)})`;
};

/** `<@U123>` `<#C123|name>` `<!here>` `<url|label>` and the three escapes; a `<` without its `>` stays. */
export const slackText = (text: string, names: SlackNames): string => {
  let out = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf("<", at);
    const close = open < 0 ? -1 : text.indexOf(">", open);
    if (close < 0) return out + plain(text.slice(at));
    out += plain(text.slice(at, open)) + resolved(text.slice(open + 1, close), names);
    at = close + 1;
  }
};

/** One leaf of a rich text. */
const leafText = (leaf: Json, names: SlackNames): string => {
  switch (asString(leaf["type"])) {
    case "user":
      return `@${names.people.get(asString(leaf["user_id"]) ?? "") ?? asString(leaf["user_id"]) ?? ""}`;
    case "channel":
      return `#${names.channels.get(asString(leaf["channel_id"]) ?? "") ?? asString(leaf["channel_id"]) ?? ""}`;
    case "usergroup":
      return `@${asString(leaf["usergroup_id"]) ?? "group"}`;
    case "broadcast":
      return `@${asString(leaf["range"]) ?? "channel"}`;
    case "emoji":
      return `:${asString(leaf["name"]) ?? ""}:`;
    case "date":
      return asString(leaf["fallback"]) ?? "";
    case "link": {
      const url = asString(leaf["url"]) ?? "";
      const label = asString(leaf["text"]);
      return label === null || label === url ? url : `${label} (${url})`;
    }
    default:
      return asString(leaf["text"]) ?? "";
  }
};

/** Blocks nest a few levels; deeper ones are no message of Slack's. */
const DEEPEST = 12;

const richText = (element: Json, names: SlackNames, depth: number): string => {
  const inner = objectsOf(element["elements"]);
  if (inner.length === 0 || depth > DEEPEST) return leafText(element, names);
  const texts = inner.map((child) => richText(child, names, depth + 1));
  const type = asString(element["type"]);
  if (type === "rich_text_list") return texts.map((text) => `• ${text}`).join("\n");
  if (type === "rich_text_preformatted") return `\`\`\`\n${texts.join("")}\n\`\`\``;
  if (type === "rich_text_quote") return `> ${texts.join("")}`;
  return texts.join(type === "rich_text" || type === "context" || type === "actions" ? "\n" : "");
};

const blockText = (block: Json, names: SlackNames): string => {
  if (asString(block["type"]) === "rich_text") return richText(block, names, 0);
  const own = block["text"];
  const texts = [own, ...objectsOf(block["fields"]), ...objectsOf(block["elements"])].map(
    (item) => {
      const text = isObject(item)
        ? isObject(item["text"])
          ? item["text"]["text"]
          : item["text"]
        : item;
      return typeof text === "string" ? slackText(text, names) : "";
    },
  );
  const title = isObject(block["title"]) ? (asString(block["title"]["text"]) ?? "") : "";
  return [title, ...texts].filter((text) => text !== "").join("\n");
};

const attachmentText = (item: Json, names: SlackNames): string => {
  const fields = ["pretext", "title", "text"]
    .map((name) => asString(item[name]))
    .filter((text) => text !== null);
  const words = fields.length > 0 ? fields : [asString(item["fallback"]) ?? ""];
  return slackText(words.join("\n"), names);
};

/** The message's text; where it is empty, its blocks' words; where they are too, those of what is attached. */
export const slackMessageText = (item: Json, names: SlackNames): string => {
  const own = asString(item["text"]);
  if (own !== null && own.trim() !== "") return slackText(own, names);
  const join = (texts: readonly string[]) => texts.filter((text) => text !== "").join("\n");
  const blocks = join(objectsOf(item["blocks"]).map((block) => blockText(block, names)));
  if (blocks !== "") return blocks;
  return join(objectsOf(item["attachments"]).map((attached) => attachmentText(attached, names)));
};
