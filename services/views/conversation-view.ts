// Rows of conversations and messages in responses.
import {
  type ConversationSummary,
  type Message,
  mostParticipants,
} from "#services/contract/conversations.ts";
import { type People, writerOf } from "#services/domain/people.ts";
import type { AttachmentRow, ConversationRow, ShownMessage } from "#services/store/store.ts";

type Participant = ConversationSummary["participants"][number];

/** People once each, whatever names they write under. */
const foldedBy = (
  people: People,
  source: string,
  participants: readonly Participant[],
): Participant[] => {
  const folded = new Map<string, Participant>();
  for (const { name: written, role, messages } of participants) {
    const name = people.shownAs(source, written);
    const known = folded.get(name);
    folded.set(name, {
      name,
      role: known?.role ?? role,
      messages: (known?.messages ?? 0) + messages,
    });
  }
  return [...folded.values()].sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1));
};

/** How a source's ids are shown: some are addresses and telephone numbers. */
export type ShowId = (id: string) => string;

export const viewConversation = (
  row: ConversationRow,
  { people, showId }: Pick<MessageContext, "people" | "showId">,
): ConversationSummary => {
  const participants = JSON.parse(row.participants) as Participant[];
  return {
    id: row.id,
    collection: row.collection_id,
    source: row.source as ConversationSummary["source"],
    sourceId: showId(row.source_id),
    title: row.title,
    channel: row.channel,
    tree: row.tree === 1,
    messages: row.message_count,
    others: row.other_count,
    participants: foldedBy(people, row.source, participants),
    moreParticipants: participants.length >= mostParticipants,
    firstAt: row.first_at,
    lastAt: row.last_at,
  };
};

/** What a message has besides its row. */
export interface MessageContext {
  /** Of its conversation. */
  readonly source: string;
  readonly people: People;
  readonly showId: ShowId;
  /** Files that are kept, by message. */
  readonly attachments: ReadonlyMap<string, readonly AttachmentRow[]>;
}

/**
 * The list of files in a message, each with the one that is kept of it: by its place, or where a state has another list, by its name
 * where no other file has it.
 */
const viewAttachments = (
  list: string | null,
  kept: readonly AttachmentRow[],
): Message["attachments"] => {
  const listed = list === null ? [] : (JSON.parse(list) as Message["attachments"]);
  return listed.map((one, at) => {
    const named = kept.filter(({ name }) => name === one.name);
    const isOnly = named.length === 1 && listed.filter(({ name }) => name === one.name).length < 2;
    const found = named.find(({ place }) => place === at) ?? (isOnly ? named[0] : undefined);
    if (found === undefined) return one;
    const { id, media_type: mediaType, size } = found;
    return { ...one, kept: { id, mediaType, size } };
  });
};

export const viewMessage = (row: ShownMessage, of: MessageContext): Message => ({
  id: row.id,
  sourceId: row.source_id === null ? null : of.showId(row.source_id),
  parent: row.parent_id,
  replyTo: row.reply_to_id,
  onMainPath: row.on_main_path === 1,
  gone: row.gone === 1,
  position: row.position,
  author: row.author,
  ...writerOf(of.people, { source: of.source, author: row.author, role: row.role }),
  authorId: row.author_id === null ? null : of.showId(row.author_id),
  role: row.role as Message["role"],
  kind: row.kind as Message["kind"],
  at: row.at,
  zoneKnown: row.zone_known === 1,
  localTime: row.local_time,
  text: row.text,
  editedAt: row.edited_at,
  model: row.model,
  attachments: viewAttachments(row.attachments, of.attachments.get(row.id) ?? []),
  siblings: [...row.siblings],
});
