// Messages appended to a live session: rows at once, chunks and a version of the index a little later, together with others.
import type { Attachment, MessageKind, Role } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { type ConversationId, messageIdBySource, type SessionId } from "#services/domain/ids.ts";
import { type Millis, milliseconds } from "#services/domain/units.ts";
import {
  type Appended,
  type AppendedMessage,
  digest,
  enqueue,
  findSession,
  type Store,
  saveAppended,
  unknownOrigin,
} from "#services/store/store.ts";
import { cleaner, normaliseText } from "#services/text/text.ts";
import { ENOUGH, QUIET } from "./due.ts";
import { checkExternalId } from "./life.ts";

/** Messages a call: more would keep other writers waiting, as an import's transactions would. */
const MOST_AT_ONCE = 1000;

export interface LiveMessage {
  /** What the outside calls it, the same at every try; the id that an export gives it, where one holds it too. */
  readonly id: string;
  readonly author: string;
  readonly authorId?: string;
  readonly role: Role;
  /** "text" unless it is something else. */
  readonly kind?: MessageKind;
  readonly text: string;
  /** When it was said; when it is appended, where absent. */
  readonly at?: Millis;
  /** Set where this replaces an earlier text of the same message. */
  readonly editedAt?: Millis;
  /** The model that wrote it. */
  readonly model?: string;
  /** The external id of the message of this conversation that it answers; ignored where there is none. */
  readonly replyTo?: string;
  readonly attachments?: readonly Attachment[];
}

const rowOf = (
  conversation: ConversationId,
  message: LiveMessage,
  now: Millis,
): AppendedMessage => {
  checkExternalId(message.id);
  const { attachments = [], replyTo } = message;
  return {
    id: messageIdBySource(digest, conversation, message.id),
    source_id: message.id,
    reply_to_id: replyTo === undefined ? null : messageIdBySource(digest, conversation, replyTo),
    author: message.author,
    unmasked_author: null,
    author_id: message.authorId ?? null,
    role: message.role,
    kind: message.kind ?? "text",
    at: message.at ?? now,
    zone_known: 1,
    local_time: null,
    text: normaliseText(message.text),
    unmasked: null,
    edited_at: message.editedAt ?? null,
    model: message.model ?? null,
    attachments: attachments.length > 0 ? JSON.stringify(attachments) : null,
    raw: JSON.stringify(message),
  };
};

/**
 * Appends messages to an open session, in order and all or none; they are durable, and shown in their conversation, when this
 * resolves. One that is there already adds nothing; with another text it is an edit. They are found by searches when they have
 * been cut into chunks and indexed: after a quiet moment, or with enough others (due.ts). Wake the bus afterwards.
 * @throws ParlanceError rejected `unknown-session` (404) | `session-ended` (409) | `too-many-messages` | `bad-external-id`
 */
export const appendMessages = async (
  store: Store,
  id: SessionId,
  messages: readonly LiveMessage[],
): Promise<Appended> => {
  if (messages.length > MOST_AT_ONCE)
    throw rejected(`At most ${MOST_AT_ONCE} messages are appended at once.`, {
      code: "too-many-messages",
    });
  const session = await findSession(store.rows, id);
  if (!session) throw unknownOrigin(id);
  const now = store.now();
  // Before the transaction: other writers need not wait for it.
  const made = messages.map((message) => rowOf(session.conversation_id, message, now));
  return store.transaction(async (rows) => {
    const appended = await saveAppended(store, rows, id, { messages: made, cleaner });
    const { newMessages, changedMessages } = appended;
    const { pending, collection_id: collection } = appended.session;
    if (newMessages + changedMessages > 0)
      await enqueue(store, rows, {
        name: "sessions.due",
        payload: { collection },
        key: collection,
        delay: pending >= ENOUGH ? milliseconds(0) : QUIET,
      });
    return appended;
  });
};
