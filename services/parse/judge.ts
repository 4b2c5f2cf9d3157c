// How a file begins → the format it is in and the reader for it; undefined where it is none that is read.
import type { SeenTable } from "#services/domain/columns.ts";
import type { SourceKind } from "#services/domain/conversation.ts";
import { readClaudeCode } from "./agents/claude-code.ts";
import { isClaudeCodeLine } from "./agents/claude-code-line.ts";
import { readCodex } from "./agents/codex.ts";
import { isCodexLine } from "./agents/codex-line.ts";
import { isGeminiLine, readGeminiLines } from "./agents/gemini-cli.ts";
import { looksLikeCaptions, readCaptions } from "./captions.ts";
import { type Companions, companionsOf } from "./companions-of.ts";
import { looksLikeCursor, readCursor } from "./cursor.ts";
import { isPackageMessage, openDiscordPackage } from "./discord-package.ts";
import type { ParseEvent } from "./events.ts";
import { isGeminiActivity, openGemini } from "./google/gemini-activity.ts";
import { looksLikeGeminiPage, readGeminiPage } from "./google/gemini-html.ts";
import { readIrc } from "./irc.ts";
import { looksLikeIrc } from "./irc-shape.ts";
import { headItems, headValue } from "./json-head.ts";
import { jsonElementsReader, jsonLinesReader } from "./json-records.ts";
import { looksLikeMail, readMail } from "./mail/mail.ts";
import { looksLikeMattermost, readMattermost } from "./mattermost.ts";
import { isObject, type Json } from "./message.ts";
import { type MixedFormat, openMixedFormat } from "./mixed-format.ts";
import { readMixedElements, readMixedLines } from "./mixed-records.ts";
import { exportedFrom } from "./parlance-export.ts";
import type { Reading } from "./reading.ts";
import { isRocketchatMessage, openRocketchat } from "./rocketchat.ts";
import { roomFormatOf, roomFormats } from "./room-formats.ts";
import { shapeOf } from "./shape.ts";
import { looksLikeSignal, readSignal } from "./signal/signal.ts";
import { readSlackDay } from "./slack.ts";
import { chunksReader, looksLikeChunks } from "./slackdump/chunks.ts";
import {
  type JudgedTable,
  judgeChosen,
  judgeDelimited,
  judgeRecords,
} from "./table/judge-table.ts";
import { chatLists } from "./telegram/account.ts";
import { ownerOf, withOwner } from "./telegram/owner.ts";
import { isTelegramAccount } from "./telegram/telegram.ts";
import { looksLikeKakaotalk, readKakaotalk } from "./text-chats/kakaotalk.ts";
import { looksLikeLine, readLine } from "./text-chats/line.ts";
import type { TextFile } from "./text-file.ts";
import { readTranscript } from "./transcript.ts";
import { speakersOf } from "./transcript-shape.ts";
import { textChatIn } from "./whatsapp/shape.ts";
import { textChatReader } from "./whatsapp/text-chat.ts";
import { zulipReader } from "./zulip.ts";
import { isServerMessage, openZulipServer, withoutLists } from "./zulip-server.ts";

export interface Judged {
  readonly source: SourceKind;
  readonly read: (file: TextFile, reading: Reading) => AsyncGenerator<ParseEvent>;
  /** A table of which is not known what its columns hold: `read` tells only of it. */
  readonly unread?: SeenTable;
  /** Why a file of a known format is not read: a sentence and what to do, for people. */
  readonly whyNot?: string;
}

/** Lists whose items are single messages, by a message that shows it. */
const messageLists: readonly {
  readonly source: SourceKind;
  readonly isItem: (item: unknown) => boolean;
  readonly open: (file: TextFile, companions: Companions) => MixedFormat;
  readonly whyNot?: (companions: Companions) => string | undefined;
}[] = [
  { source: "gemini", isItem: isGeminiActivity, open: openGemini },
  { source: "rocketchat", isItem: isRocketchatMessage, open: ({ path }) => openRocketchat(path) },
  {
    source: "discord",
    isItem: isPackageMessage,
    open: ({ path }, companions) => openDiscordPackage(path, companionsOf(path, companions).info),
  },
  {
    source: "zulip",
    isItem: isServerMessage,
    open: (_, { zulip }) => openZulipServer(zulip),
    whyNot: ({ zulip }) => (zulip === undefined ? withoutLists : undefined),
  },
];

const messageListAmong = (items: readonly unknown[]) =>
  messageLists.find(({ isItem }) => items.slice(0, 50).some(isItem));

const withReason = (
  { whyNot }: (typeof messageLists)[number],
  companions: Companions,
): Pick<Judged, "whyNot"> => {
  const reason = whyNot?.(companions);
  return reason === undefined ? {} : { whyNot: reason };
};
const asJudged = ({ seen, read }: JudgedTable): Judged => ({
  source: "table",
  read,
  ...(!seen.isRead && { unread: seen }),
});

/** The first known shape among the first elements: the very first may be damaged. */
const shapeAmong = (items: readonly unknown[]): SourceKind | undefined =>
  items
    .slice(0, 50)
    .map(shapeOf)
    .find((shape) => shape !== undefined);

const valueOfLine = (line: string): unknown =>
  line.trimStart().startsWith("{") ? headValue(line).value : undefined;

/** Of a line of Parlance's own export, the format that it came from. */
const exportedLine = (line: string): SourceKind | undefined => {
  if (!line.startsWith('{"id":"cnv_')) return undefined;
  const { value } = headValue(line);
  return isObject(value) ? exportedFrom(value) : undefined;
};

const isWhole = (line: string): boolean => {
  try {
    return isObject(JSON.parse(line));
  } catch {
    // Then it is not a line of JSON by itself.
    return false;
  }
};

/** Files of which all lines are one conversation, by a line that shows it. */
const sessions: readonly (Judged & { readonly isLine: (line: Json) => boolean })[] = [
  { source: "claude-code", isLine: isClaudeCodeLine, read: readClaudeCode },
  { source: "codex", isLine: isCodexLine, read: readCodex },
  { source: "gemini-cli", isLine: isGeminiLine, read: readGeminiLines },
];

const sessionAmong = (values: readonly unknown[]): Judged | undefined => {
  for (const value of values) {
    const found = isObject(value) ? sessions.find(({ isLine }) => isLine(value)) : undefined;
    if (found) return found;
  }
  return undefined;
};

/** Whether a head is cut into records by its lines. One record over many lines may have whole objects among them, but few. */
const areRecords = (lines: readonly string[]): boolean => {
  const [first = ""] = lines;
  if (lines.length === 1 || isWhole(first)) return true;
  // The first one may be damaged and the last one cut off.
  const whole = lines.filter(isWhole).length;
  return whole > 0 && whole >= (lines.length - 1) / 2;
};

/** Records in lines: the first line is a whole object, or most are, or there is only one line. */
const judgeLines = (head: string, companions: Companions): Judged | undefined => {
  const lines = head.split("\n", 51).filter((line) => line.trim() !== "");
  if (!areRecords(lines)) return undefined;
  const exported = lines.map(exportedLine).find((source) => source !== undefined);
  if (exported !== undefined) return { source: exported, read: jsonLinesReader(companions) };
  const values = lines.map(valueOfLine);
  // A session's lines may look like logged answers, one by one.
  const session = sessionAmong(values);
  if (session) return session;
  const list = messageListAmong(values);
  if (list)
    return {
      source: list.source,
      ...withReason(list, companions),
      read: (file, reading) =>
        readMixedLines(file, openMixedFormat(reading.folder, list.open(file, companions)), reading),
    };
  const source = values.map(shapeOf).find((shape) => shape !== undefined);
  if (source === undefined || source === "slack" || source === "zulip") return undefined;
  // Rooms are read as elements, whose end may be missing.
  if (roomFormats.has(source)) return undefined;
  return { source, read: jsonLinesReader(companions) };
};

const judgeList = (
  items: readonly unknown[],
  from: number,
  companions: Companions,
): Judged | undefined => {
  const list = messageListAmong(items);
  if (list)
    return {
      source: list.source,
      ...withReason(list, companions),
      read: (file, reading) => {
        const records = openMixedFormat(reading.folder, list.open(file, companions));
        return readMixedElements(file, { from, records }, reading);
      },
    };
  const source = shapeAmong(items);
  if (source === undefined) return undefined;
  if (source === "slack") return { source, read: readSlackDay };
  if (source === "zulip") return { source, read: zulipReader(from) };
  return { source, read: jsonElementsReader(companions, from) };
};

/** The chats of an account, which stand in lists inside of it. */
const telegramAccountReader = (companions: Companions, owner: string | undefined) => {
  const read = jsonElementsReader(companions, 0);
  return (file: TextFile, reading: Reading) => {
    // Places in what is left of it are none in the file.
    const { middle: _, ...whole } = file;
    const events = read({ ...whole, bytes: chatLists(file.bytes) }, reading);
    return owner === undefined ? events : withOwner(events, owner);
  };
};

const judgeObject = (head: string, companions: Companions): Judged | undefined => {
  const { value, lists } = headValue(head);
  if (!isObject(value)) return undefined;
  if (isTelegramAccount(value))
    return { source: "telegram", read: telegramAccountReader(companions, ownerOf(value)) };
  const source = shapeOf(value);
  const isSingle = source === "slack" || source === "zulip";
  if (source !== undefined && (!isSingle || roomFormatOf(source, value)))
    return { source, read: jsonElementsReader(companions, 0) };
  const arrays = Object.values(value).filter((member) => Array.isArray(member));
  for (const [nth, items] of arrays.entries()) {
    const judged = judgeList(items, lists[nth] ?? 0, companions);
    if (judged && judged.source !== "slack") return judged;
  }
  return undefined;
};

const judgeJson = (file: TextFile, companions: Companions): Judged | undefined => {
  const first = file.head.trimStart().slice(0, 1);
  if (first === "{" && looksLikeSignal(file.head)) return { source: "signal", read: readSignal };
  if (first === "{" && looksLikeMattermost(file.head))
    return { source: "mattermost", read: readMattermost };
  if (first === "{" && looksLikeChunks(file.head))
    return { source: "slack", read: chunksReader(companions.chunks) };
  if (first === "{") return judgeLines(file.head, companions) ?? judgeObject(file.head, companions);
  // A date or a time in brackets is no JSON: trying it on each of many small logs is what takes longest about them.
  if (first !== "[" || /^\s*\[\d{1,4}[:./-]/.test(file.head)) return undefined;
  const { value } = headValue(file.head);
  // Damage near the beginning costs the record that it is in.
  const whole = Array.isArray(value) ? judgeList(value, 0, companions) : undefined;
  return whole ?? judgeList(headItems(file.head), 0, companions);
};

/** Whether a text is the log of a chat as phones and computers write it, which people may have sent to each other too. */
export const isChatText = (head: string): boolean =>
  looksLikeLine(head) || looksLikeKakaotalk(head) || textChatIn(head) !== undefined;

/** Logs as text, the surest first. */
const judgeText = (file: TextFile): Judged | undefined => {
  if (/^\s*</.test(file.head) && looksLikeGeminiPage(file.head))
    return { source: "gemini", read: readGeminiPage };
  if (looksLikeLine(file.head)) return { source: "line", read: readLine };
  if (looksLikeKakaotalk(file.head)) return { source: "kakaotalk", read: readKakaotalk };
  if (looksLikeCursor(file.head)) return { source: "cursor", read: readCursor };
  if (looksLikeMail(file.head)) return { source: "mail", read: readMail };
  const textChat = textChatIn(file.head);
  if (textChat !== undefined) return { source: textChat, read: textChatReader(textChat) };
  if (looksLikeIrc(file.head)) return { source: "irc", read: readIrc };
  if (looksLikeCaptions(file.head)) return { source: "captions", read: readCaptions };
  return undefined;
};

export const judge = (
  file: TextFile,
  companions: Companions,
  reading: Reading,
): Judged | undefined => {
  const chosen = judgeChosen(file, reading);
  if (chosen) return asJudged(chosen);
  const json = judgeJson(file, companions);
  if (json) return json;
  if (/^\s*\{/.test(file.head)) {
    const records = judgeRecords(file, reading);
    return records && asJudged(records);
  }
  const text = judgeText(file);
  if (text) return text;
  const table =
    judgeRecords(file, reading) ??
    judgeDelimited(file, reading, false) ??
    (reading.columns.chosen && judgeDelimited(file, reading, true));
  if (table?.seen.isRead) return asJudged(table);
  // The least sure of all: any file with colons comes near it.
  if (speakersOf(file.head, file.path) !== undefined)
    return { source: "transcript", read: readTranscript };
  return table && asJudged(table);
};
