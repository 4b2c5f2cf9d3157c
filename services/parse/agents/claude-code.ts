// Sessions of Claude Code (`projects/**/*.jsonl`): lines that name the one before them, with branches, summaries and subagents.
import { SeenKeys } from "#services/domain/seen-keys.ts";
import { unknownBlocks } from "../claude-content.ts";
import { identity } from "../identity.ts";
import { latest, messagesIn, type ReadNode } from "../long-branches.ts";
import { type LongChat, lookAt, openSurvey } from "../long-context.ts";
import type { LongList } from "../long-record.ts";
import { layLongTree, Nodes } from "../long-tree.ts";
import { asString, fingerprint, isObject, type Json } from "../message.ts";
import { Numbers } from "../numbers.ts";
import type { Draft } from "../tree.ts";
import { openFacts } from "./claude-code-facts.ts";
import {
  answeredCall,
  callsIn,
  claudeCodeDrafts,
  isCompaction,
  isPrompt,
  lineUse,
  supersedes,
  typeOf,
} from "./claude-code-line.ts";
import { type SessionContext, type SessionFormat, sessionReader } from "./session-file.ts";

/** A line that may be taken back: the next one may hold it again. */
interface Held {
  readonly line: Json;
  readonly nth: number;
  readonly id: string;
  readonly parent: string | null;
}

/**
 * Which line each one follows. Only a person's own words begin a branch: results of calls that ran at the same time name different
 * lines of one answer as their parents, and would be branches of which all but one are off the main path.
 */
const openChain = () => {
  let isBegun = false;
  /** Whether the file is the session of a subagent: then all of it is. */
  let isSubagent = false;
  let tail: string | null = null;
  /** The last line that a later one can name. */
  let lastNamed: string | null = null;
  /** What followed the person's last words. */
  const run = new Set<string>();
  const sides = new Set<string>();

  return {
    get isSubagent() {
      return isSubagent;
    },
    get tail() {
      return tail;
    },
    /** @param isKnown whether an id is that of an earlier line */
    place(line: Json, id: string, isKnown: (id: string) => boolean): string | null {
      const isSide = line["isSidechain"] === true;
      if (!isBegun) isSubagent = isSide && asString(line["agentId"]) !== null;
      isBegun = true;
      const named = asString(line["parentUuid"]) ?? asString(line["logicalParentUuid"]);
      if (isSide !== isSubagent) {
        sides.add(id);
        // A subagent's first line names none: it stands below what was the last one then.
        return named !== null && sides.has(named) ? named : tail;
      }
      const begins = isPrompt(line);
      const follows =
        named === null
          ? !begins || asString(line["uuid"]) === null
          : named === lastNamed || !isKnown(named) || (!begins && run.has(named));
      const parent = follows || isCompaction(line) ? tail : named;
      if (begins) run.clear();
      run.add(id);
      tail = id;
      if (asString(line["uuid"]) !== null) lastNamed = id;
      return parent;
    },
  };
};

const openClaudeCode = ({ times, timesAgain, counts }: SessionContext): SessionFormat => {
  const nodes = new Nodes();
  const members = new Numbers();
  const survey = openSurvey();
  const chain = openChain();
  const facts = openFacts();
  const seen = new SeenKeys();
  /** Kept lines whose id was another's before. */
  const renamed = new Set<number>();
  let held: Held | undefined;
  let start: string | undefined;

  const idOf = (line: Json, nth: number): string => {
    const uuid = asString(line["uuid"]);
    if (uuid === null) return `#${nth}`;
    return renamed.has(nth) ? `${uuid}#${nth}` : uuid;
  };
  const isKnown = (id: string) => nodes.find(id) !== undefined;

  const add = ({ line, nth, id, parent }: Held, isOver: boolean): void => {
    const drafts = isOver ? [] : claudeCodeDrafts(line, times);
    const said = isObject(line["message"]) ? line["message"] : {};
    if (!isOver && Array.isArray(said["content"])) counts.unknown += unknownBlocks(said);
    for (const draft of drafts) lookAt(survey, draft);
    nodes.add(id, parent, drafts.length, latest(drafts));
    members.push(nth);
  };

  /** Lines that were written twice: the same id and the same words. */
  const isTwice = (line: Json): boolean => {
    const uuid = asString(line["uuid"]);
    if (uuid === null) return false;
    const key = `${uuid}\u0000${fingerprint(JSON.stringify(line["message"] ?? line))}`;
    if (seen.get(key) !== undefined) return true;
    seen.set(key, 1);
    return false;
  };

  return {
    take(line, nth) {
      facts.take(line);
      const use = lineUse(line);
      const uuid = asString(line["uuid"]);
      // Lines of progress stand in the chain too: what follows them names them.
      const isLink = use !== "kept";
      if (isLink && uuid === null) return use;
      if (held) add(held, supersedes(line, held.line));
      held = undefined;
      if (isTwice(line) || (isLink && uuid !== null && isKnown(uuid)))
        return isLink ? use : "state";
      start ??= JSON.stringify(line).slice(0, 4096);
      if (uuid !== null && isKnown(uuid)) renamed.add(nth);
      const id = isLink ? String(uuid) : idOf(line, nth);
      const placed = { line, nth, id, parent: chain.place(line, id, isKnown) };
      if (isLink) add(placed, true);
      else if (typeOf(line) === "assistant") held = placed;
      else add(placed, false);
      return use;
    },
    end(list) {
      if (held) add(held, false);
      held = undefined;
      return conversation(list);
    },
  };

  function conversation(list: LongList): LongChat | undefined {
    const parents = nodes.parents();
    const leaf = chain.tail === null ? undefined : nodes.find(chain.tail);
    const tree = layLongTree(nodes, parents, leaf);
    if (tree.length === 0) return undefined;
    counts.strange += tree.circles;
    const calls = new Map<string, string>();
    const read = (node: number): ReadNode => {
      const nth = members.at(node);
      const line = list.read(nth);
      if (!isObject(line)) return { id: "", drafts: [] };
      const id = idOf(line, nth);
      const drafts = claudeCodeDrafts(line, timesAgain);
      for (const [call, key] of callsIn(line, id, drafts)) calls.set(call, key);
      const replyTo = calls.get(answeredCall(line) ?? "") ?? null;
      return { id, drafts: replyTo === null ? drafts : drafts.map(answering(replyTo)) };
    };
    const { session, agent, channel, raw, ...titled } = facts.found(
      (uuid) => nodes.find(uuid) !== undefined,
      chain.isSubagent,
    );
    const id = session !== null && agent !== null ? `${session}/${agent}` : session;
    return {
      conversation: {
        source: "claude-code",
        ...identity({}, id, () => fingerprint(start ?? "")),
        asOf: survey.latest,
        ...titled,
        tree: true,
        channel,
        raw,
      },
      damaged: 0,
      messages: messagesIn(tree, read, { hasParents: true }),
    };
  }
};

const answering =
  (replyTo: string) =>
  (draft: Draft): Draft =>
    draft.kind === "tool" ? { ...draft, replyTo } : draft;

/** A session of Claude Code, of a person or of a subagent. */
export const readClaudeCode = sessionReader(openClaudeCode);
