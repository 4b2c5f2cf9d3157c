// Thoughts, calls and their results, which Open WebUI writes into the text of an answer as HTML `details` → parts apart from the words.
import type { Part } from "./chatgpt-content.ts";

/** A part of a text. */
export interface DetailsPart extends Pick<Part, "kind" | "text"> {
  /** What a call gave back. */
  readonly isResult?: boolean;
}

const OPEN = '<details type="';
const CLOSE = "</details>";
const kinds: ReadonlySet<string> = new Set(["reasoning", "tool_calls", "code_interpreter"]);

const entities: ReadonlyMap<string, string> = new Map([
  ["&quot;", '"'],
  ["&#x27;", "'"],
  ["&#39;", "'"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
]);

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:quot|#x27|#39|lt|gt|amp);/g, (entity) => entities.get(entity) ?? entity);

/** The value of an attribute; null where there is none. */
const attribute = (tag: string, name: string): string | null => {
  const from = tag.indexOf(` ${name}="`);
  if (from < 0) return null;
  const start = from + name.length + 3;
  const end = tag.indexOf('"', start);
  return end < 0 ? null : unescaped(tag.slice(start, end));
};

/** Values are JSON in quotes: without those where they are a text. */
const plain = (value: string): string => {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "string" ? parsed : value;
  } catch {
    // It was no JSON: it stands as it is.
    return value;
  }
};

const withoutSummary = (inner: string): string => {
  const end = inner.indexOf("</summary>");
  const body = end < 0 ? inner : inner.slice(end + "</summary>".length);
  return unescaped(body.replaceAll(/^> ?/gm, "")).trim();
};

const partsOf = (type: string, tag: string, inner: string): DetailsPart[] => {
  if (type === "reasoning") return [{ kind: "thinking", text: withoutSummary(inner) }];
  const name = attribute(tag, "name") ?? type;
  const given = attribute(tag, "arguments");
  const result = attribute(tag, "result") ?? attribute(tag, "output");
  const call = given === null ? withoutSummary(inner) : plain(given);
  return [
    { kind: "tool", text: `${name}(${call})` },
    ...(result === null ? [] : [{ kind: "tool" as const, text: plain(result), isResult: true }]),
  ];
};

/** A text in parts, in its order; an empty text has none. */
export const detailsIn = (text: string): DetailsPart[] => {
  const parts: DetailsPart[] = [];
  const say = (words: string) => {
    if (words.trim() !== "") parts.push({ kind: "text", text: words.trim() });
  };
  if (!text.includes(OPEN)) {
    if (text !== "") parts.push({ kind: "text", text });
    return parts;
  }
  let said = 0;
  for (let from = text.indexOf(OPEN); from >= 0; from = text.indexOf(OPEN, from + 1)) {
    if (from < said) continue;
    const tagEnd = text.indexOf(">", from);
    const end = text.indexOf(CLOSE, from);
    // Without an end the rest is words, of this one and of all others.
    if (tagEnd < 0 || end < 0) break;
    const tag = text.slice(from, tagEnd);
    const type = tag.slice(OPEN.length, tag.indexOf('"', OPEN.length));
    if (!kinds.has(type) || end < tagEnd) continue;
    say(text.slice(said, from));
    parts.push(...partsOf(type, tag, text.slice(tagEnd + 1, end)));
    said = end + CLOSE.length;
  }
  say(text.slice(said));
  return parts;
};
