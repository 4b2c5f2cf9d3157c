// Long records whose messages are members of an object `mapping`: ChatGPT and DeepSeek.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { chatgptConversation, chatgptDrafts } from "./chatgpt.ts";
import { isKnownContent } from "./chatgpt-content.ts";
import { deepseekConversation, deepseekDrafts, isReadable } from "./deepseek.ts";
import { latest, messagesIn, type ReadNode } from "./long-branches.ts";
import {
  type Context,
  fingerprintOf,
  type LongChat,
  longAsOf,
  lookAt,
  openSurvey,
  type Survey,
} from "./long-context.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { layLongTree, Nodes } from "./long-tree.ts";
import { asArray, asString, isObject, type Json } from "./message.ts";
import { Numbers } from "./numbers.ts";
import type { Times } from "./times.ts";
import type { Draft } from "./tree.ts";

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

interface Mapping {
  readonly survey: Survey;
  readonly messages: Iterable<ParsedMessage>;
}

const readMapping = (
  list: LongList,
  format: MappingFormat,
  { times, timesAgain, counts }: Context,
): Mapping => {
  const survey = openSurvey();
  const nodes = new Nodes();
  /** The place of each node in the list. */
  const members = new Numbers();
  for (let nth = 0; nth < list.length; nth += 1) {
    const item = list.read(nth);
    const [id, node] = nodeOf(item) ?? [];
    if (id === undefined || !node) {
      if (item === undefined) survey.damaged += 1;
      else counts.strange += 1;
      continue;
    }
    const said = isObject(node["message"]) ? node["message"] : undefined;
    if (said && !format.isKnown(said)) counts.unknown += 1;
    const drafts = said ? format.drafts(said, times) : [];
    for (const draft of drafts) lookAt(survey, draft);
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
  return { survey, messages: messagesIn(tree, read, { hasParents: true }) };
};

export const chatgptChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const envelope = record.envelope ?? {};
  const { survey, messages } = readMapping(
    list,
    {
      drafts: (item, times) =>
        chatgptDrafts(item, { names: context.companions.assets, times, record: envelope }),
      isKnown: isKnownContent,
      adopts: true,
      leaf: asString(envelope["current_node"]),
    },
    context,
  );
  return {
    conversation: {
      ...chatgptConversation(envelope, () => fingerprintOf(record)),
      asOf: longAsOf(record, survey, context.times),
    },
    damaged: survey.damaged,
    messages,
  };
};

export const deepseekChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const envelope = record.envelope ?? {};
  const { survey, messages } = readMapping(
    list,
    {
      drafts: deepseekDrafts,
      isKnown: isReadable,
      adopts: false,
      leaf: asString(envelope["current_message_id"]),
    },
    context,
  );
  return {
    conversation: {
      ...deepseekConversation(envelope, () => fingerprintOf(record)),
      asOf: longAsOf(record, survey, context.times),
    },
    damaged: survey.damaged,
    messages,
  };
};
