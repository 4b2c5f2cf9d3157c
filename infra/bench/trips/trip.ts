// What a round trip consists of: a chat written as a file of a format, and what has to come out of it again; and the comparison of the two.
import type { ParsedConversation, ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseProblem } from "#services/parse/parse.ts";
import type { Chat } from "./made-up-chats.ts";

/** A message as the format can carry it. What is undefined, it cannot. */
export interface Carried {
  readonly author: string | undefined;
  readonly kind: ParsedMessage["kind"];
  /** Undefined where the reader puts it into words of its own. */
  readonly text: string | undefined;
  readonly at?: number | null;
  /** The place of the message that it answers, among these. */
  readonly answers?: number | null;
  readonly edited?: boolean;
  readonly files?: readonly string[];
}

export interface Written {
  readonly bytes: Uint8Array | string;
  readonly filename: string;
  readonly zone?: string;
  readonly carried: readonly Carried[];
  readonly title?: string;
  /** A conversation for each day. */
  readonly byDay?: boolean;
}

export interface Writer {
  /** The format, and where it has several, the style in which it is written. */
  readonly name: string;
  readonly write: (chat: Chat) => Written;
}

export interface CameOut {
  readonly conversations: readonly ParsedConversation[];
  readonly problems: readonly ParseProblem[];
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)} … (${text.length})` : text;
};

const localTime = (at: number, zone: string): string =>
  new Date(at).toLocaleString("sv", { timeZone: zone });

/** In the hour that occurs twice in autumn, a local time stands for two instants. */
const isSameTime = (found: number | null, wanted: number | null, zone: string | undefined) =>
  found === wanted ||
  (found !== null &&
    wanted !== null &&
    zone !== undefined &&
    Math.abs(found - wanted) <= 3_600_000 &&
    localTime(found, zone) === localTime(wanted, zone));

const differs = (
  wanted: Carried,
  found: ParsedMessage,
  {
    zone,
    keyOf,
  }: { readonly zone: string | undefined; readonly keyOf: (nth: number) => string | undefined },
): string | undefined => {
  if (wanted.author !== undefined && found.author !== wanted.author)
    return `author: ${shown(found.author)} instead of ${shown(wanted.author)}`;
  if (found.kind !== wanted.kind)
    return `kind: ${found.kind} instead of ${wanted.kind} for ${shown(wanted.text)}`;
  if (wanted.text !== undefined && found.text !== wanted.text)
    return `text: ${shown(found.text)} instead of ${shown(wanted.text)}`;
  if (wanted.at !== undefined && !isSameTime(found.at, wanted.at, zone))
    return `time: ${found.at} (${found.localTime}) instead of ${wanted.at}`;
  if (wanted.answers !== undefined) {
    const key = wanted.answers === null ? null : keyOf(wanted.answers);
    if (found.replyTo !== key) return `answers: ${found.replyTo} instead of ${key}`;
  }
  if (wanted.edited !== undefined && (found.editedAt !== null) !== wanted.edited)
    return `edited: ${found.editedAt} instead of ${wanted.edited}`;
  const files = found.attachments.map(({ name }) => name);
  if (wanted.files !== undefined && files.join("\n") !== wanted.files.join("\n"))
    return `files: ${shown(files)} instead of ${shown(wanted.files)}`;
  return undefined;
};

/** Where nothing in a file says which figure of a date is the day, the import says so: times are a guess, or kept as they are written. */
const unclear = ["unclear-dates", "date-order"];
/** Times that are kept as they are written. */
const unread = "unknown-time";

const withoutTimes = (carried: readonly Carried[]): readonly Carried[] =>
  carried.map(({ at: _, ...rest }) => rest);

/** @returns what did not come out as it was written; undefined where all did */
export const lostIn = (
  written: Written,
  { conversations, problems }: CameOut,
): string | undefined => {
  const isUnclear = problems.some(({ code }) => unclear.includes(code));
  const expected = new Set([...unclear, ...(isUnclear ? [unread] : [])]);
  const strange = problems.find(({ code }) => !expected.has(code));
  if (strange) return `problem ${strange.code}: ${strange.reason}`;
  const [conversation, second] = conversations;
  if (!conversation) return "no conversation";
  if (second && written.byDay !== true) return `${conversations.length} conversations`;
  if (written.title !== undefined && conversation.title !== written.title)
    return `title: ${shown(conversation.title)} instead of ${shown(written.title)}`;
  const wanted = isUnclear ? withoutTimes(written.carried) : written.carried;
  const found = conversations.flatMap(({ messages }) =>
    isUnclear ? messages : messages.toSorted((a, b) => a.position - b.position),
  );
  if (found.length !== wanted.length) return `${found.length} messages instead of ${wanted.length}`;
  const of = { zone: written.zone, keyOf: (nth: number) => found[nth]?.key };
  for (const [nth, one] of wanted.entries()) {
    const message = found[nth];
    const lost = message === undefined ? "missing" : differs(one, message, of);
    if (lost !== undefined) return lost;
  }
  return undefined;
};
