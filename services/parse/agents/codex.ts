// Sessions of Codex: lines one after the other, of which some tell the same words twice, and some take the last turns back.

import type { ParsedMessage } from "#services/domain/conversation.ts";
import { SeenKeys } from "#services/domain/seen-keys.ts";
import { identity } from "../identity.ts";
import { latest, messagesIn, type ReadNode } from "../long-branches.ts";
import { type LongChat, lookAt, openSurvey } from "../long-context.ts";
import type { LongList } from "../long-record.ts";
import { layLongTree, Nodes } from "../long-tree.ts";
import { asString, fingerprint, isObject, type Json, without } from "../message.ts";
import { Numbers } from "../numbers.ts";
import type { SpokenItem } from "../response-items.ts";
import type { Times } from "../times.ts";
import { type Draft, partKey } from "../tree.ts";
import {
  type CodexLine,
  codexLine,
  codexParts,
  codexUse,
  takenBack,
  toldIn,
  wordsOf,
} from "./codex-line.ts";
import { type SessionContext, type SessionFormat, sessionReader } from "./session-file.ts";

const idOf = (nth: number) => `#${nth}`;

const openCodex = ({ times, timesAgain, counts }: SessionContext): SessionFormat => {
  let meta: Json | undefined;
  let title: string | null = null;
  let start: string | undefined;
  /** Words that items have. */
  const inItems = new SeenKeys();
  /** The model that is asked from a kept line on. */
  const models: { readonly from: number; readonly model: string }[] = [];

  const isSubagent = () => isObject(meta?.["source"]) && "subagent" in meta["source"];

  const modelAt = (nth: number): string | null => {
    let [low, high] = [0, models.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((models[middle]?.from ?? 0) <= nth) low = middle + 1;
      else high = middle;
    }
    return models[low - 1]?.model ?? null;
  };

  const look = ({ type, payload }: CodexLine, nth: number): void => {
    // A session that goes on from another has the other's first line too, after its own.
    if (type === "session_meta") meta ??= payload;
    if (type === "event_msg" && payload["type"] === "thread_name_updated")
      title = asString(payload["thread_name"]) ?? title;
    const model = type === "turn_context" ? asString(payload["model"]) : null;
    if (model !== null && model !== models.at(-1)?.model) models.push({ from: nth, model });
  };

  const partsIn = (record: unknown): (SpokenItem & Pick<Draft, "author">)[] => {
    const line = isObject(record) ? codexLine(record) : undefined;
    const words = line && toldIn(line);
    if (!line || (words !== undefined && inItems.get(words) !== undefined)) return [];
    return codexParts(line, isSubagent());
  };

  const draftsOf = (record: unknown, nth: number, own: Times): Draft[] => {
    const parts = partsIn(record);
    if (parts.length === 0 || !isObject(record)) return [];
    const time = own.read(record["timestamp"]);
    const raw = JSON.stringify(record);
    return parts.map(({ call: _, answers: _of, isUnknown: _kind, ...part }) => ({
      ...part,
      ...time,
      model: part.role === "assistant" ? modelAt(nth) : null,
      raw,
    }));
  };

  /** Lays the lines out in the order in which they follow each other. */
  const layOut = (list: LongList) => {
    const nodes = new Nodes();
    const members = new Numbers();
    const survey = openSurvey();
    /** What stood before each of the person's turns that are not taken back. */
    const turns: (string | null)[] = [];
    let tail: string | null = null;
    for (let nth = 0; nth < list.length; nth += 1) {
      const record = list.read(nth);
      const line = isObject(record) ? codexLine(record) : undefined;
      const back = line ? takenBack(line) : 0;
      if (back > 0) {
        const [first] = turns.splice(-back);
        if (first !== undefined) tail = first;
        continue;
      }
      counts.unknown += partsIn(record).filter(({ isUnknown }) => isUnknown).length;
      const drafts = draftsOf(record, nth, times);
      if (drafts.length === 0) continue;
      if (drafts.some(({ role, kind }) => role === "user" && kind === "text")) turns.push(tail);
      for (const draft of drafts) lookAt(survey, draft);
      nodes.add(idOf(nth), tail, drafts.length, latest(drafts));
      members.push(nth);
      tail = idOf(nth);
    }
    return { nodes, members, survey, tail };
  };

  const conversation = (list: LongList): LongChat | undefined => {
    const { nodes, members, survey, tail } = layOut(list);
    const tree = layLongTree(nodes, nodes.parents(), nodes.find(tail));
    if (tree.length === 0) return undefined;
    const calls = new Map<string, string>();
    const read = (node: number): ReadNode => {
      const nth = members.at(node);
      const record = list.read(nth);
      const id = idOf(nth);
      const drafts = draftsOf(record, nth, timesAgain);
      const parts = partsIn(record);
      for (const [at, { call }] of parts.entries()) if (call) calls.set(call, partKey(id, at));
      return {
        id,
        drafts: drafts.map((draft, at) => {
          const replyTo = calls.get(parts[at]?.answers ?? "");
          return replyTo === undefined ? draft : { ...draft, replyTo };
        }),
      };
    };
    const own = meta ?? {};
    return {
      conversation: {
        source: "codex",
        ...identity({}, asString(own["id"]) ?? asString(own["session_id"]), () =>
          fingerprint(start ?? ""),
        ),
        asOf: survey.latest,
        title,
        tree: true,
        channel: asString(own["cwd"]),
        raw: JSON.stringify(without(own, "dynamic_tools")),
      },
      damaged: 0,
      messages: withoutIds(messagesIn(tree, read, { hasParents: true })),
    };
  };

  return {
    take(record, nth) {
      const line = codexLine(record);
      if (!line) return "unknown";
      look(line, nth);
      for (const words of wordsOf(line)) if (words !== "") inItems.set(words, 1);
      const use = codexUse(line);
      if (use === "kept") start ??= JSON.stringify(record).slice(0, 4096);
      return use;
    },
    end: conversation,
  };
};

/** Most lines have no ids: all are known by time, author and text. */
function* withoutIds(messages: Iterable<ParsedMessage>): Generator<ParsedMessage> {
  for (const message of messages) yield { ...message, sourceId: null };
}

/** A session of Codex. */
export const readCodex = sessionReader(openCodex);
