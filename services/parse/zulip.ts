// Zulip's lists of messages, as its API and public archives give them: a topic of a channel is a conversation. A server's own export, whose people stand in another file, is not read.
import type { ParsedMessage } from "#services/domain/conversation.ts";
import type { ParseEvent } from "./events.ts";
import { readElements } from "./json-records.ts";
import type { Json } from "./message.ts";
import { openMixedRooms } from "./mixed-rooms.ts";
import { inParts } from "./parts.ts";
import type { Reading } from "./reading.ts";
import type { TextFile } from "./text-file.ts";
import { openTimes, type Times } from "./times.ts";
import { openZone } from "./zone.ts";
import { isZulipMessage, type Room, roomOf, zulipMessage } from "./zulip-message.ts";

function* messagesOf(items: Iterable<Json>, times: Times): Generator<ParsedMessage> {
  let nth = 0;
  for (const item of items) {
    yield zulipMessage(item, nth, times);
    nth += 1;
  }
}

/** @param from bytes before the list, where it stands inside an object */
export const zulipReader = (from: number) =>
  async function* readZulip(file: TextFile, reading: Reading): AsyncGenerator<ParseEvent> {
    const mixed = openMixedRooms(reading.folder);
    const rooms = new Map<string, Room>();
    const { lost } = reading;
    let failure: unknown;
    try {
      try {
        for await (const element of readElements(file, reading, from)) {
          if (element.kind !== "value") yield element.event;
          else if (isZulipMessage(element.value)) {
            const room = roomOf(element.value);
            rooms.set(room.id, room);
            mixed.add(room.id, element.value);
          } else {
            const reason = "This record is not a message of Zulip's.";
            yield* reading.problem({ code: "unknown-message", place: element.place, reason });
          }
        }
      } catch (error) {
        // What was read before a damaged place or a limit is kept.
        failure = error;
      }
      const partial = failure !== undefined || reading.lost > lost;
      const times = openTimes(openZone(reading.zone));
      for (const { id, title, channel } of rooms.values()) {
        const room = {
          source: "zulip",
          sourceId: id,
          hasId: true,
          asOf: null,
          ...(partial && { partial }),
          title,
          tree: false,
          channel,
          raw: null,
        } as const;
        yield* inParts(room, messagesOf(mixed.items(id), times));
        yield* reading.tick();
      }
      if (failure !== undefined) throw failure;
    } finally {
      mixed.close();
    }
  };
