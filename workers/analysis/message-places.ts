// Which chunks a message is in, and its language: read a few thousand messages ahead of a pass over all of them, since a map of all takes hundreds of MB.
import type { VersionRows } from "#index-store/index-store.ts";
import type { CollectionId, MessageId } from "#services/domain/ids.ts";
import { chunkMessages, type FramePage, type Rows } from "#services/store/store.ts";

export interface MessagePlace {
  /** Numbers of chunks in the version, in the order in which the store has them. */
  readonly chunks: readonly number[];
  /** That of the first chunk; null where it is too short to tell. */
  readonly language: string | null;
}

export interface Places {
  /** Reads as far as the messages of this page; to be called with each page of `streamFrameRows`, in order. */
  reach(page: FramePage): Promise<void>;
  /** Of a message of the last page; no chunks where it is in none of the version: it came, or was indexed, after it. */
  of(message: MessageId): MessagePlace;
}

/** The messages of some conversations. */
interface Part {
  /** The greatest id of a conversation. */
  readonly last: string;
  readonly places: ReadonlyMap<MessageId, { readonly chunks: number[]; language: string | null }>;
}

const nowhere: MessagePlace = { chunks: [], language: null };

/** @param ids the chunks of the version */
export const openPlaces = (
  rows: Rows,
  collection: CollectionId,
  ids: VersionRows["ids"],
): Places => {
  const pages = chunkMessages(rows, collection);
  let parts: Part[] = [];
  let isEnd = false;

  const readPart = async (): Promise<void> => {
    const page = await pages.next();
    if (page.done === true) {
      isEnd = true;
      return;
    }
    const places = new Map<MessageId, { readonly chunks: number[]; language: string | null }>();
    let last = "";
    for (const { id, conversation, messages, language } of page.value) {
      if (conversation > last) last = conversation;
      const chunk = ids.find(id);
      if (chunk === undefined) continue;
      for (const message of messages) {
        const known = places.get(message);
        if (known === undefined) places.set(message, { chunks: [chunk], language });
        else known.chunks.push(chunk);
      }
    }
    parts.push({ last, places });
  };

  return {
    async reach({ messages }) {
      const [first, last] = [messages[0], messages.at(-1)];
      if (first === undefined || last === undefined) return;
      parts = parts.filter((part) => part.last >= first.conversation_id);
      // Conversations of a page of chunks all come before those of the next one.
      while (!isEnd && (parts.at(-1)?.last ?? "") < last.conversation_id) await readPart();
    },
    of(message) {
      for (const { places } of parts) {
        const found = places.get(message);
        if (found !== undefined) return found;
      }
      return nowhere;
    },
  };
};
