// A live session's beginning and end.
import type { SourceKind } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, conversationId, type SessionId } from "#services/domain/ids.ts";
import {
  digest,
  dueForIndex,
  enqueue,
  type SessionRow,
  type Store,
  openSession as saveOpened,
  saveSessionEnded,
} from "#services/store/store.ts";
import { cleaner, normaliseText } from "#services/text/text.ts";

/** As long as the database's words. */
const MOST_ID_CHARS = 300;

/** @throws ParlanceError rejected `bad-external-id` */
export const checkExternalId = (id: string): void => {
  if (id.trim() === "" || id.length > MOST_ID_CHARS)
    throw rejected(`An external id has 1 to ${MOST_ID_CHARS} characters.`, {
      code: "bad-external-id",
    });
};

export interface NewSession {
  readonly collection: CollectionId;
  /** What the outside calls it: opening it again with the same one gives the same session. */
  readonly externalId: string;
  /**
   * "live" unless the conversation is one that an export holds too, under this source with `externalId` as its id: an upload of that
   * export and the session then make one conversation.
   */
  readonly source?: SourceKind;
  readonly title?: string;
  readonly channel?: string;
}

/**
 * Opens a live session in a collection. One with the same source and external id is given back as it is; one that had ended is
 * open again.
 * @throws ParlanceError rejected `unknown-collection` (404) | `bad-external-id`
 */
export const openSession = (store: Store, wish: NewSession): Promise<SessionRow> => {
  checkExternalId(wish.externalId);
  return openChecked(store, wish);
};

const openChecked = (store: Store, wish: NewSession): Promise<SessionRow> => {
  const { collection, externalId, source = "live" } = wish;
  const opened = {
    collection,
    conversation: conversationId(digest, collection, source, externalId),
    source,
    externalId,
    title: wish.title === undefined ? null : normaliseText(wish.title),
    channel: wish.channel ?? null,
  };
  return saveOpened(store, opened, cleaner);
};

/**
 * No more messages are expected: what waits is cut into chunks now, and the collection rests. Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-session` (404)
 */
export const endSession = (store: Store, id: SessionId): Promise<SessionRow> =>
  store.transaction(async (rows) => {
    const session = await saveSessionEnded(store, rows, id);
    const { collection_id: collection } = session;
    if (session.pending > 0)
      await enqueue(store, rows, {
        name: "sessions.due",
        payload: { collection },
        key: collection,
      });
    else await dueForIndex(store, rows, collection);
    return session;
  });
