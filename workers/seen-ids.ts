// The ids that belong to the keys of a conversation's messages, of a million of them in a few bytes each.
import { type MessageId, readMessageId } from "#services/domain/ids.ts";
import { SeenKeys } from "#services/domain/seen-keys.ts";

/** Bytes of an id, which has one for each character. */
const ID_BYTES = 30;
/** Tables of so many ids are used again for the next conversation. */
const SMALL = 1000;

/** Ids of messages by their keys. */
export class SeenIds {
  #places = new SeenKeys();
  #ids = Buffer.alloc(SMALL * ID_BYTES);
  #count = 0;

  get(key: string): MessageId | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    return readMessageId(this.#ids.toString("latin1", place * ID_BYTES, (place + 1) * ID_BYTES));
  }

  set(key: string, id: MessageId): void {
    if (id.length !== ID_BYTES)
      throw new RangeError(`The id ${id} has not ${ID_BYTES} characters.`);
    if ((this.#count + 1) * ID_BYTES > this.#ids.length)
      this.#ids = Buffer.concat([this.#ids, Buffer.alloc(this.#ids.length)]);
    this.#ids.write(id, this.#count * ID_BYTES, "latin1");
    this.#places.set(key, this.#count++);
  }

  clear(): void {
    if (this.#count > SMALL) this.#ids = Buffer.alloc(SMALL * ID_BYTES);
    this.#places.clear();
    this.#count = 0;
  }
}
