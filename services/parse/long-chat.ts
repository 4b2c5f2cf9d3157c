// Long records → conversations in parts, with the same messages as if they were read at once.
import { createHash } from "node:crypto";
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { chatgptConversation, chatgptDrafts } from "./chatgpt.ts";
import { isKnownContent } from "./chatgpt-content.ts";
import { chatOf, claudeConversation, claudeDrafts, isClaudeMessage, ROOT } from "./claude.ts";
import { unknownBlocks } from "./claude-content.ts";
import {
  DOCS,
  isDocument,
  isProject,
  openDocuments,
  projectConversation,
  projectInstructions,
} from "./claude-project.ts";
import type { Companions } from "./companions-of.ts";
import { deepseekConversation, deepseekDrafts } from "./deepseek.ts";
import { asOf, identity } from "./identity.ts";
import { latest, messagesIn, type ReadNode } from "./long-nodes.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { layLongTree, Nodes } from "./long-tree.ts";
import { asArray, asId, asString, isObject, type Json, without } from "./message.ts";
import { Numbers } from "./numbers.ts";
import {
  idOf,
  isOpenaiMessage,
  memberOf,
  openaiMessages,
  titleOf,
  unknownParts,
} from "./openai.ts";
import { shapeOf } from "./shape.ts";
import { isTurn, sharegptMessage } from "./sharegpt.ts";
import type { Times } from "./times.ts";
import type { Draft } from "./tree.ts";

/** So many members of each list show what the record is. */
const SAMPLE = 50;

/** What was met besides messages. */
export interface Counts {
  strange: number;
  unknown: number;
  /** Members that are not valid JSON. */
  damaged: number;
}

export interface LongChat {
  readonly conversation: Omit<ParsedConversation, "messages" | "continues">;
  /** In order, each once. `counts` are known when the last one was taken. */
  readonly messages: Iterable<ParsedMessage>;
}

export interface Context {
  readonly companions: Companions;
  readonly times: Times;
  /** For what is read a second time, so that refused times count once. */
  readonly timesAgain: Times;
  readonly counts: Counts;
}

/** The record with the first members of its lists. */
const sampleOf = ({ envelope = {}, lists }: LongRecord): Json => {
  const sample: Record<string, unknown> = { ...envelope };
  for (const list of lists) {
    const some = Array.from({ length: Math.min(SAMPLE, list.length) }, (_, nth) => list.read(nth));
    sample[list.name] =
      list.kind === "array" ? some : Object.assign({}, ...some.filter((one) => isObject(one)));
  }
  return sample;
};

const placeholder = "\u0000list";

/** What `fingerprint` is of the whole record. */
const fingerprintOf = (record: LongRecord): string => {
  const { envelope = {}, lists } = record;
  const marked: Record<string, unknown> = { ...envelope };
  for (const { name } of lists) marked[name] = placeholder;
  const hash = createHash("sha256");
  const texts = JSON.stringify(marked).split(JSON.stringify(placeholder));
  for (const [at, text] of texts.entries()) {
    hash.update(text);
    if (at === texts.length - 1) break;
    const name = Object.keys(marked).filter((key) => marked[key] === placeholder)[at];
    const list = lists.findLast((one) => one.name === name);
    if (!list) continue;
    hash.update(list.kind === "array" ? "[" : "{");
    for (let nth = 0; nth < list.length; nth += 1) {
      const written = JSON.stringify(list.read(nth)) ?? "";
      hash.update(nth === 0 ? "" : ",");
      hash.update(list.kind === "array" ? written : written.slice(1, -1));
    }
    hash.update(list.kind === "array" ? "]" : "}");
  }
  return hash.digest("hex").slice(0, 32);
};

/** Members that are objects, and messages by what `isMessage` says. */
function* membersOf<T extends Json>(
  list: LongList,
  isMessage: (item: unknown) => item is T,
  counts: Counts,
): Generator<readonly [item: T, nth: number]> {
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    if (isMessage(item)) yield [item, nth];
    else if (item === undefined) counts.damaged += 1;
    else counts.strange += 1;
  }
}

/** What the record says of its last change; its messages are not known yet when the conversation begins. */
const changedAt = ({ envelope = {} }: LongRecord, times: Times) => asOf(envelope, [], times);

const openaiChat = (record: LongRecord, list: LongList, { times, counts }: Context): LongChat => ({
  conversation: {
    source: "openai",
    ...identity(record.envelope ?? {}, idOf(record.envelope ?? {}), () => fingerprintOf(record)),
    asOf: changedAt(record, times),
    title: titleOf(record.envelope ?? {}),
    tree: false,
    channel: null,
    raw: JSON.stringify(without(record.envelope ?? {}, list.name)),
  },
  messages: (function* () {
    const calls = new Map<string, string>();
    for (const [item, nth] of membersOf(list, isOpenaiMessage, counts)) {
      counts.unknown += unknownParts(item);
      yield* openaiMessages(item, nth, { calls, times });
    }
  })(),
});

const sharegptChat = (
  record: LongRecord,
  list: LongList,
  { times, counts }: Context,
): LongChat => ({
  conversation: {
    source: "sharegpt",
    ...identity(record.envelope ?? {}, idOf(record.envelope ?? {}), () => fingerprintOf(record)),
    asOf: changedAt(record, times),
    title: titleOf(record.envelope ?? {}),
    tree: false,
    channel: null,
    raw: JSON.stringify(without(record.envelope ?? {}, list.name)),
  },
  messages: (function* () {
    for (const [item, nth] of membersOf(list, isTurn, counts)) yield sharegptMessage(item, nth);
  })(),
});

/** A node of a mapping: its name and what it holds. */
const nodeOf = (item: unknown): readonly [string, Json] | undefined => {
  const [entry] = isObject(item) ? Object.entries(item) : [];
  if (!entry) return undefined;
  const [id, node] = entry;
  if (!isObject(node) || (node["message"] != null && !isObject(node["message"]))) return undefined;
  return [id, node];
};

interface MappingFormat {
  readonly drafts: (item: Json, times: Times) => readonly Draft[];
  readonly isKnown: (item: Json) => boolean;
  /** Where a node may be named as a child only. */
  readonly adopts: boolean;
  readonly leaf: string | null;
}

/** Nodes that name no parent get the one that names them as a child. */
const adopt = (list: LongList, members: Numbers, nodes: Nodes, parents: Int32Array): void => {
  const orphans = new Set<number>();
  const read = (node: number): Json => nodeOf(list.read(members.at(node)))?.[1] ?? {};
  const isOrphan = (node: number) => asString(read(node)["parent"]) === null;
  for (let node = 0; node < parents.length; node += 1)
    if (parents[node] === -1 && isOrphan(node)) orphans.add(node);
  if (orphans.size < 2) return;
  for (let node = 0; node < parents.length; node += 1) {
    for (const child of asArray(read(node)["children"])) {
      const found = typeof child === "string" ? nodes.find(child) : undefined;
      if (found !== undefined && orphans.has(found)) parents[found] = node;
    }
  }
};

function* mappingMessages(
  list: LongList,
  format: MappingFormat,
  { times, timesAgain, counts }: Context,
): Generator<ParsedMessage> {
  const nodes = new Nodes();
  /** The place of each node in the list. */
  const members = new Numbers();
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    const [id, node] = nodeOf(item) ?? [];
    if (id === undefined || !node) {
      if (item === undefined) counts.damaged += 1;
      else counts.strange += 1;
      continue;
    }
    const said = isObject(node["message"]) ? node["message"] : undefined;
    if (said && !format.isKnown(said)) counts.unknown += 1;
    const drafts = said ? format.drafts(said, times) : [];
    nodes.add(id, asString(node["parent"]), drafts.length, latest(drafts));
    members.push(nth);
  }
  const parents = nodes.parents();
  if (format.adopts) adopt(list, members, nodes, parents);
  const tree = layLongTree(nodes, parents, nodes.find(format.leaf));
  counts.strange += tree.circles;
  const read = (place: number): ReadNode => {
    const [id = "", node = {}] = nodeOf(list.read(members.at(place))) ?? [];
    const said = isObject(node["message"]) ? node["message"] : undefined;
    return { id, drafts: said ? format.drafts(said, timesAgain) : [] };
  };
  yield* messagesIn(tree, read, { hasParents: true });
}

const chatgptChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const envelope = record.envelope ?? {};
  return {
    conversation: {
      ...chatgptConversation(envelope, () => fingerprintOf(record)),
      asOf: changedAt(record, context.times),
    },
    messages: mappingMessages(
      list,
      {
        drafts: (item, times) => chatgptDrafts(item, context.companions.assets, times),
        isKnown: isKnownContent,
        adopts: true,
        leaf: asString(envelope["current_node"]),
      },
      context,
    ),
  };
};

const deepseekChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const envelope = record.envelope ?? {};
  return {
    conversation: {
      ...deepseekConversation(envelope, () => fingerprintOf(record)),
      asOf: changedAt(record, context.times),
    },
    messages: mappingMessages(
      list,
      {
        drafts: deepseekDrafts,
        isKnown: () => true,
        adopts: false,
        leaf: asString(envelope["current_message_id"]),
      },
      context,
    ),
  };
};

/** Each after the one before it, by time where all have one. */
const lineParents = (nodes: Nodes): Int32Array => {
  const line = Int32Array.from({ length: nodes.length }, (_, node) => node);
  let isSorted = true;
  let isTimed = true;
  for (let node = 0; node < nodes.length; node += 1) {
    if (!Number.isFinite(nodes.time(node))) isTimed = false;
    if (node > 0 && nodes.time(node) < nodes.time(node - 1)) isSorted = false;
  }
  if (isTimed && !isSorted) line.sort((a, b) => nodes.time(a) - nodes.time(b) || a - b);
  const parents = new Int32Array(nodes.length);
  for (const [at, node] of line.entries()) parents[node] = line[at - 1] ?? -1;
  return parents;
};

const claudeChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const { companions, times, timesAgain, counts } = context;
  const envelope = record.envelope ?? {};
  const chat = chatOf(envelope, companions.accounts, times);
  const chatAgain = { ...chat, times: timesAgain };
  const nodes = new Nodes();
  const members = new Numbers();
  /** Nodes whose id was another's before. */
  const renamed = new Set<number>();
  let isTree = false;
  const ownId = (item: Json, node: number) => asId(item["uuid"]) ?? `#${node}`;
  for (const [item, nth] of membersOf(list, isClaudeMessage, counts)) {
    const node = nodes.length;
    const own = ownId(item, node);
    const isTaken = nodes.find(own) !== undefined;
    if (isTaken) renamed.add(node);
    counts.unknown += unknownBlocks(item);
    const parent = asString(item["parent_message_uuid"]);
    isTree ||= parent !== null;
    const drafts = claudeDrafts(item, chat);
    nodes.add(
      isTaken ? `${own}#${node}` : own,
      parent === ROOT ? null : parent,
      drafts.length,
      latest(drafts),
    );
    members.push(nth);
  }
  const leaf = isTree ? nodes.find(asString(envelope["current_leaf_message_uuid"])) : undefined;
  const tree = layLongTree(nodes, isTree ? nodes.parents() : lineParents(nodes), leaf);
  counts.strange += tree.circles;
  const read = (node: number): ReadNode => {
    const item = list.read(members.at(node));
    if (!isClaudeMessage(item)) return { id: "", drafts: [] };
    const own = ownId(item, node);
    return {
      id: renamed.has(node) ? `${own}#${node}` : own,
      drafts: claudeDrafts(item, chatAgain),
    };
  };
  return {
    conversation: {
      ...claudeConversation(envelope, isTree, () => fingerprintOf(record)),
      asOf: changedAt(record, context.times),
    },
    messages: messagesIn(tree, read, { hasParents: isTree }),
  };
};

const projectChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const { companions, times, counts } = context;
  const envelope = record.envelope ?? {};
  return {
    conversation: {
      ...projectConversation(envelope, () => fingerprintOf(record)),
      asOf: changedAt(record, times),
    },
    messages: (function* () {
      yield* projectInstructions(envelope, times);
      const document = openDocuments(envelope, companions.accounts, times);
      for (const [item, nth] of membersOf(list, isDocument, counts)) yield document(item, nth);
    })(),
  };
};

/** @returns undefined where the record is no conversation in a known format */
export const longChat = (record: LongRecord, context: Context): LongChat | undefined => {
  const sample = sampleOf(record);
  const list = (name: string) => record.lists.findLast((one) => one.name === name);
  const lists = {
    chatgpt: list("mapping"),
    deepseek: list("mapping"),
    claude: list("chat_messages"),
    openai: list(memberOf(sample)),
    sharegpt: list("conversations"),
  };
  const shape = shapeOf(sample);
  const docs = list(DOCS);
  if (shape === "claude" && docs && isProject(sample)) return projectChat(record, docs, context);
  if (shape === undefined || !Object.hasOwn(lists, shape)) return undefined;
  const found = lists[shape as keyof typeof lists];
  if (!found) return undefined;
  switch (shape) {
    case "chatgpt":
      return chatgptChat(record, found, context);
    case "deepseek":
      return deepseekChat(record, found, context);
    case "claude":
      return claudeChat(record, found, context);
    case "openai":
      return openaiChat(record, found, context);
    case "sharegpt":
      return sharegptChat(record, found, context);
    default:
      return undefined;
  }
};
