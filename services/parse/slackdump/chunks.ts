// Slackdump's archive: files of chunks, a line what one request to Slack's API gave (messages of a channel or of a thread, a channel, people). Its writer's source is public.
import type { ParseEvent } from "../events.ts";
import { headValue } from "../json-head.ts";
import { asId, asString, type Json, objectsOf } from "../message.ts";
import { type MixedRecords, readMixedLines } from "../mixed-records.ts";
import { openMixedRooms } from "../mixed-rooms.ts";
import type { Reading } from "../reading.ts";
import { isSlackMessage } from "../slack-message.ts";
import { slackPeople } from "../slack-people.ts";
import type { TextFile } from "../text-file.ts";
import { type ChunkLists, isChunk } from "./lists.ts";
import { archivedRoom, namesOf } from "./room.ts";

/** Kinds of chunks that are read, by Slackdump's own numbers; files, bookmarks and the like are the others. */
const [MESSAGES, THREAD, PEOPLE] = [0, 1, 3];
const SEARCHED = 10;

/** @param head the file's beginning */
export const looksLikeChunks = (head: string): boolean =>
  isChunk(headValue(head.split("\n", 1)[0] ?? "").value);

const openChunks = (folder: string, lists: ChunkLists | undefined): MixedRecords => {
  const rooms = openMixedRooms(folder);
  const aliases = new Map(slackPeople(lists?.users ?? []));
  const channels = new Map<string, Json>();
  /** Rooms of which there are the channel's own messages, and not just those of a thread. */
  const whole = new Set<string>();
  let searched = 0;
  const addChannel = (channel: Json) => {
    const id = asString(channel["id"]);
    if (id !== null) channels.set(id, channel);
  };
  const addPeople = (users: readonly Json[]) => {
    for (const [id, own] of slackPeople(users)) aliases.set(id, own);
  };
  const addMessages = (chunk: Json) => {
    for (const item of objectsOf(chunk["m"]))
      if (isSlackMessage(item)) rooms.add(asId(chunk["id"]) ?? "", item);
  };
  for (const channel of lists?.channels ?? []) addChannel(channel);
  /** Each once: a thread's chunks begin with its first message, and an archive that was resumed repeats some. */
  function* once(room: string): Generator<Json> {
    const seen = new Set<unknown>();
    for (const item of rooms.items(room)) {
      if (seen.has(item["ts"])) continue;
      seen.add(item["ts"]);
      yield item;
    }
  }
  return {
    take(chunk) {
      if (!isChunk(chunk)) return false;
      const kind = chunk["t"];
      if (kind === MESSAGES) whole.add(asId(chunk["id"]) ?? "");
      if (kind === MESSAGES || kind === THREAD) addMessages(chunk);
      else if (kind === PEOPLE) addPeople(objectsOf(chunk["u"]));
      else if (kind === SEARCHED) searched += objectsOf(chunk["sm"]).length;
      for (const channel of [...objectsOf(chunk["ch"]), ...objectsOf([chunk["ci"]])])
        addChannel(channel);
      return true;
    },
    rooms: rooms.names,
    *room(id, { partial }): Generator<ParseEvent> {
      const isPart = partial || !whole.has(id);
      const room = { id, channel: channels.get(id), partial: isPart, items: () => once(id) };
      yield* archivedRoom(room, namesOf(aliases, channels));
    },
    *told() {
      const reason = "A message that a search found stands without its channel: left out.";
      if (searched > 0) yield { code: "left-out", reason, count: searched };
    },
    close: rooms.close,
  };
};

/** @param lists of people and channels that stand in other files of the archive */
export const chunksReader =
  (lists: ChunkLists | undefined) =>
  (file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> =>
    readMixedLines(file, openChunks(reading.folder, lists), reading);
