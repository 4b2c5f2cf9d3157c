// Merged conversations as pages show them: what is merged, what a merge would do, and which conversations may be one chat.
import type { Merge, MergePreview, MergeSuggestions } from "#services/contract/merges.ts";
import type { CollectionId, ConversationId } from "#services/domain/ids.ts";
import { weaveChats } from "#services/domain/merged-chats.ts";
import {
  type ConversationRow,
  conversationsById,
  mergesIn,
  type Rows,
  readChats,
  requireMergeable,
  suggestMerges,
} from "#services/store/store.ts";
import { readShowId } from "./cleaning-view.ts";
import { viewConversation } from "./conversation-view.ts";
import { readPeople } from "./people-here.ts";

const MINUTE = 60_000;

/** How the conversations of a collection are shown. */
const shownIn = async (rows: Rows, collection: CollectionId) => ({
  people: await readPeople(rows, collection),
  showId: await readShowId(rows, collection),
});

/** The merges of a collection, by the id of what is shown. */
export const viewMerges = async (rows: Rows, collection: CollectionId): Promise<Merge[]> => {
  const rule = await mergesIn(rows, collection);
  const known = await conversationsById(
    rows,
    collection,
    rule.map(({ conversation_id }) => conversation_id),
  );
  const shown = await shownIn(rows, collection);
  const merges = new Map<string, Merge>();
  for (const { merged_id: id, conversation_id, state } of rule) {
    const row = known.get(conversation_id);
    const { conversations = [] } = merges.get(id) ?? {};
    const there = row === undefined ? [] : [viewConversation(row, shown)];
    merges.set(id, { id, state, conversations: [...conversations, ...there] });
  }
  return [...merges.values()];
};

/** What merging these would do; nothing is changed. @throws as `requireMergeable` */
export const previewMerge = async (
  rows: Rows,
  collection: CollectionId,
  ids: readonly ConversationId[],
): Promise<MergePreview> => {
  const { members } = await requireMergeable(rows, collection, ids);
  const chats = await readChats(rows, members, "as shown");
  const { messages, fits } = weaveChats(chats);
  const shown = await shownIn(rows, collection);
  const all = chats[0]?.filter(({ counted }) => counted).length ?? 0;
  const first = { same: 0, only: all, shifts: [], names: [] };
  return {
    messages: messages.filter(({ of }) =>
      of.some(({ chat, place }) => chats[chat]?.[place]?.counted === true),
    ).length,
    conversations: members.map((row, at) => {
      const { same, only, shifts, names } = at === 0 ? first : (fits[at - 1] ?? first);
      return {
        conversation: viewConversation(row, shown),
        same,
        only,
        shifts: shifts.map(({ shift, messages: shifted }) => ({
          minutes: Math.round(shift / MINUTE),
          messages: shifted,
        })),
        names: [...names],
      };
    }),
  };
};

/** Conversations that may be the same chat. */
export const viewMergeSuggestions = async (
  rows: Rows,
  of: ConversationRow,
): Promise<MergeSuggestions> => {
  const shown = await shownIn(rows, of.collection_id);
  return {
    suggestions: (await suggestMerges(rows, of)).map(({ conversation, ...found }) => ({
      conversation: viewConversation(conversation, shown),
      ...found,
    })),
  };
};
