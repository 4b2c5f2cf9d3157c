// What the lines of a Claude Code session say of the session: its id, its title, where it was held.
import { type TitleSource, titleFrom } from "#services/domain/made-title.ts";
import { asString, type Json } from "../message.ts";
import { sessionOf, typeOf } from "./claude-code-line.ts";

/** Branches, folders and versions of a session that are remembered. */
const MOST_NAMES = 100;

/** What is known of a session. */
export interface SessionFacts {
  /** The id of the session that a file is of: a file that goes on from another begins with the other's lines. */
  readonly session: string | null;
  readonly agent: string | null;
  readonly title: string | null;
  /** What the title is the beginning of, where it is cut. */
  readonly titleSource?: TitleSource;
  /** The folder in which it began. */
  readonly channel: string | null;
  readonly raw: string;
}

/** The words of a line's message, where they are one text. */
const wordsOf = (line: Json): string | null => {
  const message = line["message"] as Json | undefined;
  return typeOf(line) === "user" ? asString(message?.["content"]) : null;
};

export const openFacts = () => {
  let session: string | null = null;
  let agent: string | null = null;
  let chosen: string | null = null;
  let made: string | null = null;
  let prompt: string | null = null;
  const summaries: { readonly text: string; readonly leaf: string }[] = [];
  const names = {
    cwd: new Set<string>(),
    gitBranch: new Set<string>(),
    version: new Set<string>(),
  };

  return {
    take(line: Json): void {
      const type = typeOf(line);
      if (type === "custom-title") chosen = asString(line["customTitle"]);
      if (type === "ai-title") made = asString(line["aiTitle"]);
      const [text, leaf] = [asString(line["summary"]), asString(line["leafUuid"])];
      if (type === "summary" && text !== null && leaf !== null) summaries.push({ text, leaf });
      session = sessionOf(line) ?? session;
      agent ??= asString(line["agentId"]);
      prompt ??= wordsOf(line);
      for (const [name, found] of Object.entries(names)) {
        const said = asString(line[name]);
        if (said !== null && found.size < MOST_NAMES) found.add(said);
      }
    },
    /** @param isHere whether a message is in this file: the first lines may be summaries of other sessions */
    found(isHere: (uuid: string) => boolean, isSubagent: boolean): SessionFacts {
      const summary = summaries.findLast(({ leaf }) => isHere(leaf))?.text ?? null;
      const named = chosen ?? made ?? summary;
      const task =
        named === null && isSubagent && prompt !== null
          ? titleFrom({ lead: "Subagent: ", text: prompt })
          : { title: named };
      const [channel = null] = names.cwd;
      const raw = {
        sessionId: session,
        ...(isSubagent && { agentId: agent }),
        cwd: [...names.cwd],
        gitBranch: [...names.gitBranch],
        version: [...names.version],
        summaries: summaries.map(({ text }) => text),
      };
      return {
        session,
        agent: isSubagent ? agent : null,
        ...task,
        channel,
        raw: JSON.stringify(raw),
      };
    },
  };
};
