// Signal's export, main.jsonl: a line a frame (account, recipients, chats, then items of all chats in one order). Its layout is Signal's backup written as JSON, read from public readers of it; edits, polls and notices have not been seen in an export.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "../events.ts";
import { headValue } from "../json-head.ts";
import { asId, isObject, type Json } from "../message.ts";
import { type MixedRecords, readMixedLines } from "../mixed-records.ts";
import { openMixedRooms } from "../mixed-rooms.ts";
import { inParts } from "../parts.ts";
import type { Reading } from "../reading.ts";
import type { TextFile } from "../text-file.ts";
import type { Times } from "../times.ts";
import { isSignalItem, signalMessage } from "./item.ts";
import { openPeople, type People } from "./people.ts";

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

export const readSignal = (file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> =>
  readMixedLines(file, openFrames(reading.folder), reading);

function* messagesOf(
  items: Iterable<Json>,
  of: { readonly people: People; readonly times: Times },
): Generator<ParsedMessage> {
  const met = new Map<string, number>();
  for (const item of items) yield signalMessage(item, of, met);
}

const openFrames = (folder: string): MixedRecords => {
  const people = openPeople();
  const rooms = openMixedRooms(folder);
  /** Chat → whom it is with. */
  const peers = new Map<string, unknown>();
  return {
    take(frame) {
      const { account, recipient, chat, chatItem } = frame;
      if (isObject(account)) people.account(account);
      else if (isObject(recipient)) people.recipient(recipient);
      else if (isObject(chat)) peers.set(asId(chat["id"]) ?? "", chat["recipientId"]);
      else if (isSignalItem(chatItem)) rooms.add(asId(chatItem["chatId"]) ?? "", chatItem);
      else return Object.keys(frame).some((name) => others.has(name));
      return true;
    },
    rooms: rooms.names,
    *room(chat, { times, partial }) {
      const peer = people.of(peers.get(chat) ?? `chat ${chat}`);
      const title = peer.key === "self" ? "Note to Self" : peer.name;
      const room = {
        source: "signal",
        sourceId: peer.key,
        hasId: true,
        asOf: null,
        ...(partial && { partial }),
        title,
        tree: false,
        channel: title,
        raw: null,
        owners: [people.own()],
      } as const;
      yield* inParts(room, messagesOf(rooms.items(chat), { people, times }));
    },
    close: rooms.close,
  };
};
