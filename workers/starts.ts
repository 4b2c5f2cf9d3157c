// Conversations without an id in their format are known by how they begin: fingerprints of their first messages.
import type { ParsedConversation } from "#services/domain/conversation.ts";
import { type CollectionId, conversationId, type UploadId } from "#services/domain/ids.ts";
import {
  type Beginning,
  digest,
  findLonger,
  findShorter,
  hasBeginnings,
  isThere,
  type Rows,
} from "#services/store/store.ts";
import { normaliseText } from "#services/text/text.ts";

interface Said {
  readonly author: string;
  readonly role: string;
  readonly kind: string;
  readonly text: string;
}

/** A beginning that two conversations share by chance says less than this. */
const LEAST_CHARACTERS = 60;

/** For each message, the fingerprint of all messages up to it, itself included. */
export const prefixKeys = (messages: readonly Said[]): string[] => {
  let key = "";
  return messages.map(({ author, role, kind, text }) => {
    key = digest([key, role, author, kind, normaliseText(text)].join("\u0000"));
    return key;
  });
};

/** Up to the first message of a person, itself included: what stands before may be the same prompt in thousands. */
export const startKey = (messages: readonly Said[]): string | null => {
  const first = messages.findIndex(({ role }) => role === "user" || role === "person");
  return prefixKeys(messages.slice(0, first + 1)).at(-1) ?? null;
};

export const endKey = (messages: readonly Said[]): string | null =>
  prefixKeys(messages).at(-1) ?? null;

/** Whether these messages are enough to tell a conversation from others: a question with its answer, or a longer text. */
export const tellsApart = (messages: readonly Said[]): boolean => {
  const spoken = messages.filter(({ role }) => role !== "system");
  const characters = spoken.reduce((sum, { text }) => sum + text.trim().length, 0);
  return spoken.length >= 2 || characters >= LEAST_CHARACTERS;
};

/** Another conversation of the collection that this one is a later or an earlier state of. */
const sameAs = async (rows: Rows, parsed: ParsedConversation, of: Beginning) => {
  const { messages } = parsed;
  if (!tellsApart(messages)) return undefined;
  const shorter = await findShorter(rows, {
    ...of,
    prefixes: of.prefixes.filter((_, at) => tellsApart(messages.slice(0, at + 1))),
  });
  if (shorter) return shorter;
  const end = of.prefixes.at(-1);
  return (await findLonger(rows, of)).find(({ first }) => endKey(first) === end);
};

/**
 * Recognises conversations whose format has no id for them. One that begins with all that another upload brought of a conversation,
 * or is the beginning of it, is that conversation: it gets its source id. Rows of one upload are never taken for each other.
 */
export const openRecogniser = (of: {
  readonly collection: CollectionId;
  readonly upload: UploadId;
}) => {
  let has: boolean | undefined;
  /** @param again whether an earlier attempt may have saved it, under the id that it was recognised by then */
  return async (
    rows: Rows,
    parsed: ParsedConversation,
    again: boolean,
  ): Promise<ParsedConversation> => {
    if (parsed.hasId || parsed.continues || parsed.messages.length === 0) return parsed;
    const { collection, upload } = of;
    has ??= await hasBeginnings(rows, { collection, notOf: upload });
    const id = conversationId(digest, collection, parsed.source, parsed.sourceId);
    if (!has || (await isThere(rows, id))) return parsed;
    const found = await sameAs(rows, parsed, {
      collection,
      source: parsed.source,
      start: startKey(parsed.messages),
      prefixes: prefixKeys(parsed.messages),
      notOf: again ? null : upload,
    });
    return found ? { ...parsed, sourceId: found.source_id } : parsed;
  };
};
