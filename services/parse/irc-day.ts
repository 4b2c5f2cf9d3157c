// The lines of one channel's day → its messages: who speaks, who is answered, what is only a notice.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import { type Millis, millis } from "#services/domain/units.ts";
import type { Clock, IrcLine } from "./irc-line.ts";
import { message } from "./message.ts";
import type { Zone } from "./zone.ts";

export type Utterance = Extract<IrcLine, { kind: "said" | "event" }>;

export interface NumberedLine {
  readonly number: number;
  readonly raw: string;
  readonly line: Utterance;
}

const addressed = /^@?([^\s:,]{1,32})[:,](?:\s|$)/;
const MINUTE = 60_000;

export interface Day {
  readonly sourceId: string;
  readonly channel: string | null;
  readonly date: string | null;
  readonly zone: Zone;
}

/** A day in the making. It remembers, over its parts, who is there and what each said last. */
export const openDay = (day: Day) => {
  /** Nick in lower case → the key of that person's last text. Renamed people keep it under both nicks. */
  const lastText = new Map<string, string>();
  const present = new Set<string>();
  let clock: Clock | null = null;
  let lastAt: Millis | null = null;
  const midnight = day.date === null ? null : Date.parse(`${day.date}T00:00:00Z`);

  const meet = (line: Utterance) => {
    if (line.kind === "said") present.add(line.nick.toLowerCase());
    if (line.kind === "event" && !line.maybeAction) {
      if (line.nick !== null) present.add(line.nick.toLowerCase());
      if (line.renamed !== null) present.add(line.renamed.toLowerCase());
    }
  };

  const timeOf = (line: Utterance) => {
    clock = line.clock ?? clock;
    if (clock === null) return { at: null, localTime: null };
    const { hour, minute, second } = clock;
    if (clock.at !== null) {
      lastAt = millis(clock.at);
      return { at: lastAt, localTime: null, zoneKnown: true };
    }
    const shown = [hour, minute, ...(second === null ? [] : [second])]
      .map((part) => String(part).padStart(2, "0"))
      .join(":");
    if (midnight === null) return { at: null, localTime: shown };
    const local = midnight + (hour * 60 + minute) * MINUTE + (second ?? 0) * 1000;
    lastAt = millis(day.zone.instant(local, lastAt));
    return { at: lastAt, localTime: `${day.date} ${shown}` };
  };

  const answered = (text: string, nick: string): string | null => {
    const name = addressed.exec(text)?.[1]?.toLowerCase();
    if (name === undefined || name === nick.toLowerCase()) return null;
    return lastText.get(name) ?? null;
  };

  const messageOf = ({ number, raw, line }: NumberedLine): ParsedMessage => {
    const key = String(number);
    const time = timeOf(line);
    const common = { key, position: number, raw, ...time } as const;
    const [first = "", ...words] = line.text.split(" ");
    const unstarred = line.kind === "event" && line.maybeAction && present.has(first.toLowerCase());
    if (line.kind === "event" && !unstarred) {
      const known =
        line.renamed === null ? undefined : lastText.get((line.nick ?? "").toLowerCase());
      if (line.renamed !== null && known !== undefined)
        lastText.set(line.renamed.toLowerCase(), known);
      return message({
        ...common,
        author: line.nick ?? "*",
        role: "system",
        kind: "system",
        text: line.text,
      });
    }
    const nick = line.kind === "said" ? line.nick : first;
    const text = line.kind === "said" ? line.text : words.join(" ").trim();
    const replyTo = answered(text, nick);
    lastText.set(nick.toLowerCase(), key);
    return message({ ...common, author: nick, role: "person", kind: "text", replyTo, text });
  };

  return {
    /** The next lines of the day, as an event's conversation. */
    part(lines: readonly NumberedLine[], continues: boolean): ParsedConversation {
      // First everybody who occurs, so that an action before a person's first word is known as one.
      for (const { line } of lines) meet(line);
      return {
        source: "irc",
        sourceId: day.sourceId,
        hasId: true,
        asOf: null,
        title: [day.channel, day.date].filter((part) => part !== null).join(" ") || null,
        tree: false,
        channel: day.channel,
        messages: lines.map(messageOf),
        raw: null,
        continues,
      };
    },
  };
};
