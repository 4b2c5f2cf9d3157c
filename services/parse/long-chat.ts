// Long records → conversations in parts, with the same messages as if they were read at once.
import type { SourceKind } from "#services/domain/conversation.ts";
import { geminiChat } from "./agents/gemini-cli.ts";
import type { ConvertedRecord } from "./chatgpt.ts";
import { chatOf, claudeConversation, claudeDrafts, isClaudeMessage, ROOT } from "./claude.ts";
import { unknownBlocks } from "./claude-content.ts";
import {
  DOCS,
  documentTime,
  isDocument,
  isProject,
  openDocuments,
  projectConversation,
  projectInstructions,
} from "./claude-project.ts";
import { fromCopilot } from "./copilot.ts";
import { asClaude, asClaudeMessage, isDesignChat } from "./design-chat.ts";
import { fromGrok } from "./grok.ts";
import { identity } from "./identity.ts";
import { fromLibrechat, librechatChat } from "./librechat.ts";
import { latest, messagesIn, type ReadNode } from "./long-branches.ts";
import {
  type Context,
  fingerprintOf,
  type LongChat,
  longAsOf,
  lookAt,
  membersOf,
  openSurvey,
  type Survey,
  surveyOf,
} from "./long-context.ts";
import { chatgptChat, deepseekChat } from "./long-mapping.ts";
import type { LongList, LongRecord } from "./long-record.ts";
import { layLongTree, Nodes } from "./long-tree.ts";
import { asId, asString, isObject, type Json, without } from "./message.ts";
import { asRecord, isModelLog } from "./model-logs.ts";
import { Numbers } from "./numbers.ts";
import {
  aboutOf,
  fromOpenai,
  idOf,
  isOpenaiMessage,
  memberOf,
  openaiMessages,
  openaiTime,
  systemOf,
  titleOf,
  unknownParts,
} from "./openai.ts";
import { fromOpenwebui } from "./openwebui.ts";
import {
  exportedConversation,
  exportedFrom,
  exportedMessage,
  exportedTimes,
  isExportedMessage,
  isLog,
} from "./parlance-export.ts";
import { fromPerplexity } from "./perplexity.ts";
import { roomChat } from "./room.ts";
import { roomFormatOf } from "./room-formats.ts";
import { shapeOf } from "./shape.ts";
import { isTurn, sharegptMessage } from "./sharegpt.ts";
import { fromIntercom } from "./support/intercom.ts";
import { fromZendesk } from "./support/zendesk.ts";
import type { Times } from "./times.ts";

/** The list of Claude's messages. */
const CHAT = "chat_messages";
/** Readers of a record that is held as a whole. */
const wholes: ReadonlyMap<SourceKind, (record: Json, times: Times) => ConvertedRecord> = new Map([
  ["openwebui", fromOpenwebui],
  ["librechat", fromLibrechat],
  ["grok", fromGrok],
  ["openai", (record, times) => fromOpenai(asRecord(record), times)],
  ["copilot", fromCopilot],
  ["perplexity", fromPerplexity],
  ["intercom", fromIntercom],
  ["zendesk", fromZendesk],
]);
/** So many members of each list show what the record is. */
const SAMPLE = 50;
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

/** Of a format without branches and channels. */
const plainConversation = (
  record: LongRecord,
  source: "openai" | "sharegpt",
  of: { readonly list: LongList; readonly survey: Survey; readonly times: Times },
): LongChat["conversation"] => {
  const envelope = record.envelope ?? {};
  return {
    source,
    ...identity(envelope, idOf(envelope), () => fingerprintOf(record)),
    asOf: longAsOf(record, of.survey, of.times),
    title: titleOf(envelope),
    tree: false,
    channel: null,
    raw: JSON.stringify(without(envelope, of.list.name)),
  };
};

const openaiChat = (
  record: LongRecord,
  list: LongList,
  { times, timesAgain, counts }: Context,
): LongChat => {
  const envelope = record.envelope ?? {};
  const about = aboutOf({ ...envelope, [list.name]: [] });
  const system = systemOf(envelope);
  const survey = surveyOf(list, isOpenaiMessage, (item) => openaiTime(item, timesAgain, about));
  return {
    conversation: plainConversation(record, "openai", { list, survey, times }),
    damaged: survey.damaged,
    messages: (function* () {
      const own = { calls: new Map<string, string>(), times, about };
      if (system) yield* openaiMessages(system, -1, own);
      for (const [item, nth] of membersOf(list, isOpenaiMessage, counts)) {
        counts.unknown += unknownParts(item);
        yield* openaiMessages(item, nth, own);
      }
    })(),
  };
};

const sharegptChat = (record: LongRecord, list: LongList, { times, counts }: Context): LongChat => {
  // Its messages have no times.
  const survey = surveyOf(list, isTurn, () => ({}));
  return {
    conversation: plainConversation(record, "sharegpt", { list, survey, times }),
    damaged: survey.damaged,
    messages: (function* () {
      for (const [item, nth] of membersOf(list, isTurn, counts)) yield sharegptMessage(item, nth);
    })(),
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
  const survey = openSurvey();
  const ownId = (item: Json, node: number) => asId(item["uuid"]) ?? `#${node}`;
  for (const [item, nth] of membersOf(list, isClaudeMessage, counts, survey)) {
    const node = nodes.length;
    const own = ownId(item, node);
    const isTaken = nodes.find(own) !== undefined;
    if (isTaken) renamed.add(node);
    counts.unknown += unknownBlocks(item);
    const parent = asString(item["parent_message_uuid"]);
    isTree ||= parent !== null;
    const drafts = claudeDrafts(item, chat);
    for (const draft of drafts) lookAt(survey, draft);
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
      asOf: longAsOf(record, survey, times),
    },
    damaged: survey.damaged,
    messages: messagesIn(tree, read, { hasParents: isTree }),
  };
};

const projectChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const { companions, times, timesAgain, counts } = context;
  const envelope = record.envelope ?? {};
  const survey = surveyOf(list, isDocument, (item) => documentTime(item, timesAgain));
  for (const instructions of projectInstructions(envelope, timesAgain))
    lookAt(survey, instructions);
  return {
    conversation: {
      ...projectConversation(envelope, () => fingerprintOf(record)),
      asOf: longAsOf(record, survey, times),
    },
    damaged: survey.damaged,
    messages: (function* () {
      yield* projectInstructions(envelope, times);
      const document = openDocuments(envelope, companions.accounts, times);
      for (const [item, nth] of membersOf(list, isDocument, counts)) yield document(item, nth);
    })(),
  };
};

/** Of Claude's design tool: as one of Claude's conversations. */
const designChat = (record: LongRecord, list: LongList, context: Context): LongChat => {
  const own: LongList = {
    ...list,
    name: CHAT,
    read: (nth) => asClaudeMessage(list.read(nth)),
  };
  return claudeChat(
    { ...record, envelope: asClaude(record.envelope ?? {}), lists: [own] },
    own,
    context,
  );
};

/** Of Parlance's own export. */
const exportedChat = (
  record: LongRecord,
  { list, source }: { readonly list: LongList; readonly source: SourceKind },
  { counts }: Context,
): LongChat => {
  const envelope = record.envelope ?? {};
  const survey = surveyOf(list, isExportedMessage, exportedTimes);
  return {
    conversation: {
      ...exportedConversation(envelope, source),
      asOf: isLog(source) ? null : longAsOf(record, survey),
    },
    damaged: survey.damaged,
    messages: (function* () {
      for (const [item, nth] of membersOf(list, isExportedMessage, counts)) {
        const made = exportedMessage(item, nth);
        if (made) yield made;
      }
    })(),
  };
};

/** Of formats whose messages stand deeper in the record: they are in its envelope, whose size is bounded. */
const wholeChat = (
  { envelope = {}, lists }: LongRecord,
  shape: SourceKind,
  { times, counts }: Context,
): LongChat | undefined => {
  const read = wholes.get(shape);
  if (!read) return undefined;
  const record: Record<string, unknown> = { ...envelope };
  for (const { name, length, read: member } of lists)
    record[name] = Array.from({ length }, (_, nth) => member(nth));
  const { conversation, strange, unknown = 0, unreadable = [] } = read(record, times);
  counts.strange += strange;
  counts.unknown += unknown;
  return { conversation, damaged: 0, unreadable, messages: conversation.messages };
};

/** @returns undefined where the record is no conversation in a known format */
export const longChat = (record: LongRecord, context: Context): LongChat | undefined => {
  const sample = sampleOf(record);
  const list = (name: string) => record.lists.findLast((one) => one.name === name);
  const lists = {
    chatgpt: list("mapping"),
    deepseek: list("mapping"),
    claude: list(CHAT),
    openai: list(memberOf(sample)),
    sharegpt: list("conversations"),
    "gemini-cli": list("messages"),
    librechat: list("messages"),
  };
  const [messages, source] = [list("messages"), exportedFrom(sample)];
  if (source !== undefined && messages)
    return exportedChat(record, { list: messages, source }, context);
  const shape = shapeOf(sample);
  const docs = list(DOCS);
  if (shape === "claude" && docs && isProject(sample)) return projectChat(record, docs, context);
  if (shape === "claude" && messages && isDesignChat(sample))
    return designChat(record, messages, context);
  const format = roomFormatOf(shape, sample);
  const members = format && list(format.member);
  if (members) return roomChat(record, { list: members, format }, context);
  if (shape === undefined) return undefined;
  const found = Object.hasOwn(lists, shape) ? lists[shape as keyof typeof lists] : undefined;
  if (!found || isModelLog(sample)) return wholeChat(record, shape, context);
  switch (shape) {
    case "chatgpt":
      return chatgptChat(record, found, context);
    case "deepseek":
      return deepseekChat(record, found, context);
    case "claude":
      return claudeChat(record, found, context);
    case "openai":
      return openaiChat(record, found, context);
    case "gemini-cli":
      return geminiChat(record.envelope ?? {}, found, context);
    case "librechat":
      return librechatChat(record, found, context);
    case "sharegpt":
      return sharegptChat(record, found, context);
    default:
      return undefined;
  }
};
