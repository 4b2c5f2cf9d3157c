// Formats whose records are single messages, each of which says in which room it stands: what they have in common.
import type { ParsedMessage, SourceKind } from "#services/domain/conversation.ts";
import type { Json } from "./message.ts";
import type { MixedRecords } from "./mixed-records.ts";
import { openMixedRooms } from "./mixed-rooms.ts";
import { inParts } from "./parts.ts";
import type { Times } from "./times.ts";

export interface MixedRoom {
  readonly id: string;
  /** False where the id is a fingerprint of the record. */
  readonly hasId: boolean;
  readonly title: string | null;
  readonly channel: string | null;
}

export interface MixedFormat {
  readonly source: SourceKind;
  isMessage(record: Json): boolean;
  roomOf(record: Json): MixedRoom;
  /** The id of a room that nothing but its messages tells, known when all of them were read. */
  idOf?(room: MixedRoom): string;
  /** The messages of one room, in the order of the file. */
  messages(items: Iterable<Json>, times: Times): Iterable<ParsedMessage>;
  /** What is to be told of the whole file. */
  told?: MixedRecords["told"];
}

/** @param folder where what is read is kept until its room is given out */
export const openMixedFormat = (folder: string, format: MixedFormat): MixedRecords => {
  const mixed = openMixedRooms(folder);
  const rooms = new Map<string, MixedRoom>();
  return {
    take(record) {
      if (!format.isMessage(record)) return false;
      const room = format.roomOf(record);
      rooms.set(room.id, room);
      mixed.add(room.id, record);
      return true;
    },
    rooms: () => rooms.keys(),
    *room(name, { times, partial }) {
      const room = rooms.get(name);
      if (!room) return;
      const { id, hasId, title, channel } = room;
      const conversation = {
        source: format.source,
        sourceId: format.idOf?.(room) ?? id,
        hasId,
        asOf: null,
        ...(partial && { partial }),
        title,
        tree: false,
        channel,
        raw: null,
      };
      yield* inParts(conversation, format.messages(mixed.items(id), times));
    },
    ...(format.told && { told: format.told }),
    close: mixed.close,
  };
};
