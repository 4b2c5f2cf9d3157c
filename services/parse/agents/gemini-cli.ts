// Sessions of Gemini CLI: one JSON object with a list of messages, or, in newer versions, a line for each of them and for each change.
// The shape is that of Gemini CLI's published source. Saved checkpoints and `logs.json` are not read.
import type { ConvertedRecord } from "../chatgpt.ts";
import { asOf, identity } from "../identity.ts";
import { latest, messagesIn, type ReadNode } from "../long-branches.ts";
import { type Context, type LongChat, lookAt, openSurvey } from "../long-context.ts";
import type { LongList } from "../long-record.ts";
import { layLongTree, Nodes } from "../long-tree.ts";
import {
  asArray,
  asString,
  fingerprint,
  isObject,
  type Json,
  objectsOf,
  without,
} from "../message.ts";
import { Numbers } from "../numbers.ts";
import type { Times } from "../times.ts";
import { type Draft, layTree } from "../tree.ts";
import { type SessionContext, type SessionFormat, sessionReader } from "./session-file.ts";

const kinds: ReadonlySet<string> = new Set(["user", "gemini", "info", "error", "warning"]);

const isGeminiMessage = (item: unknown): item is Json =>
  isObject(item) && kinds.has(asString(item["type"]) ?? "") && "content" in item;

/** Whether a record is a whole session. */
export const isGeminiSession = (record: Json): boolean =>
  asString(record["sessionId"]) !== null && asArray(record["messages"]).some(isGeminiMessage);

/** Whether a line shows that its file is a session: its first line names session and project. */
export const isGeminiLine = (line: Json): boolean =>
  asString(line["sessionId"]) !== null &&
  asString(line["projectHash"]) !== null &&
  asArray(line["messages"]).length === 0;

type Spoken = Pick<Draft, "kind" | "role" | "author" | "text" | "attachments">;

const partOf = (part: unknown, by: Pick<Spoken, "role" | "author">): Spoken | undefined => {
  if (typeof part === "string") return { ...by, kind: "text", text: part };
  if (!isObject(part)) return undefined;
  if (part["thought"] === true)
    return { ...by, kind: "thinking", text: asString(part["text"]) ?? "" };
  if (typeof part["text"] === "string") return { ...by, kind: "text", text: part["text"] };
  const data = [part["inlineData"], part["fileData"]].find(isObject);
  if (!isObject(data)) return { ...by, kind: "tool", text: JSON.stringify(part) };
  const mediaType = asString(data["mimeType"]);
  const name = asString(data["displayName"]) ?? asString(data["fileUri"]) ?? mediaType ?? "file";
  return {
    ...by,
    kind: "attachment",
    text: name,
    attachments: [{ name, mediaType, size: null }],
  };
};

/** A string, a part, or a list of both: neighbouring texts are one. */
const contentParts = (content: unknown, by: Pick<Spoken, "role" | "author">): Spoken[] => {
  const parts: Spoken[] = [];
  for (const one of Array.isArray(content) ? content : [content]) {
    const part = partOf(one, by);
    const last = parts.at(-1);
    if (!part || (part.kind === "text" && part.text === "")) continue;
    if (last?.kind === "text" && part.kind === "text")
      parts[parts.length - 1] = { ...last, text: `${last.text}${part.text}` };
    else parts.push(part);
  }
  return parts;
};

const resultOf = (call: Json): string => {
  const shown = asString(call["resultDisplay"]);
  if (shown !== null) return shown;
  const results = Array.isArray(call["result"]) ? call["result"] : [call["result"]];
  return results
    .flatMap((result) => {
      if (typeof result === "string") return [result];
      if (!isObject(result)) return [];
      const answer = isObject(result["functionResponse"]) ? result["functionResponse"] : {};
      const response = isObject(answer["response"]) ? answer["response"] : {};
      return [asString(result["text"]) ?? asString(response["output"]) ?? JSON.stringify(result)];
    })
    .join("\n");
};

const callParts = (call: Json): Spoken[] => {
  const name = asString(call["name"]) ?? "tool";
  const by = { author: "Gemini", kind: "tool" } as const;
  const text = `${name}(${JSON.stringify(call["args"] ?? {})})`;
  const result = resultOf(call);
  return [
    { ...by, role: "assistant", text },
    ...(result === "" ? [] : [{ ...by, role: "tool" as const, text: result }]),
  ];
};

const thoughtsOf = (item: Json): string =>
  objectsOf(item["thoughts"])
    .map((thought) =>
      [asString(thought["subject"]), asString(thought["description"])].filter(Boolean).join("\n"),
    )
    .join("\n\n");

const spokenIn = (item: Json): Spoken[] => {
  const type = asString(item["type"]);
  if (type === "user") return contentParts(item["content"], { role: "user", author: "You" });
  const by = { role: "assistant", author: "Gemini" } as const;
  if (type === "gemini") {
    const thoughts = thoughtsOf(item);
    return [
      ...(thoughts === "" ? [] : [{ ...by, kind: "thinking" as const, text: thoughts }]),
      ...contentParts(item["content"], by),
      ...objectsOf(item["toolCalls"]).flatMap(callParts),
    ];
  }
  return contentParts(item["content"], { role: "system", author: "Gemini CLI" }).map((part) => ({
    ...part,
    kind: "system",
  }));
};

/** The messages of a record. A turn in which nothing was said is kept as an empty one. */
const geminiDrafts = (item: Json, times: Times): Draft[] => {
  const spoken = spokenIn(item);
  const time = times.read(item["timestamp"]);
  const raw = JSON.stringify(item);
  const model = asString(item["model"]);
  const empty = { kind: "system", role: "system", author: "Gemini CLI", text: "" } as const;
  return (spoken.length > 0 ? spoken : [empty]).map((part) => ({
    ...part,
    ...time,
    model: part.role === "assistant" ? model : null,
    raw,
  }));
};

/** Where a message stands: the place of its newest record, and the message before it. */
interface Place {
  nth: number;
  readonly parent: string | null;
}

/** The messages in the order in which they follow each other: a record again stands for the same message, a step back begins a branch. */
const layOut = (list: LongList) => {
  const places = new Map<string, Place>();
  let tail: string | null = null;
  let strange = 0;
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    const back = isObject(item) ? asString(item["$rewindTo"]) : null;
    if (back !== null) {
      tail = places.get(back)?.parent ?? null;
      continue;
    }
    if (!isGeminiMessage(item)) {
      if (item !== undefined) strange += 1;
      continue;
    }
    const id = asString(item["id"]) ?? `#${nth}`;
    const known = places.get(id);
    if (known) known.nth = nth;
    else {
      places.set(id, { nth, parent: tail });
      tail = id;
    }
  }
  return { places, tail, strange };
};

/** What is known of a session without its messages. */
const described = (envelope: Json, otherwise?: () => string) => {
  const [directory] = asArray(envelope["directories"]);
  return {
    source: "gemini-cli",
    ...identity(envelope, asString(envelope["sessionId"]), otherwise),
    title: asString(envelope["summary"]),
    tree: true,
    channel: asString(directory),
    raw: JSON.stringify(without(envelope, "messages")),
  } as const;
};

const conversationOf = (
  envelope: Json,
  list: LongList,
  { times, timesAgain, counts }: SessionContext,
): LongChat => {
  const { places, tail, strange } = layOut(list);
  counts.strange += strange;
  const nodes = new Nodes();
  const members = new Numbers();
  const ids: string[] = [];
  const survey = openSurvey();
  let damaged = 0;
  for (let nth = 0; nth < list.length; nth += 1) if (list.read(nth) === undefined) damaged += 1;
  for (const [id, { nth, parent }] of places) {
    const item = list.read(nth);
    const drafts = isGeminiMessage(item) ? geminiDrafts(item, times) : [];
    for (const draft of drafts) lookAt(survey, draft);
    nodes.add(id, parent, drafts.length, latest(drafts));
    members.push(nth);
    ids.push(id);
  }
  lookAt(survey, { at: times.read(envelope["lastUpdated"]).at });
  const tree = layLongTree(nodes, nodes.parents(), nodes.find(tail));
  const read = (node: number): ReadNode => {
    const item = list.read(members.at(node));
    const drafts = isGeminiMessage(item) ? geminiDrafts(item, timesAgain) : [];
    return { id: ids[node] ?? "", drafts };
  };
  return {
    conversation: {
      ...described(envelope, () =>
        fingerprint(JSON.stringify([envelope, list.length > 0 ? list.read(0) : null])),
      ),
      asOf: survey.latest,
    },
    damaged,
    messages: messagesIn(tree, read, { hasParents: true }),
  };
};

/** A session that is one long record. */
export const geminiChat = (envelope: Json, list: LongList, context: Context): LongChat =>
  conversationOf(envelope, list, context);

/** A session that is one record. */
export const fromGemini = (record: Json, times: Times): ConvertedRecord => {
  const items = asArray(record["messages"]);
  const list: LongList = {
    name: "messages",
    kind: "array",
    length: items.length,
    read: (nth) => items[nth],
  };
  const { places, tail, strange } = layOut(list);
  const nodes = [...places].map(([id, { nth, parent }]) => {
    const item = items[nth];
    return { id, parent, drafts: isGeminiMessage(item) ? geminiDrafts(item, times) : [] };
  });
  const { messages, circles } = layTree(nodes, tail);
  const updated = { updated_at: record["lastUpdated"] };
  return {
    conversation: {
      ...described(record),
      asOf: asOf(updated, messages, times),
      messages,
      continues: false,
    },
    strange: strange + circles,
  };
};

/** Lines: the session's own members and their changes, then a message each. */
const openGemini = (context: SessionContext): SessionFormat => {
  let envelope: Json = {};
  return {
    take(record) {
      if (isObject(record["$set"])) {
        envelope = { ...envelope, ...without(record["$set"], "messages") };
        return "state";
      }
      if (isGeminiLine(record)) {
        envelope = { ...envelope, ...record };
        return "state";
      }
      const isKept = isGeminiMessage(record) || asString(record["$rewindTo"]) !== null;
      return isKept ? "kept" : "unknown";
    },
    end: (list) => (list.length === 0 ? undefined : conversationOf(envelope, list, context)),
  };
};

/** A session in lines. */
export const readGeminiLines = sessionReader(openGemini);
