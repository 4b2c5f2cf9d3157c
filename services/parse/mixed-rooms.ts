// Files in which messages of many rooms stand mixed: kept on the disk, and read again room by room.
import { jsonOf } from "./json-text.ts";
import { isObject, type Json } from "./message.ts";
import { Numbers } from "./numbers.ts";
import { openSpool } from "./spool.ts";

/** @param folder where the file is made; to be closed */
export const openMixedRooms = (folder: string) => {
  const spool = openSpool(folder);
  const rooms = new Map<string, Numbers>();
  return {
    add(room: string, item: Json): void {
      const pieces = rooms.get(room) ?? new Numbers();
      rooms.set(room, pieces);
      spool.write(Buffer.from(JSON.stringify(item)));
      pieces.push(spool.endPiece());
    },
    /** In the order in which they were met. */
    names: (): IterableIterator<string> => rooms.keys(),
    *items(room: string): Generator<Json> {
      const pieces = rooms.get(room) ?? new Numbers();
      for (let nth = 0; nth < pieces.length; nth += 1) {
        const item = jsonOf(spool.read(pieces.at(nth)).toString("utf8"));
        if (isObject(item)) yield item;
      }
    },
    close: () => spool.close(),
  };
};
