// Signal's export, main.jsonl: a line a frame (account, recipients, chats, then items of all chats in one order). Its layout is Signal's backup written as JSON, read from public readers of it; edits, polls and notices have not been seen in an export.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import { badBytes, decoded } from "../encoding.ts";
import type { ParseEvent } from "../events.ts";
import { unfitFor } from "../json-bounds.ts";
import { headValue } from "../json-head.ts";
import { jsonOf } from "../json-text.ts";
import { partCharacters, partMessages } from "../limits.ts";
import { type Line, lineBatches } from "../lines.ts";
import { asId, isObject, type Json } from "../message.ts";
import { Numbers } from "../numbers.ts";
import type { Reading } from "../reading.ts";
import { openSpool, type Spool } from "../spool.ts";
import type { TextFile } from "../text-file.ts";
import { openTimes } from "../times.ts";
import { openZone } from "../zone.ts";
import { isSignalItem, signalMessage } from "./item.ts";
import { openPeople } from "./people.ts";

/** Frames in which nobody says anything. */
const others = new Set([
  "account",
  "stickerPack",
  "adHocCall",
  "notificationProfile",
  "chatFolder",
  "version",
]);

const isFrame = (value: unknown): boolean =>
  isObject(value) &&
  ((isObject(value["chatItem"]) && "chatId" in value["chatItem"]) ||
    (isObject(value["recipient"]) && "id" in value["recipient"]) ||
    (isObject(value["chat"]) && "recipientId" in value["chat"]) ||
    ("version" in value && "backupTimeMs" in value));

/** @param head the file's beginning */
export const looksLikeSignal = (head: string): boolean =>
  /"(?:chatItem|recipient|chat|backupTimeMs)"/.test(head) &&
  head
    .split("\n", 20)
    .filter((line) => line.startsWith("{"))
    .some((line) => isFrame(headValue(line).value));

const reasons = {
  "bad-json": "This is not valid JSON.",
  "too-large": "This record is too large for a message.",
  "too-deep": "This record is nested too deeply for a message.",
  truncated: "The file ends too early: everything before that was read.",
  "unknown-record": "This record is of no kind that Signal's exports are known to have.",
} as const;

interface Chats {
  /** Chat → the pieces of the spool that are its items, in the order of the file. */
  readonly items: Map<string, Numbers>;
  readonly recipients: Map<string, unknown>;
}

export async function* readSignal(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
  const people = openPeople();
  const spool = openSpool(reading.folder);
  const chats: Chats = { items: new Map(), recipients: new Map() };
  const { lost } = reading;
  let failure: unknown;
  /** @returns what is wrong with the line */
  const take = (line: Line): keyof typeof reasons | undefined => {
    const unfit = line.tooLong ? "too-large" : unfitFor(line.bytes, reading.limits);
    if (unfit !== undefined) return unfit;
    const value = jsonOf(decoded(line.bytes).text);
    if (!isObject(value)) return line.open ? "truncated" : "bad-json";
    if (isObject(value["account"])) people.account(value["account"]);
    else if (isObject(value["recipient"])) people.recipient(value["recipient"]);
    else if (isObject(value["chat"]))
      chats.recipients.set(asId(value["chat"]["id"]) ?? "", value["chat"]["recipientId"]);
    else if (isSignalItem(value["chatItem"])) keep(value["chatItem"], { spool, chats });
    else return Object.keys(value).some((name) => others.has(name)) ? undefined : "unknown-record";
    return undefined;
  };
  try {
    try {
      for await (const batch of lineBatches(file.bytes, reading.limits.elementBytes)) {
        for (const line of batch) {
          if (line.bytes.length === 0) continue;
          const place = `${file.place}, line ${line.number}`;
          const { replaced } = decoded(line.bytes);
          if (replaced > 0) yield* reading.problem(badBytes(place, replaced));
          const code = take(line);
          if (code !== undefined) yield* reading.problem({ code, place, reason: reasons[code] });
        }
        yield* reading.tick();
      }
    } catch (error) {
      // What was read before a damaged place or a limit is kept.
      failure = error;
    }
    const partial = failure !== undefined || reading.lost > lost;
    const times = openTimes(openZone(reading.zone));
    for (const chat of chats.items.keys()) {
      yield* readChat(chat, { spool, chats, people, times, partial });
      yield* reading.tick();
    }
    if (times.refused > 0) {
      const reason = "A time that is not one between 1980 and 2100: kept without a time.";
      const { place } = file;
      yield* reading.problem({ code: "unknown-time", place, reason, count: times.refused });
    }
    if (failure !== undefined) throw failure;
  } finally {
    spool.close();
  }
}

const keep = (item: Json, { spool, chats }: { readonly spool: Spool; readonly chats: Chats }) => {
  const chat = asId(item["chatId"]) ?? "";
  const pieces = chats.items.get(chat) ?? new Numbers();
  chats.items.set(chat, pieces);
  spool.write(Buffer.from(JSON.stringify(item)));
  pieces.push(spool.endPiece());
};

interface ChatContext {
  readonly spool: Spool;
  readonly chats: Chats;
  readonly people: ReturnType<typeof openPeople>;
  readonly times: ReturnType<typeof openTimes>;
  readonly partial: boolean;
}

function* readChat(
  chat: string,
  { spool, chats, people, times, partial }: ChatContext,
): Generator<ParseEvent> {
  const peer = people.of(chats.recipients.get(chat) ?? `chat ${chat}`);
  const title = peer.key === "self" ? "Note to Self" : peer.name;
  const taken = new Set<string>();
  let messages: ParsedMessage[] = [];
  let characters = 0;
  const part = (continues: boolean): ParseEvent => ({
    kind: "conversation",
    conversation: {
      source: "signal",
      sourceId: peer.key,
      hasId: true,
      asOf: null,
      ...(partial && { partial }),
      title,
      tree: false,
      channel: title,
      messages,
      raw: null,
      continues,
    },
  });
  const pieces = chats.items.get(chat) ?? new Numbers();
  for (let nth = 0; nth < pieces.length; nth += 1) {
    const item = jsonOf(spool.read(pieces.at(nth)).toString("utf8"));
    if (!isSignalItem(item)) continue;
    if (messages.length >= partMessages || characters >= partCharacters) {
      yield part(true);
      messages = [];
      characters = 0;
    }
    const made = signalMessage(item, { people, times }, taken);
    taken.add(made.key);
    messages.push(made);
    characters += made.text.length + made.raw.length;
  }
  yield part(false);
}
